import type { Labels } from '../../core/labels.ts';
import type { MetricMetadata } from '../../series/index.ts';

/** One sample of a page of metrics. */
export interface ExposedSample {
  /** The series as it is written on the page: equal text is the same series. */
  readonly text: string;
  /** With `__name__`. */
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the epoch, or null: then it is of the instant of the scrape. */
  readonly time: number | null;
}

/** A page of metrics. Exemplars are read and left out. */
export interface Exposition {
  readonly samples: readonly ExposedSample[];
  readonly metadata: readonly MetricMetadata[];
}

/** Bounds on a page. */
export interface ExpositionLimits {
  readonly maxSamples: number;
  readonly maxFamilies: number;
  readonly maxLabels: number;
  /** UTF-16 units of a label value, a name or a help text. */
  readonly maxText: number;
}

export const EXPOSITION_LIMITS: ExpositionLimits = {
  maxSamples: 500_000,
  maxFamilies: 100_000,
  maxLabels: 256,
  maxText: 65_536,
};
