/** Bounds on one request of OTLP metrics. */
export interface OtlpLimits {
  /** Bytes after decompression. The protocol recommends this number. */
  readonly maxBytes: number;
  /**
   * Parts of a request taken together: resources, scopes, metrics, points, attributes, buckets, quantiles. A part takes
   * two bytes on the wire and a hundred in memory, so bytes alone bound nothing.
   */
  readonly maxParts: number;
  /** Lists and maps inside an attribute's value. */
  readonly maxDepth: number;
}

export const OTLP_LIMITS: OtlpLimits = { maxBytes: 64 << 20, maxParts: 4_000_000, maxDepth: 8 };

/** Counts the parts of a request. */
export class PartCount {
  #left: number;
  readonly #max: number;

  constructor(max: number) {
    this.#left = max;
    this.#max = max;
  }

  /** Counts some parts. @returns what is wrong, or null */
  take(count = 1): string | null {
    this.#left -= count;
    return this.#left < 0
      ? `there are more than ${this.#max} parts (points, attributes, buckets) in one request`
      : null;
  }
}
