import type { Labels } from '../../core/labels.ts';
import type { NativeHistogram } from '../../promql/index.ts';
import type { AlertEvent } from '../../signal/signal.ts';
import type { Deviation, Sample } from '../deviation.ts';
import type { LossUpdate } from '../loss/loss.ts';
import { expandTemplate } from '../rule/template/expand.ts';
import type { Ask } from './ask.ts';
import type { RuleRun } from './run-log.ts';

/** Where one evaluation puts what it found. */
export interface Turn {
  readonly ask: Ask;
  readonly at: number;
  readonly externalUrl: string;
  /** Labels of this installation, for templates. */
  readonly externalLabels: Labels;
  /** What changed: on its way to the alert stage. */
  readonly events: AlertEvent[];
  /** What open deviations cost so far. Left out where nobody counts. */
  readonly losses?: LossUpdate[];
  /** Writes a sample at `time` (ms), by default the turn's instant. */
  write(labels: Labels, value: number, time?: number, histogram?: NativeHistogram): void;
  /** Ends a series at `time` (ms), by default the turn's instant. */
  writeStale(labels: Labels, time?: number): void;
  /** Makes what was written visible to the expressions that follow. */
  flush(): void;
}

/** Something evaluated at an interval. */
export interface Runner {
  /** Name for figures: the group's, `watermark:NAME` or `indicator:NAME`. */
  readonly label: string;
  /** `rule:GROUP/NAME`, `watermark:NAME` or `band:NAME`: the source of its events. */
  readonly sources: readonly string[];
  /** Milliseconds between two evaluations. */
  readonly interval: number;
  run(turn: Turn): void;
  /** Takes back what was open before a restart, by source. */
  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void;
  /** The last evaluation of each of its rules, by name. */
  readonly lastRuns: ReadonlyMap<string, RuleRun>;
}

/** Expands templates at the turn's instant. @param offset how far in the past their queries are evaluated, ms */
export function expander(turn: Turn, offset = 0): (template: string, sample: Sample) => string {
  const query = (expr: string): readonly Sample[] => turn.ask.instant(expr, turn.at - offset);
  return (template, sample) =>
    expandTemplate(template, sample, {
      at: turn.at,
      externalLabels: turn.externalLabels,
      externalUrl: turn.externalUrl,
      query,
    });
}
