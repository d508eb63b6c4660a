import { Fault } from '../core/fault.ts';

/**
 * Lets a number of queries into the metrics engine and keeps the others in line: what waits here costs nothing, and can
 * still be given up.
 */
export class QueryGate {
  readonly #atOnce: number;
  readonly #line: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param atOnce queries that run at once @param line queries that may wait */
  constructor(atOnce: number, line: number) {
    this.#atOnce = atOnce;
    this.#line = line;
  }

  /**
   * Runs `work` when it is its turn.
   * @param gone tells whether somebody still waits for the answer, and is asked just before the work begins
   * @throws Fault `overloaded` when the line is full
   * @returns what the work gives, or null when nobody waited for it any more
   */
  async pass<T>(work: () => Promise<T>, gone: () => boolean): Promise<T | null> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#line)
        throw new Fault('overloaded', { what: `${this.#line} queries wait already` });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return gone() ? null : await work();
    } finally {
      // The place is handed to the next in line, or given up.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
