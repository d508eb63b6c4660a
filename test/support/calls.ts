import type { SampledSeries } from '../../demo/world/world.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Requests a minute that each side makes of the other, as the example operator's services do. */
const USUAL: Readonly<Record<string, number>> = {
  'user->booking': 1200,
  'booking->telematics': 700,
  'booking->identity': 1200,
  'booking->payment': 500,
  'telematics->carrier-north': 400,
  'telematics->carrier-south': 300,
};
const FAIL_USUALLY = 0.004;

/** Counters of calls, as the connector of the OpenTelemetry collector makes them of traces. */
export class Calls {
  /** The share of a call's requests that fail, where it is not the usual one. */
  readonly failing = new Map<string, number>();
  readonly #totals = new Map<string, { requests: number; failures: number }>();

  /** The days before an instant as far as they count: the hours around it, and the last eight hours. */
  past(until: number): SampledSeries[] {
    const spans = [3, 2, 1].map((day) => [until - day * DAY - 90 * MINUTE, until - day * DAY + 90 * MINUTE] as const);
    return this.#series([...spans, [until - 480 * MINUTE, until]].flatMap(([from, to]) => minutes(from!, to!)));
  }

  /** The minute that ends at an instant. */
  minute(at: number): SampledSeries[] {
    return this.#series([at]);
  }

  #series(instants: readonly number[]): SampledSeries[] {
    return Object.entries(USUAL).flatMap(([call, a]) => {
      const [client, server] = call.split('->') as [string, string];
      const total = this.#totals.get(call) ?? { requests: 0, failures: 0 };
      this.#totals.set(call, total);
      const requests: SampledSeries['samples'] = [];
      const failures: SampledSeries['samples'] = [];
      for (const at of instants) {
        total.requests += a;
        total.failures += a * (this.failing.get(call) ?? FAIL_USUALLY);
        requests.push({ at, value: total.requests });
        failures.push({ at, value: total.failures });
      }
      const labels = { client, server, job: 'traces' };
      return [
        { labels: { __name__: 'traces_service_graph_request_total', ...labels }, samples: requests },
        { labels: { __name__: 'traces_service_graph_request_failed_total', ...labels }, samples: failures },
      ];
    });
  }
}

function minutes(from: number, to: number): number[] {
  return Array.from({ length: Math.round((to - from) / MINUTE) + 1 }, (_, index) => from + index * MINUTE);
}
