import type { ValueType } from './ast.ts';

/** What a function takes and gives. `optional` counts how many of the last parameters may be left out. */
export interface Signature {
  readonly params: readonly ValueType[];
  readonly optional: number;
  /** The last parameter may be repeated. */
  readonly repeat: boolean;
  readonly returns: ValueType;
  /** Prometheus keeps this one behind a feature flag; its meaning may change. */
  readonly experimental: boolean;
}

const LETTERS: Readonly<Record<string, ValueType>> = {
  s: 'scalar',
  t: 'string',
  v: 'instant vector',
  m: 'range vector',
};

/*
 * One line per shape: parameters as letters (s scalar, t string, v instant vector, m range vector; after `?` optional,
 * a final `*` repeats the last one), `>` the result, and the names. A `!` before a name marks it experimental.
 */
const SHAPES: readonly (readonly [string, string])[] = [
  ['v>v', 'abs absent ceil exp floor ln log10 log2 sgn sort sort_desc sqrt timestamp'],
  ['v>v', 'acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad'],
  ['v>v', 'histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar'],
  ['?v>v', 'day_of_month day_of_week day_of_year days_in_month hour minute month year'],
  ['m>v', 'absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time'],
  ['m>v', 'max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time'],
  ['m>v', '!mad_over_time !first_over_time !ts_of_min_over_time !ts_of_max_over_time !ts_of_last_over_time'],
  ['m>v', '!ts_of_first_over_time'],
  ['sm>v', 'quantile_over_time'],
  ['ms>v', 'predict_linear'],
  ['mss>v', '!double_exponential_smoothing'],
  ['vss>v', 'clamp'],
  ['vs>v', 'clamp_max clamp_min'],
  ['v?s>v', 'round'],
  ['sv>v', 'histogram_quantile'],
  ['ssv>v', 'histogram_fraction'],
  ['vtttt>v', 'label_replace'],
  ['vtt?t*>v', 'label_join'],
  ['v?t*>v', '!sort_by_label !sort_by_label_desc'],
  ['v>s', 'scalar'],
  ['s>v', 'vector'],
  ['>s', 'pi time !start !end !step !range'],
  ['ss>s', '!max_of !min_of'],
];

const SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  SHAPES.flatMap(([shape, names]) => {
    const [params = '', returns = ''] = shape.split('>');
    const letters = params.replaceAll(/[?*]/g, '');
    const mark = params.indexOf('?');
    const base = {
      params: Array.from(letters, (letter) => LETTERS[letter]!),
      optional: mark < 0 ? 0 : letters.length - mark,
      repeat: params.endsWith('*'),
      returns: LETTERS[returns]!,
    };
    return names.split(' ').map((name): [string, Signature] => {
      return [name.replace('!', ''), { ...base, experimental: name.startsWith('!') }];
    });
  }),
);

/** The signature of a function, or undefined when there is no such function. */
export function signatureOf(name: string): Signature | undefined {
  return SIGNATURES.get(name);
}
