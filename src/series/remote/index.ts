/** Series in another engine: Prometheus, VictoriaMetrics, or whatever speaks the same API. */
export type { RemoteAddress } from './address.ts';
export { RemoteSeries } from './remote-series.ts';
