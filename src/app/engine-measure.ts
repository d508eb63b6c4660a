import { Fault } from '../core/fault.ts';
import type { Measure } from '../incident/index.ts';
import type { EngineClient } from './engine-client.ts';

interface Matrix {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    /** Without values where a series has native histograms alone. */
    readonly result?: readonly { metric: Record<string, string>; values?: readonly [number, string][] }[];
  };
}

/** The metrics engine as the stage incident asks it: at an instant, and over a range by the Prometheus query API. */
export function engineMeasure(engine: EngineClient): Measure {
  return {
    values: async (expr, at) => (await engine.values(expr, at)).map(({ labels, value }) => ({ labels, value })),
    async range(expr, from, to, step) {
      const params = {
        query: [expr],
        start: [String(from / 1000)],
        end: [String(to / 1000)],
        step: [String(step / 1000)],
      };
      const { status, body } = await engine.prometheus('query_range', params);
      const answer = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8')) as Matrix;
      if (status !== 200 || !answer.data)
        throw new Fault('execution_failed', { what: answer.error ?? `status ${status}` });
      const rows = Math.floor((to - from) / step) + 1;
      return (answer.data.result ?? []).map(({ metric, values = [] }) => {
        const line = new Array<number>(Math.max(0, rows)).fill(NaN);
        for (const [at, value] of values) line[Math.round((at * 1000 - from) / step)] = Number(value);
        return { labels: metric, values: line };
      });
    },
  };
}
