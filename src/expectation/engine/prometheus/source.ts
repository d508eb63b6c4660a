import { Fault } from '../../../core/fault.ts';
import type { SeriesSource } from '../../../promql/index.ts';
import type { SeriesStore } from '../../../series/index.ts';
import type { EnginePlan } from '../plan.ts';
import type { RulesReport } from '../report.ts';

/** What answering needs: the store, the present instant, and a stopwatch for time-outs (ms, any origin). */
export interface PrometheusSource {
  /** Null when another engine keeps the series: then only what is known here can be asked. */
  readonly store: SeriesStore | null;
  /** When the engine started, ms. */
  readonly startedAt: number;
  now(): number;
  elapsed(): number;
  rules(): RulesReport;
  plan(): EnginePlan | null;
  /** What is scraped, in Prometheus' form of a target. */
  targets(): readonly unknown[];
}

/** What evaluating a query needs. */
export interface QuerySource {
  readonly series: SeriesSource;
  /** Longest time of one query, ms. */
  readonly timeout: number;
  now(): number;
  elapsed(): number;
}

/** Whether the client went away: shared memory, so that a busy thread sees it. */
export type CancelFlag = Int32Array;

/** Whether the flag is up. */
export function isCancelled(flag: CancelFlag | undefined): boolean {
  return flag !== undefined && Atomics.load(flag, 0) !== 0;
}

/** The embedded store. @throws Fault `not_found` when there is none */
export function storeOf({ store }: PrometheusSource): SeriesStore {
  if (!store) throw new Fault('not_found', { what: 'page of an embedded store', id: 'tsdb' });
  return store;
}
