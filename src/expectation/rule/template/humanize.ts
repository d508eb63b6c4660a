import { formatG, showTime } from './format.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** Four significant digits with a metric prefix: 1049000 is `1.049M`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatG(value, 4);
  let rest = value;
  let prefix = '';
  if (Math.abs(rest) >= 1) {
    for (const next of LARGE) {
      if (Math.abs(rest) < 1000) break;
      prefix = next;
      rest /= 1000;
    }
  } else {
    for (const next of SMALL) {
      if (Math.abs(rest) >= 1) break;
      prefix = next;
      rest *= 1000;
    }
  }
  return formatG(rest, 4) + prefix;
}

/** As humanize, by 1024: 1048576 is `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return formatG(value, 4);
  let rest = value;
  let prefix = '';
  for (const next of BINARY) {
    if (Math.abs(rest) < 1024) break;
    prefix = next;
    rest /= 1024;
  }
  return formatG(rest, 4) + prefix;
}

/** Seconds in words of days, hours, minutes: 135 is `2m 15s`. */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return formatG(value, 4);
  if (value === 0) return '0s';
  const sign = value < 0 ? '-' : '';
  const size = Math.abs(value);
  if (size < 1) {
    let rest = size;
    let prefix = '';
    for (const next of SMALL) {
      if (rest >= 1) break;
      prefix = next;
      rest *= 1000;
    }
    return `${sign}${formatG(rest, 4)}${prefix}s`;
  }
  const whole = Math.trunc(size);
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24];
  const [minutes, seconds] = [Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${formatG(size, 4)}s`;
}

/** A ratio as per cent: 0.959 is `95.9%`. */
export function humanizePercentage(value: number): string {
  return `${formatG(value * 100, 4)}%`;
}

/** A Unix time in seconds as Go prints it. */
export function humanizeTimestamp(value: number): string {
  return Number.isFinite(value) ? showTime(Math.trunc(Math.trunc(value * 1e9) / 1e6)) : formatG(value, 4);
}
