import { labelsKey, type Labels } from '../../core/labels.ts';

/** Why a sample was not stored. */
export type RejectReason =
  | 'too_old'
  | 'too_new'
  | 'out_of_order'
  | 'conflict'
  | 'series_limit'
  | 'labels_invalid'
  | 'time_invalid'
  | 'histogram_invalid';

const WORDS: Record<RejectReason, string> = {
  too_old: 'older than the retention',
  too_new: 'too far ahead of the present',
  out_of_order: 'too far behind the newest sample of their series',
  conflict: 'at an instant that already has another value',
  series_limit: 'of new series beyond the limit',
  labels_invalid: 'with labels that are not valid',
  histogram_invalid: 'of native histograms that are none',
  time_invalid: 'with a timestamp that is not a whole number of milliseconds between 1970 and 2106',
};

/** All reasons, for metrics. */
export const REJECT_REASONS = Object.keys(WORDS) as readonly RejectReason[];

/** Rejected samples of one reason. */
export interface Rejection {
  readonly reason: RejectReason;
  readonly count: number;
  /** The first one, with what was wrong. */
  readonly example: string;
}

/** What became of a batch. It is given only when the stored samples are durable. */
export interface WriteOutcome {
  /** Samples now stored, without duplicates. */
  readonly stored: number;
  /** Samples that were there already with the same value: accepted silently. */
  readonly duplicates: number;
  readonly newSeries: number;
  readonly rejected: readonly Rejection[];
  /** How many of those stored or there already are native histograms. */
  readonly histograms: number;
  /** Seen in the request, not stored. */
  readonly exemplars: number;
}

/** Number of rejected samples. */
export function rejectedCount(outcome: WriteOutcome): number {
  return outcome.rejected.reduce((sum, rejection) => sum + rejection.count, 0);
}

/** The rejections as one text for the sender, or '' when there are none. */
export function describeRejections(outcome: WriteOutcome): string {
  return outcome.rejected
    .map(({ reason, count, example }) => `${count} sample(s) ${WORDS[reason]}, first: ${example}`)
    .join('; ');
}

/** Gathers the outcome of one batch. */
export class OutcomeCount {
  stored = 0;
  duplicates = 0;
  newSeries = 0;
  histograms = 0;
  readonly #rejected = new Map<RejectReason, { count: number; example: string }>();

  /** Counts rejected samples; the example is only made for the first of its reason. */
  reject(reason: RejectReason, count: number, example: () => string): void {
    const known = this.#rejected.get(reason);
    if (known) known.count += count;
    else this.#rejected.set(reason, { count, example: example() });
  }

  /** The rejections so far. */
  rejections(): Rejection[] {
    return [...this.#rejected].map(([reason, { count, example }]) => ({ reason, count, example }));
  }

  /** The outcome. */
  finish(batch: { readonly exemplars: number }): WriteOutcome {
    return {
      stored: this.stored,
      duplicates: this.duplicates,
      newSeries: this.newSeries,
      rejected: this.rejections(),
      histograms: this.histograms,
      exemplars: batch.exemplars,
    };
  }
}

/** A series in the words of a message. */
export function describe(labels: Labels): string {
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const text = `${name}{${pairs.join(', ')}}`;
  return text.length > 300 ? `${text.slice(0, 300)}…` : text || labelsKey(labels);
}
