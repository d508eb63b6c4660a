import { Duration, TemplateFault, Time, typeName, ValueMap, type Value } from './value.ts';

/** Greatest width and precision that a format may ask for: output stays bounded. */
const MAX_WIDTH = 200;

/** A value as Go's `%v` prints it. */
export function show(value: Value): string {
  if (value === null) return '<no value>';
  if (typeof value === 'number') return formatG(value, -1);
  if (typeof value === 'object') {
    if (value instanceof Time) return showTime(value.ms);
    if (value instanceof Duration) return showDuration(value.seconds);
    if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
    if (value instanceof ValueMap) {
      const keys = [...value.entries.keys()].sort();
      return `map[${keys.map((key) => `${key}:${show(value.entries.get(key)!)}`).join(' ')}]`;
    }
    return `{${[...value.fields.values()].map(show).join(' ')}}`;
  }
  return String(value);
}

/** Go's `%g`: `precision` significant digits, or the shortest exact form for -1. */
export function formatG(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const digits = precision < 0 ? value.toExponential() : exponential(value, Math.max(precision, 1) - 1);
  const [mantissa, exponentText] = digits.split('e') as [string, string];
  const exponent = Number(exponentText);
  const significant = trimZeros(mantissa);
  const limit = precision < 0 ? 6 : Math.max(precision, 1);
  if (exponent < -4 || exponent >= limit) {
    return `${significant}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return plain(significant, exponent);
}

/** Digits that show whether the exact decimal ends in a 5 right behind what is kept. */
const TIE_DIGITS = 40;

function exponential(value: number, places: number): string {
  const [rounded, exponent] = value.toExponential(places).split('e') as [string, string];
  const [exact, exactExponent] = value.toExponential(Math.min(places + TIE_DIGITS, 100)).split('e') as [string, string];
  return exponent === exactExponent ? `${evenTie(rounded, exact, places)}e${exponent}` : `${rounded}e${exponent}`;
}

/** JavaScript rounds a tie up, Go to the even digit. `exact` is the same number with more digits. */
function evenTie(rounded: string, exact: string, places: number): string {
  const point = exact.indexOf('.');
  const cut = point + 1 + places;
  if (point < 0 || !/^50*$/.test(exact.slice(cut))) return rounded;
  const kept = exact.slice(0, places === 0 ? point : cut);
  return '02468'.includes(kept.at(-1)!) ? kept : rounded;
}

/** Digits `d.ddd` times ten to the exponent, without an exponent. */
function plain(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Go's time.Time.String for UTC: `2022-01-25 12:36:43 +0000 UTC`. */
export function showTime(ms: number): string {
  if (Math.abs(ms) > 8.64e15 || Number.isNaN(ms)) throw new TemplateFault('the time is out of range');
  const whole = Math.floor(ms);
  const nanos = Math.round((ms - whole) * 1e6);
  const [date, rest] = new Date(whole).toISOString().split('T') as [string, string];
  const millis = rest.slice(9, 12);
  const fraction = `${millis}${String(nanos).padStart(6, '0')}`.replace(/0+$/, '');
  return `${date} ${rest.slice(0, 8)}${fraction ? `.${fraction}` : ''} +0000 UTC`;
}

/** Go's time.Duration.String: `2h10m15s`, `1.5s`, `20ms`. */
function showDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  const sign = seconds < 0 ? '-' : '';
  const value = Math.abs(seconds);
  if (value < 1) {
    const [scale, unit] = value >= 1e-3 ? [1e3, 'ms'] : value >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
    return `${sign}${formatG(Number((value * scale).toPrecision(12)), -1)}${unit}`;
  }
  const hours = Math.floor(value / 3600);
  const minutes = Math.floor((value % 3600) / 60);
  const rest = formatG(Number((value % 60).toFixed(9)), -1);
  return `${sign}${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${rest}s`;
}

/** Go's Sprintf for the verbs v s q d f F e E g G t x X T c and %%; flags - + 0 space and #. */
export function sprintf(format: string, args: readonly Value[]): string {
  let used = 0;
  const text = format.replaceAll(
    /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%]|$)/g,
    (whole: string, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (verb === '') return '%!(NOVERB)';
      const wide = width === '*' ? Number(args[used++]) : Number(width ?? 0);
      const hasPoint = whole.includes('.');
      const exact =
        precision === '*' ? Number(args[used++]) : precision === undefined ? (hasPoint ? 0 : -1) : Number(precision);
      if (wide > MAX_WIDTH || exact > MAX_WIDTH)
        throw new TemplateFault(`printf: "${whole}" is wider than ${MAX_WIDTH}`);
      if (used >= args.length) return `%!${verb}(MISSING)`;
      return pad(verbText(verb, args[used++]!, exact, flags), wide, flags, verb);
    },
  );
  const extra = args.slice(used).map((value) => `${typeName(value)}=${show(value)}`);
  return extra.length > 0 ? `${text}%!(EXTRA ${extra.join(', ')})` : text;
}

function verbText(verb: string, value: Value, precision: number, flags: string): string {
  const bad = `%!${verb}(${typeName(value)}=${show(value)})`;
  const plus = (text: string): string => (flags.includes('+') && !/^[-+]/.test(text) ? `+${text}` : text);
  switch (verb) {
    case 'v':
      return typeof value === 'number' || typeof value === 'bigint' ? plus(show(value)) : show(value);
    case 's':
      if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return bad;
      return precision >= 0 ? Array.from(show(value)).slice(0, precision).join('') : show(value);
    case 'q':
      return typeof value === 'string' ? JSON.stringify(value) : bad;
    case 'd':
      return typeof value === 'bigint' ? plus(String(value)) : bad;
    case 't':
      return typeof value === 'boolean' ? String(value) : bad;
    case 'x':
    case 'X': {
      const hex = typeof value === 'bigint' ? value.toString(16) : typeof value === 'string' ? hexText(value) : bad;
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    case 'c':
      return typeof value === 'bigint' ? String.fromCodePoint(Number(value)) : bad;
    case 'T':
      return typeName(value);
    default:
      return typeof value === 'number' && 'fFeEgG'.includes(verb) ? plus(floatText(verb, value, precision)) : bad;
  }
}

function hexText(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function floatText(verb: string, value: number, precision: number): string {
  if (!Number.isFinite(value)) return formatG(value, -1);
  if (verb === 'g' || verb === 'G')
    return verb === 'G' ? formatG(value, precision).toUpperCase() : formatG(value, precision);
  const places = precision < 0 ? 6 : precision;
  if (verb === 'f' || verb === 'F') return fixed(value, places);
  const [mantissa, exponent] = exponential(value, Math.min(places, 100)).split('e') as [string, string];
  const text = `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  return verb === 'E' ? text.toUpperCase() : text;
}

function fixed(value: number, places: number): string {
  if (Math.abs(value) < 1e21)
    return evenTie(value.toFixed(Math.min(places, 100)), value.toFixed(Math.min(places + TIE_DIGITS, 100)), places);
  return BigInt(value).toString() + (places > 0 ? `.${'0'.repeat(places)}` : '');
}

function pad(text: string, width: number, flags: string, verb: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (flags.includes('0') && 'dfFeEgGxX'.includes(verb)) {
    const sign = /^[-+]/.test(text) ? text[0]! : '';
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  }
  return text.padStart(width);
}
