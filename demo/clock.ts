/**
 * The server's accelerated clock, read from here: one answer of the server gives the instant, the machine's monotonic
 * clock the time since. Waits are told in simulated time.
 */
export class StoryClock {
  /** Simulated seconds in one real second. */
  readonly speed: number;
  readonly #simulated: number;
  readonly #real: number;

  /**
   * @param simulated what the server's clock said, ms since the epoch
   * @param speed simulated seconds in one real second
   */
  constructor(simulated: number, speed: number) {
    this.speed = speed;
    this.#simulated = simulated;
    // Taken after the answer came, so this clock is at most behind the server's, never ahead: a sample from the future
    // would be refused.
    this.#real = performance.now();
  }

  /** The simulated present, ms since the epoch. */
  now(): number {
    return Math.floor(this.#simulated + (performance.now() - this.#real) * this.speed);
  }

  /** What Berlin's wall clock shows, such as 17:42. */
  wall(at = this.now()): string {
    return new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' }).format(at);
  }
}

/** Waits `ms` real milliseconds, or until the signal stops it, which is no error. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
