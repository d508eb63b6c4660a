import type { Measure } from '../settings.ts';

/** What a caller sees of a callee per second. */
export interface SeenCalls {
  readonly requests: number;
  readonly failures: number;
  /** Mean seconds; none if left out. */
  readonly latency?: number | undefined;
}

/**
 * A metrics engine that knows calls alone: series with the labels client and server under the expressions `requests`,
 * `failures` and `latency`. @param at what is seen of each call (`client->server`) in the step that ends at an instant, ms
 */
export function engineOfCalls(at: (instant: number) => Readonly<Record<string, SeenCalls>>): Measure {
  return {
    values: async (expr, instant) => [
      { labels: {}, value: expr.startsWith('count(') ? Object.keys(at(instant)).length : 0 },
    ],
    range: async (expr, from, to, step) => {
      const instants = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, row) => from + row * step);
      const seen = instants.map(at);
      return [...new Set(seen.flatMap((calls) => Object.keys(calls)))].map((call) => {
        const [client, server] = call.split('->') as [string, string];
        const values = seen.map((calls) => calls[call]?.[expr as keyof SeenCalls] ?? NaN);
        return { labels: { client, server }, values };
      });
    },
  };
}
