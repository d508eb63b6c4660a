/** Bounds on one request of remote write. */
export interface RemoteWriteLimits {
  /** Bytes after decompression. */
  readonly maxBytes: number;
  /** Series and samples in one request. */
  readonly maxSeries: number;
  readonly maxSamples: number;
  /** Entries of the symbol table of version 2.0. */
  readonly maxSymbols: number;
}

/** Bounds that a well-meant sender does not reach. */
export const DEFAULT_LIMITS: RemoteWriteLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxSeries: 500_000,
  maxSamples: 2_000_000,
  maxSymbols: 1_000_000,
};
