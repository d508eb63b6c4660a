import type { Labels } from '../core/labels.ts';
import type { NativeHistogram } from './value/histogram.ts';

export type MatchOp = '=' | '!=' | '=~' | '!~';

/** One label matcher of a vector selector. Regexes are fully anchored and run on RE2 syntax only. */
export interface Matcher {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
}

/**
 * The samples of one series within the asked window, ascending in time, no two at the same instant.
 * `values` keeps the bits it was given: a staleness marker is the NaN with the bits 0x7ff0000000000002 and is told from
 * an ordinary NaN by looking at the bits, never by passing the number on.
 */
export interface SeriesSlice {
  /** All labels including `__name__`. */
  readonly labels: Labels;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Present when the series has native histograms: the histogram of sample i, whose float value then does not count. */
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

/**
 * The small port through which PromQL reads series. Synchronous: the engine runs beside the store, in its worker.
 * An asynchronous backend (another engine) is fetched before evaluation and handed over as such a source.
 */
export interface SeriesSource {
  /**
   * Series matching all matchers that have at least one sample in [from, to], both ends included, in ms. The arrays of a
   * slice may be overwritten when the next one is asked for: whoever keeps samples copies them.
   */
  select(matchers: readonly Matcher[], from: number, to: number): Iterable<SeriesSlice>;
}
