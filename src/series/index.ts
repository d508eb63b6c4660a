/** Series: the embedded store of samples, and the form in which samples reach it. */
export { BatchBuilder, BatchColumns } from './batch.ts';
export type { MetricMetadata, SampleBatch } from './batch.ts';
export { ByteSink, encodeLabels, labelBytesOf, putLabel } from './label-bytes.ts';
export { putHistogram } from './native-wire.ts';
export { openSeriesStore } from './store/series-store.ts';
export { decodeHistogram, encodeHistogram } from './native-bytes.ts';
export type { SeriesCursor, SliceBatch } from './store/cursor.ts';
export type { SeriesStore } from './store/series-store.ts';
export type { SeriesStoreOptions } from './store/options.ts';
export { describeRejections, rejectedCount } from './store/outcome.ts';
export type { Rejection, RejectReason, WriteOutcome } from './store/outcome.ts';
export type { Erasure } from './store/erasure.ts';
export type { StoreStats } from './store/stats.ts';
