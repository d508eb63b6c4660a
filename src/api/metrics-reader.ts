import type { z } from 'zod';
import type { indicatorView, levelSeries, ruleList } from './contract.ts';

/** An answer of the Prometheus API, ready to be sent. */
export interface PrometheusAnswer {
  readonly status: number;
  /** JSON text of the whole envelope; long ones in UTF-8. */
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** What the API reads from the metrics engine, which lives in a thread of its own. */
export interface MetricsReader {
  /**
   * One request of the Prometheus query API: `path` behind /api/v1/, parameters as given. `flag` is shared memory whose
   * first word is set once nobody waits for the answer any more.
   */
  prometheus(
    path: string,
    params: Readonly<Record<string, readonly string[]>>,
    flag?: Int32Array,
  ): Promise<PrometheusAnswer>;
  /** Rule groups, watermarks and indicators with their states and last runs. */
  rules(): Promise<Omit<z.infer<typeof ruleList>, 'at'>>;
  /** The indicators with their series and states, as of the last evaluation. */
  indicators(): Promise<z.infer<typeof indicatorView>[]>;
  /** One series of an indicator with its band, over [from, to] in ms. Null if there is no such indicator. */
  level(
    name: string,
    labels: Readonly<Record<string, string>>,
    from: number,
    to: number,
  ): Promise<Omit<z.infer<typeof levelSeries>, 'alarms'> | null>;
}
