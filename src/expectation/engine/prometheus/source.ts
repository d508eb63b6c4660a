import type { SeriesStore } from '../../../series/index.ts';
import type { EnginePlan } from '../plan.ts';
import type { RulesReport } from '../report.ts';

/** What answering needs: the store, the present instant, and a stopwatch for time-outs (ms, any origin). */
export interface PrometheusSource {
  readonly store: SeriesStore;
  /** When the engine started, ms. */
  readonly startedAt: number;
  now(): number;
  elapsed(): number;
  rules(): RulesReport;
  plan(): EnginePlan | null;
  /** What is scraped, in Prometheus' form of a target. */
  targets(): readonly unknown[];
}

/** Whether the client went away: shared memory, so that a busy thread sees it. */
export type CancelFlag = Int32Array;

/** Whether the flag is up. */
export function isCancelled(flag: CancelFlag | undefined): boolean {
  return flag !== undefined && Atomics.load(flag, 0) !== 0;
}
