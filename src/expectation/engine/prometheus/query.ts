import { Fault } from '../../../core/fault.ts';
import { evaluateInstant, evaluateRange, parseExpr, type Evaluated, type Expr } from '../../../promql/index.ts';
import { countParam, durationParam, instantParam, required, type QueryParams } from './params.ts';
import { envelope, matrixRow, sampleText, seconds, vectorRow } from './render.ts';
import { isCancelled, type CancelFlag, type QuerySource } from './source.ts';

/** Points of one series in an answer at most, as in Prometheus. */
const MAX_POINTS = 11_000;
/** Samples one query may touch, as in Prometheus. */
export const MAX_SAMPLES = 50_000_000;
/** Longest time of one query, ms, as in Prometheus. */
export const QUERY_TIMEOUT_MS = 120_000;
/** Expressions kept parsed: dashboards ask the same ones again and again. */
const MOST_PARSED = 1000;
const known = new Map<string, Expr>();

/** The expression of a query. @throws Fault `expression_invalid` */
export function parseQuery(text: string): Expr {
  let expr = known.get(text);
  if (!expr) {
    expr = parseExpr(text);
    if (known.size >= MOST_PARSED) known.clear();
    known.set(text, expr);
  }
  return expr;
}

/** Answers `query`. @throws Fault */
export function instantQuery(source: QuerySource, params: QueryParams, flag?: CancelFlag): string {
  const text = required(params, 'query');
  const at = instantParam(params, 'time', source.now());
  const watch = new Watch(source);
  const expr = parseQuery(text);
  watch.prepared();
  const evaluated = evaluateInstant(expr, { source: source.series, at, text, ...limits(source, params, flag) });
  const { result } = evaluated;
  const limit = countParam(params, 'limit');
  switch (result.kind) {
    case 'scalar':
    case 'string': {
      const value = result.kind === 'scalar' ? sampleText(result.value) : result.value;
      const row = `${seconds(result.time)},${JSON.stringify(value)}`;
      return answer(`"resultType":"${result.kind}","result":[${row}]`, evaluated, watch, params, at);
    }
    case 'vector': {
      const { kept, remarks } = cut(result.samples, limit, evaluated);
      const rows = kept.map(vectorRow).join(',');
      return answer(`"resultType":"vector","result":[${rows}]`, remarks, watch, params, at);
    }
    case 'matrix': {
      const { kept, remarks } = cut(result.series, limit, evaluated);
      const rows = kept.map(matrixRow).join(',');
      return answer(`"resultType":"matrix","result":[${rows}]`, remarks, watch, params, at);
    }
  }
}

/** Answers `query_range`. @throws Fault */
export function rangeQuery(source: QuerySource, params: QueryParams, flag?: CancelFlag): string {
  const text = required(params, 'query');
  const start = instantParam(params, 'start');
  const end = instantParam(params, 'end');
  const step = durationParam(params, 'step');
  if (end < start)
    throw new Fault('bad_request', { what: 'invalid parameter "end": end timestamp must not be before start time' });
  if (!(step > 0)) {
    throw new Fault('bad_request', {
      what: 'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    });
  }
  if ((end - start) / step > MAX_POINTS) {
    throw new Fault('bad_request', {
      what: `exceeded maximum resolution of ${MAX_POINTS} points per timeseries. Raise "step" or shorten the range.`,
    });
  }
  const watch = new Watch(source);
  const expr = parseQuery(text);
  watch.prepared();
  const range = { source: source.series, start, end, step, text };
  const evaluated = evaluateRange(expr, { ...range, ...limits(source, params, flag) });
  const { kept, remarks } = cut(evaluated.result.series, countParam(params, 'limit'), evaluated);
  return answer(`"resultType":"matrix","result":[${kept.map(matrixRow).join(',')}]`, remarks, watch, params, null);
}

/** What one evaluation may use. */
function limits(
  source: QuerySource,
  params: QueryParams,
  flag: CancelFlag | undefined,
): { shouldStop: () => boolean; timeLimit: string; maxSamples: number; lookback?: number } {
  const asked = params['timeout']?.[0] ? durationParam(params, 'timeout') : source.timeout;
  const timeout = Math.min(asked, source.timeout);
  const deadline = source.elapsed() + timeout;
  return {
    shouldStop: () => isCancelled(flag) || source.elapsed() > deadline,
    timeLimit: `${timeout / 1000}s`,
    maxSamples: MAX_SAMPLES,
    ...(params['lookback_delta']?.[0] ? { lookback: durationParam(params, 'lookback_delta') } : {}),
  };
}

type Remarks = Pick<Evaluated, 'warnings' | 'infos' | 'samples'>;

/** The first `limit` series (0 is all), with a warning when others are left out. */
function cut<T>(items: readonly T[], limit: number, evaluated: Remarks): { kept: readonly T[]; remarks: Remarks } {
  if (limit === 0 || items.length <= limit) return { kept: items, remarks: evaluated };
  const warnings = [...evaluated.warnings, 'results truncated due to limit'];
  return { kept: items.slice(0, limit), remarks: { ...evaluated, warnings } };
}

function answer(fields: string, remarks: Remarks, watch: Watch, params: QueryParams, at: number | null): string {
  const wanted = params['stats']?.[0] ?? '';
  const stats = wanted === '' ? '' : `,"stats":${JSON.stringify(watch.stats(remarks.samples, wanted === 'all', at))}`;
  return envelope(`{${fields}${stats}}`, remarks);
}

/** Times the parts of one query. */
class Watch {
  readonly #source: QuerySource;
  readonly #began: number;
  #prepared: number;

  constructor(source: QuerySource) {
    this.#source = source;
    this.#began = source.elapsed();
    this.#prepared = this.#began;
  }

  prepared(): void {
    this.#prepared = this.#source.elapsed();
  }

  /** Prometheus' statistics of a query; samples by step are known for instant queries only. */
  stats(samples: number, all: boolean, at: number | null): unknown {
    const now = this.#source.elapsed();
    const evaluated = (now - this.#prepared) / 1000;
    return {
      timings: {
        evalTotalTime: evaluated,
        resultSortTime: 0,
        queryPreparationTime: (this.#prepared - this.#began) / 1000,
        innerEvalTime: evaluated,
        execQueueTime: 0,
        execTotalTime: (now - this.#began) / 1000,
      },
      samples: {
        ...(all && at !== null ? { totalQueryableSamplesPerStep: [[at / 1000, samples]] } : {}),
        totalQueryableSamples: samples,
        peakSamples: samples,
      },
    };
  }
}
