import { Fault } from '../core/fault.ts';
import type { AskMeasures, Measure } from '../incident/index.ts';
import type { EngineClient } from './engine-client.ts';

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly errorType?: string;
  readonly data?: {
    /** Without values where a series has native histograms alone. */
    readonly result?: readonly {
      metric: Record<string, string>;
      values?: readonly [number, string][];
      value?: readonly [number, string];
    }[];
  };
}
type Result = NonNullable<NonNullable<Answer['data']>['result']>;

/** The metrics engine as the stage incident asks it: at an instant, and over a range by the Prometheus query API. */
export function engineMeasure(engine: EngineClient): Measure {
  return {
    values: async (expr, at) => (await engine.values(expr, at)).map(({ labels, value }) => ({ labels, value })),
    range: async (expr, from, to, step) => {
      const answer = await engine.prometheus('query_range', rangeParams(expr, from, to, step));
      return linesOf(resultOf(answer), from, to, step);
    },
  };
}

/** Real time for all questions about one incident: less than a lease, so that its row is not taken by somebody else. */
const BUDGET_MS = 10_000;

/**
 * The engine as it is asked for causes: about one incident after the other, whatever comes within ten seconds. An engine
 * that does not answer in time is not waited for, one that breaks is away.
 * @param budget real ms for one incident, the time in line included
 */
export function askEngine(engine: EngineClient, budget = BUDGET_MS): AskMeasures {
  let line: Promise<unknown> = Promise.resolve();
  return (questions) => {
    const until = performance.now() + budget;
    const run = line.then(() => questions(boundedMeasure(engine, until, budget)));
    line = run.catch(() => undefined);
    return run;
  };
}

function boundedMeasure(engine: EngineClient, until: number, budget: number): Measure {
  const ask = async (path: 'query' | 'query_range', params: Record<string, string[]>): Promise<Result> => {
    const left = until - performance.now();
    const slow = new Fault('query_timeout', { limit: `${budget / 1000}s` });
    if (left <= 0) throw slow;
    let timer: NodeJS.Timeout | undefined;
    try {
      const timeout = [(left / 1000).toFixed(3)];
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(slow), left);
      });
      return resultOf(await Promise.race([engine.prometheus(path, { ...params, timeout }), late]));
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new Fault('unavailable', { what: 'The metrics engine' }, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    values: async (expr, at) =>
      (await ask('query', { query: [expr], time: [String(at / 1000)] })).flatMap(({ metric, value }) =>
        value === undefined ? [] : [{ labels: metric, value: Number(value[1]) }],
      ),
    range: async (expr, from, to, step) =>
      linesOf(await ask('query_range', rangeParams(expr, from, to, step)), from, to, step),
  };
}

function rangeParams(expr: string, from: number, to: number, step: number): Record<string, string[]> {
  return {
    query: [expr],
    start: [String(from / 1000)],
    end: [String(to / 1000)],
    step: [String(step / 1000)],
    // VictoriaMetrics would move start and end to its own grid; Prometheus ignores it.
    nocache: ['1'],
  };
}

/** @throws Fault by what the engine says is wrong */
function resultOf({ status, body }: { readonly status: number; readonly body: string | Uint8Array }): Result {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    throw new Fault('unavailable', { what: `The metrics engine (it answered ${status} with what is no JSON)` });
  }
  if (status === 200 && answer.data) return answer.data.result ?? [];
  if (answer.errorType === 'timeout') throw new Fault('query_timeout', { limit: 'the engine allows' });
  if (status >= 500 || status === 429)
    throw new Fault('unavailable', { what: `The metrics engine (status ${status})` });
  throw new Fault('execution_failed', { what: answer.error ?? `status ${status}` });
}

function linesOf(result: Result, from: number, to: number, step: number) {
  const rows = Math.floor((to - from) / step) + 1;
  return result.map(({ metric, values = [] }) => {
    const line = new Array<number>(Math.max(0, rows)).fill(NaN);
    for (const [at, value] of values) line[Math.round((at * 1000 - from) / step)] = Number(value);
    return { labels: metric, values: line };
  });
}
