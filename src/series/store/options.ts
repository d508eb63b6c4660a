const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Settings of the series store. */
export interface SeriesStoreOptions {
  /** File of the store, or ':memory:' for one that is gone when closed. */
  readonly path: string;
  /**
   * Whether the file itself keeps other processes out. Default true; false where a lock on the whole data directory
   * does, so that a backup can read beside the running store.
   */
  readonly exclusive?: boolean;
  /** The present instant, ms since the epoch. */
  readonly now: () => number;
  /** Samples older than this are refused and deleted, ms. Default 60 days. */
  readonly retentionMs?: number;
  /** How far a sample may lie behind the newest of its series, ms. Default 1 hour. */
  readonly outOfOrderMs?: number;
  /** How far a sample may lie ahead of now, ms. Default 1 day. */
  readonly aheadMs?: number;
  /** Most series kept at once; new ones beyond are refused. Default 1,000,000. */
  readonly maxSeries?: number;
  /** Size of the batch log from which it is folded into blocks, bytes: this bounds the time to recover. Default 32 MiB. */
  readonly logLimitBytes?: number;
  /** Samples of decompressed blocks kept for the next query; twice as many when their times are shared. Default 1,000,000. */
  readonly cacheSamples?: number;
  /** Samples that may wait for a commit that keeps failing before writes are refused. Default 2,000,000. */
  readonly maxPendingSamples?: number;
}

/** The options with their defaults filled in. */
export type Settings = Required<SeriesStoreOptions>;

/** Fills in the defaults. */
export function settingsOf(options: SeriesStoreOptions): Settings {
  return {
    exclusive: true,
    retentionMs: 60 * DAY,
    outOfOrderMs: HOUR,
    aheadMs: DAY,
    maxSeries: 1_000_000,
    logLimitBytes: 32 * 1024 * 1024,
    cacheSamples: 1_000_000,
    maxPendingSamples: 2_000_000,
    ...options,
  };
}
