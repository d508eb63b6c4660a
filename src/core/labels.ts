/** Label names to values, as in Prometheus: an empty value is the same as an absent label. */
export type Labels = Readonly<Record<string, string>>;

/** Label names in byte order of their UTF-16 form, without empty values. */
export function labelNames(labels: Labels): string[] {
  const names: string[] = [];
  // Most senders have sorted them already.
  let sorted = true;
  for (const name of Object.keys(labels)) {
    if (labels[name] === '') continue;
    if (sorted && names.length > 0 && names.at(-1)! > name) sorted = false;
    names.push(name);
  }
  return sorted ? names : names.sort(compareText);
}

/** Whether two label sets are equal, whatever the order of their names. */
export function sameLabels(one: Labels, other: Labels): boolean {
  let named = 0;
  for (const name of Object.keys(one)) {
    const value = one[name]!;
    if (value === '') continue;
    if (!Object.hasOwn(other, name) || other[name] !== value) return false;
    named++;
  }
  for (const name of Object.keys(other)) if (other[name] !== '') named--;
  return named === 0;
}

/** Total order on strings that does not depend on a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One string per label set, equal exactly when the sets are equal: for maps and sorting. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const name of labelNames(labels)) key += `${name}\u0001${labels[name]}\u0002`;
  return key;
}

/** The same labels without empty values and without the names given. */
export function withoutLabels(labels: Labels, names: readonly string[] = []): Labels {
  const kept: Record<string, string> = {};
  for (const name of labelNames(labels)) if (!names.includes(name)) kept[name] = labels[name]!;
  return kept;
}

const encoder = new TextEncoder();
/** The sum of the fingerprint that is being made: its upper and its lower half. Numbers in an array need no memory each. */
const sum = new Uint32Array(2);

/**
 * Alertmanager's fingerprint: FNV-1a 64 over `name 0xff value 0xff` of the sorted labels, as 16 hex digits. The sum is
 * kept in two halves of 32 bits, because this runs for every alert that comes in and BigInt is twenty times slower.
 * Source: prometheus/common model/signature.go.
 */
export function fingerprint(labels: Labels): string {
  sum[0] = 0xcbf29ce4;
  sum[1] = 0x84222325;
  for (const name of labelNames(labels)) {
    mixText(name);
    mixText(labels[name]!);
  }
  return sum[0].toString(16).padStart(8, '0') + sum[1].toString(16).padStart(8, '0');
}

function mixText(text: string): void {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) {
      for (const byte of encoder.encode(text.slice(index))) mix(byte);
      break;
    }
    mix(code);
  }
  mix(0xff);
}

/** The prime is 2^40 + 0x1b3: high' = high * 0x1b3 + low * 2^8 + carry of low * 0x1b3. */
function mix(byte: number): void {
  const low = (sum[1]! ^ byte) >>> 0;
  const product = low * 0x1b3;
  sum[0] = Math.imul(sum[0]!, 0x1b3) + (low << 8) + Math.floor(product / 0x100000000);
  sum[1] = product;
}
