/**
 * Remembers which way out is broken. It never says no: a broken way only goes to the end of the line, because a page
 * that is not tried is a page that is lost.
 */
export class Breaker {
  readonly #threshold: number;
  readonly #coolDown: number;
  readonly #now: () => number;
  #failures = 0;
  #openedAt: number | null = null;
  #probing = false;

  /**
   * @param threshold failures in a row that open it
   * @param coolDown how long it stays open before one probe is let through, ms
   */
  constructor(threshold: number, coolDown: number, now: () => number) {
    this.#threshold = threshold;
    this.#coolDown = coolDown;
    this.#now = now;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openedAt === null) return 'closed';
    if (this.#probing || this.#now() - this.#openedAt < this.#coolDown) return 'open';
    return 'half-open';
  }

  /** Told before a try: in the half-open state this try is the probe, and others see it as open. */
  begin(): void {
    if (this.state === 'half-open') this.#probing = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openedAt = null;
    this.#probing = false;
  }

  failed(): void {
    this.#failures++;
    this.#probing = false;
    if (this.#failures >= this.#threshold) this.#openedAt = this.#now();
  }
}

/** A way out with its breaker. */
export interface Guarded<T> {
  readonly way: T;
  readonly breaker: Breaker;
}

/** The ways in the order they are to be tried: those that work (or are due for a probe) first, broken ones last. */
export function inOrder<T>(ways: readonly Guarded<T>[]): readonly Guarded<T>[] {
  return ways.toSorted((a, b) => Number(a.breaker.state === 'open') - Number(b.breaker.state === 'open'));
}
