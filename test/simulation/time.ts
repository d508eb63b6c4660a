import { SimulatedClock } from '../../src/core/clock.ts';

/** More turns than any instant needs. */
const RESTLESS = 200_000;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Simulated time, and who sleeps in it. */
export class SimulatedTime {
  readonly clock: SimulatedClock;
  #sleepers: Sleeper[] = [];
  /** Steps of the program that run now: none while everybody sleeps. */
  #active = 0;
  /** The same by name, to tell who does not come to rest. */
  readonly #steps = new Map<string, number>();

  constructor(start: number) {
    this.clock = new SimulatedClock(start);
  }

  now(): number {
    return this.clock.now();
  }

  /** Resolves at the instant, ms. */
  until(at: number): Promise<void> {
    return new Promise((resolve) => this.#sleepers.push({ at, wake: resolve }));
  }

  /** Counts a step as running until it ends. */
  async step<T>(what: string, run: () => Promise<T>): Promise<T> {
    this.#active++;
    this.#count(what, 1);
    try {
      return await run();
    } finally {
      this.#active--;
      this.#count(what, -1);
    }
  }

  #count(what: string, by: number): void {
    this.#steps.set(what, (this.#steps.get(what) ?? 0) + by);
  }

  /** A step lies down: it counts as running again when it is woken. */
  async sleep(at: number): Promise<void> {
    this.#active--;
    await this.until(at);
    this.#active++;
  }

  /** Lets everything run that can run at this instant. */
  async quiet(): Promise<void> {
    // Whatever runs is in a step, or ends in the turn in which it began.
    for (let turns = 0, still = false; !still;) {
      if (++turns > RESTLESS) throw new Error(`these do not come to rest: ${JSON.stringify([...this.#steps])}`);
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      const due = this.#sleepers.filter(({ at }) => at <= this.now());
      if (due.length > 0) {
        this.#sleepers = this.#sleepers.filter(({ at }) => at > this.now());
        for (const { wake } of due) wake();
        still = false;
      } else still = this.#active === 0;
    }
  }

  /** When the next sleeper wakes, ms. */
  next(): number {
    return this.#sleepers.reduce((first, { at }) => Math.min(first, at), Infinity);
  }
}
