/**
 * Writes a sample value as Go's FormatFloat(v, 'f', -1, 64) does: shortest digits that read back the same, never an
 * exponent. Source: Prometheus HTTP API, "string" sample values.
 */
export function formatValue(value: number): string {
  const special = formatSpecial(value);
  if (special !== undefined) return special;
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const split = text.indexOf('e');
  if (split < 0) return text;
  const exponent = Number(text.slice(split + 1));
  const sign = text.startsWith('-') ? '-' : '';
  const mantissa = text.slice(sign.length, split);
  const digits = mantissa.replace('.', '');
  const whole = 1 + exponent;
  if (whole <= 0) return `${sign}0.${'0'.repeat(-whole)}${digits}`;
  if (whole >= digits.length) return sign + digits.padEnd(whole, '0');
  return `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}`;
}

/** Writes a number as Go's %g does: an exponent below 1e-4 and from 1e21 on. */
export function formatGeneral(value: number): string {
  const special = formatSpecial(value);
  if (special !== undefined) return special;
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e21)) return formatValue(value);
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function formatSpecial(value: number): string | undefined {
  if (value !== value) return 'NaN';
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : undefined;
}

const DECIMAL = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?$/;
const HEXADECIMAL = /^[+-]?0[xX][\da-fA-F_]+$/;
const OCTAL = /^[+-]?0[0-7_]+$/;

/** Reads a number in any PromQL form (decimal, hex, octal with a leading 0, inf, nan, 1_000); undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const lower = text.toLowerCase();
  const sign = lower.startsWith('-') ? -1 : 1;
  const bare = lower.replace(/^[+-]/, '');
  if (bare === 'nan') return NaN;
  if (bare === 'inf' || bare === 'infinity') return sign * Infinity;
  const digits = bare.replaceAll('_', '');
  if (HEXADECIMAL.test(text)) return sign * Number(digits);
  if (OCTAL.test(text)) return sign * parseInt(digits, 8);
  return DECIMAL.test(text) ? sign * Number(digits) : undefined;
}

/** Reads the bound of a bucket; unlike in an expression, a leading 0 does not make it octal. */
export function parseBound(text: string): number | undefined {
  return OCTAL.test(text) ? Number(text.replaceAll('_', '')) : parseNumber(text);
}
