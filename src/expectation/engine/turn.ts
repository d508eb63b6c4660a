import type { Labels } from '../../core/labels.ts';
import type { AlertEvent } from '../../signal/signal.ts';
import type { Deviation, Sample } from '../deviation.ts';
import { expandTemplate } from '../rule/template/expand.ts';
import type { Ask } from './ask.ts';

/** Where one evaluation puts what it found. */
export interface Turn {
  readonly ask: Ask;
  readonly at: number;
  readonly externalUrl: string;
  /** What changed: on its way to the alert stage. */
  readonly events: AlertEvent[];
  /** Writes a sample at `at`. */
  write(labels: Labels, value: number): void;
  /** Ends a series at `at`. */
  writeStale(labels: Labels): void;
  /** Makes what was written visible to the expressions that follow. */
  flush(): void;
}

/** How one rule did at its last evaluation. */
export interface RuleRun {
  readonly at: number;
  readonly ms: number;
  readonly samples: number;
  readonly error: string | null;
}

/** Something evaluated at an interval. */
export interface Runner {
  /** `rule:GROUP/NAME`, `watermark:NAME` or `band:NAME`: the source of its events. */
  readonly sources: readonly string[];
  /** Milliseconds between two evaluations. */
  readonly interval: number;
  run(turn: Turn): void;
  /** Takes back what was open before a restart, by source. */
  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void;
  readonly lastRuns: ReadonlyMap<string, RuleRun>;
}

/** Expands templates at the turn's instant. */
export function expander(turn: Turn): (template: string, sample: Sample) => string {
  const query = (expr: string): readonly Sample[] => turn.ask.instant(expr, turn.at);
  return (template, sample) =>
    expandTemplate(template, sample, { at: turn.at, externalLabels: {}, externalUrl: turn.externalUrl, query });
}
