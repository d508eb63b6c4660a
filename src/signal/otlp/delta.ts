/** Running totals of one stream of deltas. */
interface Stream {
  /** Whether two points may be added: the bounds of a histogram, '' for a sum. */
  shape: string;
  start: number;
  time: number;
  readonly totals: Float64Array;
  usedAt: number;
}

export interface DeltaLimits {
  /** Streams remembered at once. */
  readonly maxStreams: number;
  /** A stream that was silent for this long is forgotten, ms. */
  readonly keepMs: number;
}

const LIMITS: DeltaLimits = { maxStreams: 200_000, keepMs: 3_600_000 };

/** The totals after a point, or why it was not added. */
export type Added = { readonly ok: true; readonly totals: Float64Array } | { readonly ok: false; readonly why: string };

/**
 * Adds up deltas into the running totals that Prometheus' functions expect. A stream begins at zero with its first point;
 * after a restart of this process it begins again, which `rate` and `increase` take as a reset of the counter. A point
 * that came again (the answer to the first was lost) is not added twice. A gap is left as it is: what was lost by the
 * sender is not known.
 */
export class DeltaStreams {
  readonly #streams = new Map<string, Stream>();
  readonly #limits: DeltaLimits;

  constructor(limits: Partial<DeltaLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * @param key the series
   * @param shape what must not change within a stream; if it does, the totals begin again at zero
   * @param start where the point begins, ns @param time where it ends, ns
   * @param values to be added, element by element
   * @param now for forgetting what was silent, ms
   */
  add(key: string, shape: string, start: number, time: number, values: readonly number[], now: number): Added {
    const stream = this.#streams.get(key);
    if (!stream || stream.shape !== shape) {
      if (!stream && !this.#room(now)) return { ok: false, why: `there are too many streams of deltas` };
      const totals = Float64Array.from(values);
      this.#streams.set(key, { shape, start, time, totals, usedAt: now });
      return { ok: true, totals };
    }
    stream.usedAt = now;
    if (time === stream.time && start === stream.start) return { ok: true, totals: stream.totals };
    if (time <= stream.time) {
      return { ok: false, why: 'a delta that does not end after the one before it' };
    }
    for (const [index, value] of values.entries()) stream.totals[index] = stream.totals[index]! + value;
    stream.start = start;
    stream.time = time;
    return { ok: true, totals: stream.totals };
  }

  /** Forgets a stream that has ended. */
  end(key: string): void {
    this.#streams.delete(key);
  }

  get size(): number {
    return this.#streams.size;
  }

  #room(now: number): boolean {
    if (this.#streams.size < this.#limits.maxStreams) return true;
    for (const [key, { usedAt }] of this.#streams) if (now - usedAt > this.#limits.keepMs) this.#streams.delete(key);
    return this.#streams.size < this.#limits.maxStreams;
  }
}
