/** Label names to values, as in Prometheus: an empty value is the same as an absent label. */
export type Labels = Readonly<Record<string, string>>;

/** Label names in byte order of their UTF-16 form, without empty values. */
export function labelNames(labels: Labels): string[] {
  return Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .sort(compareText);
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

const FNV_PRIME = 0x100000001b3n;
const FNV_OFFSET = 0xcbf29ce484222325n;
const MASK_64 = 0xffffffffffffffffn;

/**
 * Alertmanager's fingerprint: FNV-1a 64 over `name 0xff value 0xff` of the sorted labels, as 16 hex digits.
 * Source: prometheus/common model/signature.go.
 */
export function fingerprint(labels: Labels): string {
  let hash = FNV_OFFSET;
  const encoder = new TextEncoder();
  const mix = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * FNV_PRIME) & MASK_64;
  };
  for (const name of labelNames(labels)) {
    for (const byte of encoder.encode(name)) mix(byte);
    mix(0xff);
    for (const byte of encoder.encode(labels[name]!)) mix(byte);
    mix(0xff);
  }
  return hash.toString(16).padStart(16, '0');
}
