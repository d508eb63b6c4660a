import pino from 'pino';
import { App } from '../../src/app/app.ts';
import { ENGINE_METHODS, type EngineClient } from '../../src/app/engine-client.ts';
import type { Job } from '../../src/app/pump.ts';
import type { Config } from '../../src/config/index.ts';
import { Fault } from '../../src/core/fault.ts';
import type { openSharedMemory, Store } from '../../src/store/index.ts';
import type { Chance } from './chance.ts';
import type { Post } from './post.ts';
import type { SimulatedTime } from './time.ts';

const MINUTE = 60_000;
/**
 * How often jobs run that are no work of anybody, in simulated time; those that are not here run once. There are two
 * instances, so each looks half as often as the world needs it.
 */
const SELDOM: Readonly<Record<string, number>> = {
  reconcile: 20 * MINUTE,
  seal: 12 * 60 * MINUTE,
  canary: 4 * 60 * MINUTE,
};
const WORK = ['inside', 'outside'];

/** What can go wrong with each call of the database, as probabilities. */
export interface Faults {
  /** It is away; nothing was stored. */
  readonly away: number;
  /** It was stored, and the answer got lost. */
  readonly unknown: number;
  /** The process is killed before, or after, the call. */
  readonly kill: number;
  /** The process is frozen for a while before the call. */
  readonly freeze: number;
}

export const CALM: Faults = { away: 0, unknown: 0, kill: 0, freeze: 0 };

/** The process of this instance is gone: nothing of it runs any more. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** What instances share. */
export interface Shared {
  readonly time: SimulatedTime;
  readonly chance: Chance;
  readonly database: Awaited<ReturnType<typeof openSharedMemory>>;
  readonly post: Post;
  readonly config: Config;
  /** Faults as they are now. */
  readonly faults: () => Faults;
  /** Lines of the log from `error` up. */
  readonly errors: string[];
  /** Told of each fault, for the report. */
  readonly fault: (kind: string) => void;
}

/** One process of Lamplighter: its calls of the database can fail, freeze it, or be its last ones. */
export class Instance {
  readonly name: string;
  app!: App;
  alive = true;
  readonly #shared: Shared;
  readonly #dueAt = new Map<string, number>();
  readonly #running = new Set<string>();
  #frozenUntil = 0;
  #faultsOn = false;

  private constructor(shared: Shared, name: string) {
    this.#shared = shared;
    this.name = name;
  }

  static async start(shared: Shared, name: string): Promise<Instance> {
    const instance = new Instance(shared, name);
    await instance.#start();
    return instance;
  }

  async #start(): Promise<void> {
    const { time, chance, config, post, errors, database } = this.#shared;
    const write = (line: string): void => {
      errors.push(line);
    };
    this.app = await App.create({
      config,
      database: { sqlite: { directory: ':memory:' } },
      clock: time.clock,
      log: pino({ level: 'error', base: null, timestamp: false }, { write }),
      engine: () => Promise.resolve(noEngine()),
      outside: () => post.outsideOf(this),
      open: (options) => Promise.resolve(this.#faulty(database.as(this.name, options))),
      elapsed: () => time.now(),
      random: () => chance.next(),
      processFigures: false,
      webRoot: null,
    });
    await this.app.prepare('a password of the simulation');
    this.#faultsOn = true;
  }

  /** The process ends without a word. */
  kill(): void {
    this.alive = false;
  }

  get frozen(): boolean {
    return this.#frozenUntil > this.#shared.time.now();
  }

  /** Starts the jobs that are due. @returns whether there were any */
  run(): boolean {
    if (!this.alive || this.frozen) return false;
    const { time } = this.#shared;
    const now = time.now();
    let any = false;
    for (const job of this.app.jobs) {
      if (this.#running.has(job.name) || (this.#dueAt.get(job.name) ?? 0) > now) continue;
      any = true;
      this.#running.add(job.name);
      void this.#job(job, now);
    }
    return any;
  }

  async #job(job: Job, now: number): Promise<void> {
    let failed = false;
    try {
      await job.run(now);
    } catch {
      // As the application does: what failed is run again a second later.
      failed = true;
    }
    this.#running.delete(job.name);
    if (!WORK.includes(job.name)) {
      this.#dueAt.set(job.name, now + (SELDOM[job.name] ?? Infinity));
      return;
    }
    // Whoever plays the world wakes an instance when work is due.
    this.#dueAt.set(job.name, failed ? now + 1000 : Infinity);
  }

