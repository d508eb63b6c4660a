/** More keys than this are forgotten, the full ones first: they are as new ones. */
const MOST_KEYS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A bucket of tokens for each key, refilled steadily: what comes faster finds it empty. It says who is to stand behind
 * in a storm; nothing is refused by it.
 */
export class Buckets {
  readonly #capacity: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(capacity: number, perSecond: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
  }

  /** Takes a token; false when there is none. @param now ms */
  take(key: string, now: number): boolean {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      if (this.#buckets.size >= MOST_KEYS) this.#forget(now);
      this.#buckets.set(key, (bucket = { tokens: this.#capacity, at: now }));
    }
    const passed = Math.max(0, now - bucket.at) / 1000;
    bucket.tokens = Math.min(this.#capacity, bucket.tokens + passed * this.#perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  #forget(now: number): void {
    for (const [key, { tokens, at }] of this.#buckets) {
      if (tokens + ((now - at) / 1000) * this.#perSecond >= this.#capacity) this.#buckets.delete(key);
    }
    if (this.#buckets.size >= MOST_KEYS) this.#buckets.clear();
  }
}
