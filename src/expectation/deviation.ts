import { fingerprint, type Labels } from '../core/labels.ts';
import type { NativeHistogram } from '../promql/index.ts';
import type { AlertEvent } from '../signal/signal.ts';

/** One element of an evaluated instant vector, as PromQL hands it over. */
export interface Sample {
  readonly labels: Labels;
  /** NaN when there is a native histogram. */
  readonly value: number;
  readonly histogram?: NativeHistogram | undefined;
}

export type DeviationState = 'pending' | 'firing' | 'resolved';

/** One thing that is not as expected: of a rule, a watermark or a band. There is one per label set. */
export interface Deviation {
  /** Fingerprint of `labels` (core/labels). */
  readonly fingerprint: string;
  /** With `alertname`, and `severity` where the rule gives one. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: DeviationState;
  /** Since when it is wrong; when it began to fire; when it ended (ms since the epoch). */
  readonly activeAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  /** The value when it was last seen wrong. */
  readonly value: number;
  /** Since when it is only held by keep_firing_for, ms; null while the condition holds. */
  readonly keptSince: number | null;
}

/** A change of a deviation's state, with the reason in words: what the alert stage takes. */
export interface Transition {
  readonly to: DeviationState;
  readonly at: number;
  readonly deviation: Deviation;
  readonly reason: string;
}

/** Where an event comes from, and until when a firing one holds without being repeated. */
export interface EventOrigin {
  /** `rule:NAME`, `watermark:NAME` or `band:NAME`. */
  readonly source: string;
  readonly generatorUrl: string | null;
  /** Instant after which a firing alert resolves by itself, ms, or null for never. */
  readonly validUntil: number | null;
}

/** The deviation as the signal stage's alert event. Pure. */
export function alertEvent(deviation: Deviation, origin: EventOrigin): AlertEvent {
  return {
    fingerprint: deviation.fingerprint,
    source: origin.source,
    labels: deviation.labels,
    annotations: deviation.annotations,
    status: deviation.state,
    startsAt: deviation.firedAt ?? deviation.activeAt,
    endsAt: deviation.state === 'resolved' ? deviation.resolvedAt : origin.validUntil,
    generatorUrl: origin.generatorUrl,
    value: Number.isFinite(deviation.value) ? deviation.value : null,
  };
}

/** A fresh pending deviation of these labels. */
export function pendingDeviation(labels: Labels, annotations: Labels, value: number, at: number): Deviation {
  return {
    fingerprint: fingerprint(labels),
    labels,
    annotations,
    state: 'pending',
    activeAt: at,
    firedAt: null,
    resolvedAt: null,
    value,
    keptSince: null,
  };
}