  /** A hint: work of these kinds is due. */
  wake(kinds: readonly string[]): void {
    for (const kind of kinds) this.#dueAt.set(this.app.runner.laneOf(kind), 0);
  }

  /** When it can run again, ms. */
  awakeAt(): number {
    return this.alive ? this.#frozenUntil : Infinity;
  }

  /** When it wants to run next, ms. */
  next(): number {
    if (!this.alive) return Infinity;
    // A job that runs waits for the world: until that has answered, it does not want anything.
    const due = [...this.#dueAt].filter(([name]) => !this.#running.has(name)).map(([, at]) => at);
    return Math.max(this.#frozenUntil, Math.min(Infinity, ...due));
  }

  /** A step of this process: it never goes on once the process is gone, and waits while it is frozen. */
  async gate(): Promise<void> {
    const { time } = this.#shared;
    while (this.frozen) await time.sleep(this.#frozenUntil);
    if (!this.alive) throw new Killed();
  }

  /** The database as this process reaches it. */
  #faulty(store: Store): Store {
    const call = <T>(run: () => Promise<T>): Promise<T> => this.#shared.time.step('store', () => this.#call(run));
    const { post } = this.#shared;
    return {
      ...store,
      transact: (run) => call(() => store.transact(run)),
      read: (run) => call(() => store.read(run)),
      claim: async (options) => {
        const items = await call(() => store.claim(options));
        post.claimed(this, items);
        return items;
      },
      settle: (item, run) =>
        call(async () => {
          let done = false;
          await store.settle(item, async (tx) => {
            const outcome = await run(tx);
            done = outcome.kind === 'done';
            return outcome;
          });
          if (done) post.settled(item);
        }),
      settleAll: (items, run) => call(() => store.settleAll(items, run)),
      workCounts: () => call(() => store.workCounts()),
      fail: (item, error, options) => call(() => store.fail(item, error, options)),
      giveBack: (items, at) => call(() => store.giveBack(items, at)),
      nextDue: (kinds) => call(() => store.nextDue(kinds)),
      sealJournal: (limit) => call(() => store.sealJournal(limit)),
      close: () => Promise.resolve(),
    };
  }

  async #call<T>(run: () => Promise<T>): Promise<T> {
    await this.gate();
    if (!this.#faultsOn) return run();
    const { chance, time, faults, fault } = this.#shared;
    const { away, unknown, kill, freeze } = faults();
    if (chance.happens(freeze)) {
      fault('frozen');
      this.#frozenUntil = time.now() + chance.between(1000, 60_000);
      await this.gate();
    }
    if (chance.happens(away)) {
      fault('database away');
      throw new Fault('unavailable', { what: 'The database' });
    }
    if (chance.happens(kill / 2)) this.#die();
    const value = await run();
    if (chance.happens(kill / 2)) this.#die();
    if (chance.happens(unknown)) {
      fault('answer to a commit lost');
      throw new Fault('unavailable', { what: 'The answer of the database to a commit (it may or may not be stored)' });
    }
    await this.gate();
    return value;
  }

  #die(): never {
    this.#shared.fault('killed');
    this.kill();
    throw new Killed();
  }
}

/** No rules: the alerts of the simulation come from outside. */
function noEngine(): EngineClient {
  const answers: Readonly<Record<string, unknown>> = {
    configure: [],
    tick: { events: [], nextAt: Infinity },
    stats: { series: 0, samples: 0, lastRuns: {}, missed: {}, writeFault: null },
    maintain: false,
    values: [],
    indicators: [],
  };
  return Object.fromEntries(
    ENGINE_METHODS.map((method) => [method, () => Promise.resolve(answers[method])]),
  ) as unknown as EngineClient;
}
