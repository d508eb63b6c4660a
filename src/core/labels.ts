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

const encoder = new TextEncoder();

/**
 * Alertmanager's fingerprint: FNV-1a 64 over `name 0xff value 0xff` of the sorted labels, as 16 hex digits. The sum is
 * kept in two halves of 32 bits, because this runs for every alert that comes in and BigInt is twenty times slower.
 * Source: prometheus/common model/signature.go.
 */
export function fingerprint(labels: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  // The prime is 2^40 + 0x1b3: high' = high * 0x1b3 + low * 2^8 + carry of low * 0x1b3.
  const mix = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + (low << 8) + Math.floor(product / 0x100000000)) >>> 0;
    low = product >>> 0;
  };
  const mixText = (text: string): void => {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        for (const byte of encoder.encode(text.slice(index))) mix(byte);
        break;
      }
      mix(code);
    }
    mix(0xff);
  };
  for (const name of labelNames(labels)) {
    mixText(name);
    mixText(labels[name]!);
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
