import { Fault } from '../../core/fault.ts';
import type { Matcher } from '../../promql/index.ts';
import type { Erasure, SampleBatch, SeriesStore, WriteOutcome } from '../../series/index.ts';
import type { RemoteSeries } from '../../series/remote/index.ts';
import { LocalAsk, type Ask } from './ask.ts';
import { asksForData, answerPrometheus, failure, type PrometheusAnswer, type QueryPath } from './prometheus-api.ts';
import type { QueryParams } from './prometheus/params.ts';
import { isHeavy } from './prometheus/weigh.ts';
import { isCancelled, type CancelFlag, type PrometheusSource } from './prometheus/source.ts';

/** Figures of what is stored; zero where another engine keeps it. */
export interface BackendStats {
  readonly series: number;
  readonly samples: number;
}

/** Where samples lie and expressions are evaluated: the embedded store, or another engine. */
export interface Backend {
  readonly ask: Ask;
  /** Whether write is done with the memory of a batch when it returns. */
  readonly takesAtOnce: boolean;
  /** Resolves when the samples are durable. @throws Fault */
  write(batch: SampleBatch): Promise<WriteOutcome>;
  /** The same; what is asked after it returned sees the samples. */
  writeVisible(batch: SampleBatch): Promise<WriteOutcome>;
  answer(
    source: Omit<PrometheusSource, 'store'>,
    path: string,
    params: QueryParams,
    flag?: CancelFlag,
  ): PrometheusAnswer | Promise<PrometheusAnswer>;
  /** When the recorded history begins, ms, or null. */
  historyStart(now: number): number | null;
  stats(): BackendStats;
  /** Housekeeping; true while there is more to do. */
  maintain(): boolean;
  /** Starts a deletion in the embedded store. @throws Fault `bad_request` where another engine keeps the series */
  erase(selectors: readonly (readonly Matcher[])[], from: number, to: number): Erasure;
  /** Has the housekeeping that follows take what was deleted out of the files. @throws Fault as `erase` */
  beginClean(): void;
  endClean(): void;
  close(): void;
}

/** Evaluates queries elsewhere, so that the store's thread is free for samples and rules meanwhile. */
export interface HeavyQueries {
  /** @param now the present instant, ms @throws Fault `overloaded` when too many wait already */
  answer(path: QueryPath, params: QueryParams, now: number, flag?: CancelFlag): Promise<PrometheusAnswer>;
  close(): void;
}

/** The backend over the embedded store. @param heavy where queries that would hold this thread up go, if anywhere */
export function localBackend(store: SeriesStore, heavy?: HeavyQueries): Backend {
  return {
    ask: new LocalAsk({ select: (matchers, from, to) => store.scan(matchers, from, to) }),
    takesAtOnce: true,
    write: (batch) => store.write(batch),
    writeVisible: (batch) => store.write(batch),
    answer(source, path, params, flag) {
      if (heavy && (path === 'query' || path === 'query_range') && isHeavy(store, path, params, source.now()))
        return heavy.answer(path, params, source.now(), flag);
      return answerPrometheus({ ...source, store }, path, params, flag);
    },
    historyStart: () => store.stats().from ?? null,
    stats: () => store.stats(),
    maintain: () => store.maintain(),
    erase: (selectors, from, to) => store.erase(selectors, from, to),
    beginClean: () => store.beginCompact(),
    endClean: () => store.checkpoint(),
    close: () => {
      heavy?.close();
      store.close();
    },
  };
}

/** The backend over another engine; what is known only here (rules, alerts) is still answered here. */
export function remoteBackend(remote: RemoteSeries): Backend {
  return {
    ask: remote,
    takesAtOnce: false,
    write: (batch) => remote.write(batch),
    writeVisible: async (batch) => remote.writeVisible(batch),
    async answer(source, path, params, flag) {
      if (!asksForData(path)) return answerPrometheus({ ...source, store: null }, path, params, flag);
      try {
        return await remote.forward(path, params, () => isCancelled(flag));
      } catch (error) {
        return failure(error);
      }
    },
    historyStart: (now) => remote.historyStart(now),
    stats: () => ({ series: 0, samples: 0 }),
    maintain: () => false,
    erase: keptElsewhere,
    beginClean: keptElsewhere,
    endClean: keptElsewhere,
    close: () => remote.close(),
  };
}

/** Not passed on: VictoriaMetrics, for one, would delete whole series where a range was asked for. */
function keptElsewhere(): never {
  throw new Fault('bad_request', {
    what: 'The series are kept by the engine that metrics.engine names. Delete them there, by its own admin API.',
  });
}
