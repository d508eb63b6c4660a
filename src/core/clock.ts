/**
 * Time as the program sees it. Core and stages never read the machine's clock: they are handed one of these.
 * All instants are milliseconds since the Unix epoch.
 */
export interface Clock {
  /** The present instant, in milliseconds since the Unix epoch. */
  now(): number;
  /** How many seconds of this clock pass in one real second: 1 except in the demo and in accelerated rehearsals. */
  readonly speed: number;
}

/** A clock that moves only when told to: for tests, simulations and replays. */
export class SimulatedClock implements Clock {
  readonly speed = 1;
  #now: number;

  /** @param start first instant, ms since the epoch */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Moves to `instant` (ms since the epoch). Going back is allowed: wall clocks do that too. */
  set(instant: number): void {
    this.#now = instant;
  }

  /** Moves forward by `ms` milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
  }
}
