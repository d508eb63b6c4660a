import type { Clock } from '../core/clock.ts';

/** How fast the clock runs while the machine's clock is behind it: waits grow by a ninth, and an hour is caught up in ten. */
const SLOW = 0.9;
/** Smaller steps back are waited out: nothing is noticed of them. */
const JITTER = 2;

/**
 * The machine's clock without its steps back. When that clock is set back, this one goes on a little slower until it is
 * met: an escalation that is due in five minutes is due in five and a half, not in an hour and five. A step forward is
 * followed at once: what is due by then is done, early at worst.
 */
export class SteadyClock implements Clock {
  readonly speed = 1;
  readonly #wall: () => number;
  readonly #elapsed: () => number;
  #last: number;
  #lastElapsed: number;
  #offset = 0;

  /**
   * @param wall the machine's clock, ms since the epoch
   * @param elapsed a stopwatch that nobody sets, ms
   */
  constructor(wall: () => number = () => Date.now(), elapsed: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#elapsed = elapsed;
    this.#last = wall();
    this.#lastElapsed = elapsed();
  }

  now(): number {
    const elapsed = this.#elapsed();
    const passed = Math.max(0, elapsed - this.#lastElapsed);
    const wall = this.#wall() + this.#offset;
    const expected = this.#last + passed;
    this.#last = wall >= expected - JITTER ? Math.max(wall, this.#last) : Math.max(wall, this.#last + passed * SLOW);
    this.#lastElapsed = elapsed;
    return Math.floor(this.#last);
  }

  /** How far this clock is ahead of the machine's, ms. */
  get ahead(): number {
    return this.now() - this.#wall() - this.#offset;
  }

  /**
   * Takes over the time of a database that several instances share: `offset` is what its clock shows more than the
   * machine's, ms. Due times are then compared with one clock, whichever instance does it.
   */
  follow(offset: number): void {
    this.now();
    this.#offset = offset;
  }

  /** Starts no earlier than what was written before: the machine's clock may have been set back while nothing ran. */
  notBefore(instant: number): void {
    if (instant > this.now()) this.#last = instant;
  }
}
