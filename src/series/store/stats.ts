import type { SeriesEntry } from './entry.ts';
import { REJECT_REASONS } from './outcome.ts';
import type { OutcomeCount, RejectReason } from './outcome.ts';

/** The state of the store in figures. */
export interface StoreStats {
  readonly series: number;
  /** Samples in blocks and in the head, each counted once. */
  readonly samples: number;
  /** Samples of the head that are not in blocks. */
  readonly headSamples: number;
  /** Oldest and newest time, ms; undefined when the store is empty. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Size of the file without free pages, and of the batch log within it, bytes. */
  readonly diskBytes: number;
  readonly logBytes: number;
  /** Memory of the head's samples and of the table of label bytes, bytes. */
  readonly headBytes: number;
  readonly indexBytes: number;
  readonly cachedSamples: number;
  /** Series per metric name, most first. */
  readonly perMetric: readonly { readonly name: string; readonly series: number }[];
  /** Since the store was opened. */
  readonly stored: number;
  readonly duplicates: number;
  readonly newSeries: number;
  readonly rejected: Readonly<Record<RejectReason, number>>;
}

/** Counts what passes through the store. */
export class SeriesStats {
  #stored = 0;
  #duplicates = 0;
  #newSeries = 0;
  readonly #rejected = Object.fromEntries(REJECT_REASONS.map((reason) => [reason, 0])) as Record<RejectReason, number>;

  /** Adds the outcome of a batch. */
  count(outcome: OutcomeCount): void {
    this.#stored += outcome.stored;
    this.#duplicates += outcome.duplicates;
    this.#newSeries += outcome.newSeries;
    for (const { reason, count } of outcome.rejections()) this.#rejected[reason] += count;
  }

  /** The counters together with what a walk over the series finds. */
  report(
    entries: readonly (SeriesEntry | undefined)[],
    rest: {
      live: number;
      diskBytes: number;
      logBytes: number;
      headBytes: number;
      indexBytes: number;
      cachedSamples: number;
      perMetric: ReadonlyMap<string, readonly number[]>;
    },
  ): StoreStats {
    const { live, perMetric, ...sizes } = rest;
    const sums = { samples: 0, headSamples: 0 };
    let from = Infinity;
    let to = -Infinity;
    for (const entry of entries) {
      if (!entry) continue;
      sums.samples += entry.progress.samples + entry.unflushed;
      sums.headSamples += entry.unflushed;
      from = Math.min(from, entry.oldest);
      to = Math.max(to, entry.newest);
    }
    return {
      series: live,
      ...sums,
      from: from === Infinity ? undefined : from,
      to: to === -Infinity ? undefined : to,
      ...sizes,
      perMetric: Array.from(perMetric, ([name, ids]) => ({ name, series: ids.length })).sort(
        (a, b) => b.series - a.series || (a.name < b.name ? -1 : 1),
      ),
      stored: this.#stored,
      duplicates: this.#duplicates,
      newSeries: this.#newSeries,
      rejected: { ...this.#rejected },
    };
  }
}
