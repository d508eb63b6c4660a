import { Fault } from './fault.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const ORDER = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;

/**
 * Reads a Prometheus duration such as `5m` or `1h30m` into milliseconds.
 * Source: prometheus/common model.ParseDuration. `0` alone is allowed.
 * @throws Fault `duration_invalid`
 */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  const match = text === '' ? null : PATTERN.exec(text);
  if (!match) throw new Fault('duration_invalid', { text });
  let total = 0;
  ORDER.forEach((unit, index) => {
    const digits = match[index + 1];
    if (digits !== undefined) total += Number(digits) * UNIT_MS[unit]!;
  });
  return total;
}

/** Writes a length as it is said: to the second below ten minutes, to the minute above. */
export function spokenDuration(ms: number): string {
  const unit = Math.abs(ms) < 600_000 ? 1000 : 60_000;
  return formatDuration(Math.round(ms / unit) * unit);
}

/** Writes milliseconds in the shortest Prometheus form: 5400000 is `1h30m`, 0 is `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.abs(Math.round(ms));
  let text = ms < 0 ? '-' : '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]!);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * UNIT_MS[unit]!;
  }
  return text;
}
