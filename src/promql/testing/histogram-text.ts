import { combineHistograms, type NativeHistogram, type ResetHint } from '../value/histogram.ts';
import { parseNumber } from '../value/number.ts';

const FIELD = /(\w+)\s*:\s*(\[[^\]]*\]|\S+)/g;

/**
 * Reads a histogram as fixtures write it: `{{schema:1 sum:3 count:22 buckets:[5 10 7]}}`.
 * @throws Error at a field that does not exist
 */
export function parseHistogramText(text: string): NativeHistogram {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of text.slice(2, -2).matchAll(FIELD)) fields.set(name, value);
  const known =
    'schema sum count z_bucket z_bucket_w buckets offset n_buckets n_offset custom_values counter_reset_hint';
  for (const name of fields.keys()) {
    if (!known.split(' ').includes(name)) throw new Error(`histograms have no field "${name}"; there are ${known}`);
  }
  const number = (name: string): number => parseNumber(fields.get(name) ?? '0') ?? 0;
  const list = (name: string): number[] =>
    (fields.get(name) ?? '')
      .replaceAll(/[[\]]/g, '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => parseNumber(word)!);
  return {
    schema: number('schema'),
    sum: number('sum'),
    count: number('count'),
    zeroCount: number('z_bucket'),
    zeroThreshold: number('z_bucket_w'),
    positive: { offset: number('offset'), counts: list('buckets') },
    negative: { offset: number('n_offset'), counts: list('n_buckets') },
    customValues: list('custom_values'),
    resetHint: (fields.get('counter_reset_hint') ?? 'unknown') as ResetHint,
  };
}

/** The next value of `{{...}}+{{...}}x5`. @throws Error when the layouts differ */
export function addHistogramText(value: NativeHistogram, increment: NativeHistogram, sign: 1 | -1): NativeHistogram {
  const sum = combineHistograms(value, increment, sign);
  if (sum === undefined) throw new Error('the histogram and its increment have different layouts');
  return sum;
}
