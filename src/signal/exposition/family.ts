/** Suffixes of the samples of each type of OpenMetrics. */
export const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  unknown: [''],
  gauge: [''],
  stateset: [''],
  info: ['_info'],
  counter: ['_total', '_created'],
  summary: ['', '_count', '_sum', '_created'],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
};

/** A metric family of an OpenMetrics page, as far as it was read. */
export interface Family {
  readonly name: string;
  type: string | null;
  unit: string | null;
  help: string | null;
  samples: number;
}

/** The suffix of a sample within a family, or null when it does not belong to it. */
export function suffixOf(family: Family, sample: string): string | null {
  if (!sample.startsWith(family.name)) return null;
  const suffix = sample.slice(family.name.length);
  return (SUFFIXES[family.type ?? 'unknown'] ?? []).includes(suffix) ? suffix : null;
}

/** Every name that samples of a family may have, and its own: no other family may use them. */
export function namesOf(family: Family): string[] {
  const suffixes = SUFFIXES[family.type ?? 'unknown'] ?? [];
  return [...new Set([family.name, ...suffixes.map((suffix) => family.name + suffix)])];
}
