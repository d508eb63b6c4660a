import type { Clock } from '../core/clock.ts';

/** Something done again and again. `run` returns when it wants to be run next (ms of the clock), or nothing for `every`. */
export interface Job {
  readonly name: string;
  /** Longest pause between two runs, in ms of the clock. */
  readonly every: number;
  run(now: number): Promise<number | void>;
}

interface Slot {
  readonly job: Job;
  timer: NodeJS.Timeout | null;
  running: boolean;
  again: boolean;
  dueAt: number;
}

/** Runs jobs on timers, each job never beside itself. A hint makes a job run at once. */
export class Pump {
  readonly #clock: Clock;
  readonly #slots = new Map<string, Slot>();
  readonly #onError: (job: string, error: unknown) => void;
  #stopped = true;
  #idle: (() => void)[] = [];

  constructor(clock: Clock, jobs: readonly Job[], onError: (job: string, error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
    for (const job of jobs) this.#slots.set(job.name, { job, timer: null, running: false, again: false, dueAt: 0 });
  }

  start(): void {
    this.#stopped = false;
    for (const slot of this.#slots.values()) this.#plan(slot, 0);
  }

  /** Runs the job as soon as possible: now, or right after the run under way. */
  hint(name: string): void {
    const slot = this.#slots.get(name);
    if (!slot || this.#stopped) return;
    if (slot.running) slot.again = true;
    else this.#plan(slot, 0);
  }

  /** Stops the timers and waits for the runs under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const slot of this.#slots.values()) if (slot.timer) clearTimeout(slot.timer);
    if ([...this.#slots.values()].some((slot) => slot.running))
      await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #plan(slot: Slot, delay: number): void {
    if (this.#stopped) return;
    const dueAt = performance.now() + delay;
    if (slot.timer) {
      if (slot.dueAt <= dueAt) return;
      clearTimeout(slot.timer);
    }
    slot.dueAt = dueAt;
    slot.timer = setTimeout(() => void this.#fire(slot), Math.min(delay, 2 ** 31 - 1));
  }

  async #fire(slot: Slot): Promise<void> {
    slot.timer = null;
    slot.running = true;
    slot.again = false;
    let next: number | void = undefined;
    try {
      next = await slot.job.run(this.#clock.now());
    } catch (error) {
      this.#onError(slot.job.name, error);
    }
    slot.running = false;
    if (this.#stopped) {
      if (![...this.#slots.values()].some((other) => other.running))
        for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    const pause = typeof next === 'number' ? Math.min(next - this.#clock.now(), slot.job.every) : slot.job.every;
    this.#plan(slot, slot.again ? 0 : Math.max(pause / this.#clock.speed, 1));
  }
}
