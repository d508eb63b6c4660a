import {
  acceptByLink,
  answerCall,
  answerByLink,
  askHandOver,
  describeLink,
  overrideDuty,
  promiseUpdate,
  receiptWork,
  type PageAnswer,
  type Receipt,
} from '../../src/action/index.ts';
import { postAlerts, silence } from '../../src/alert/index.ts';
import type { App } from '../../src/app/app.ts';
import type { Config } from '../../src/config/index.ts';
import { systemActor, type Actor } from '../../src/core/actor.ts';
import { note } from '../../src/incident/index.ts';
import { openSharedMemory } from '../../src/store/index.ts';
import { Chance } from './chance.ts';
import { check, type Ledger } from './check.ts';
import { COMPONENTS } from './config.ts';
import { CALM, Instance, type Faults, type Shared } from './instance.ts';
import { Post, WAYS, WEATHERS } from './post.ts';
import { SimulatedTime } from './time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** So many that most of the time something is open; few operators have more than two. */
export const OUTAGES_A_DAY = 24;
const SENDER: Actor = { kind: 'token', id: 'sender', name: 'Sender', roles: ['agent'] };

/** A day on which clocks change, and an ordinary one; the run begins up to a day before. */
const STARTS = [Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 8, 15)];

export interface SimulationReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly alerts: number;
  readonly incidents: number;
  readonly pages: number;
  readonly repeated: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Snoozes, promises, hand-overs, notes and the like of those who had an incident. */
  readonly went: number;
}

/**
 * Runs the whole engine through simulated days in a world of faults: two instances on one database, killed, frozen and
 * cut off at any call; ways out that refuse, hang, lie and lose answers; senders that try again; people who accept, late or
 * never. Then the faults end, everything comes to rest, and the invariants are checked. The seed decides everything.
 */
export async function simulate(
  seed: number,
  days: number,
  config: Config,
  outagesADay = OUTAGES_A_DAY,
): Promise<SimulationReport> {
  const chance = new Chance(seed);
  const start = chance.one(STARTS) + chance.between(0, DAY / MINUTE) * MINUTE;
  const time = new SimulatedTime(start);
  const counted: Record<string, number> = {};
  const post = new Post(time, chance);
  // Every tenth run is without faults: nothing may happen twice then.
  const faultless = seed % 10 === 0;
  const weight = faultless ? 0 : chance.next();
  let faults: Faults = { away: 0.01 * weight, unknown: 0.006 * weight, kill: 0.002 * weight, freeze: 0.002 * weight };
  const shared: Shared = {
    time,
    chance,
    post,
    config,
    database: await openSharedMemory(start),
    faults: () => faults,
    errors: [],
    fault: (kind) => {
      counted[kind] = (counted[kind] ?? 0) + 1;
    },
  };
  const play = new Play(shared, faultless, outagesADay);
  try {
    await administrator(shared.database, time);
    await play.until(start + days * DAY);
    faults = CALM;
    post.weather.clear();
    play.calm = true;
    await play.until(start + days * DAY + 2 * HOUR);
    const violations = [...post.violations, ...play.violations, ...(await check(shared, play.ledger, faultless))];
    const keys = post.delivered.map(({ vendor, message }) => `${vendor} ${message.key}`);
    const repeated = keys.length - new Set(keys).size;
    const incidents = new Set(post.delivered.map(({ message }) => message.thread)).size;
    const { acknowledged } = play.ledger;
    return {
      seed,
      violations,
      alerts: acknowledged.size,
      incidents,
      pages: keys.length,
      repeated,
      faults: counted,
      went: play.went,
    };
  } finally {
    await shared.database.close();
  }
}

/** The first administrator, without a password: to hash one takes longer than an hour of the simulation. */
async function administrator(database: Shared['database'], { clock }: SimulatedTime): Promise<void> {
  const ids = { next: (prefix: string) => `${prefix}_first` };
  const store = database.as('first', { clock, ids, subscriptions: {} });
  const id = ids.next('acc');
  const account = { id, name: 'admin', displayName: 'Administrator', passwordHash: '', disabledAt: null };
  await store.transact((tx) => tx.access.insertAccount({ ...account, role: 'admin', createdAt: clock.now() }));
}

/** What happens in the world, and the instances that live in it. */
class Play {
  readonly ledger: Ledger = { acknowledged: new Map(), accepted: 0 };
  readonly violations: string[] = [];
  calm = false;
  /** How often somebody who had an incident did something about it. */
  went = 0;
  readonly #shared: Shared;
  readonly #faultless: boolean;
  readonly #instances: Instance[] = [];
  #started = 0;
  #alerts = 0;
  /** Things that happen by themselves, by when they happen next. */
  readonly #events: { at: number; readonly happen: () => void | Promise<void>; readonly again: () => number }[] = [];
  #seen = 0;

  constructor(shared: Shared, faultless: boolean, outagesADay: number) {
    this.#shared = shared;
    this.#faultless = faultless;
    const { chance } = shared;
    shared.post.onReceipt = (receipt) => void this.#receipt(receipt);
    this.#every(
      () => chance.pause(outagesADay),
      () => this.#outage(),
    );
    this.#every(
      () => chance.pause(0.5),
      () => this.#quieten(),
    );
    this.#every(
      () => chance.pause(0.7),
      () => this.#override(),
    );
    if (faultless) return;
    this.#every(
      () => chance.pause(6),
      () => this.#weather(),
    );
    this.#every(
      () => chance.pause(1),
      () => this.#sleep(),
    );
  }

  #every(again: () => number, happen: () => void | Promise<void>): void {
    this.#events.push({ at: this.#shared.time.now() + again(), happen, again });
  }

  /** Lets time pass. */
  async until(end: number): Promise<void> {
    const { time } = this.#shared;
    for (let turns = 0; ; turns++) {
      if (turns > 2_000_000) throw new Error('the simulation does not come to an end');
      // Nothing runs while a process starts, however long that takes this machine: the seed alone decides.
      await time.quiet();
      await this.#replace();
      await this.#rest();
      const now = time.now();
      const events = this.calm ? [] : this.#events.map(({ at }) => at);
      const awake = Math.min(...this.#instances.map((one) => one.awakeAt()));
      const due = Math.max(this.#dueAt(), now + 1, awake);
      const next = Math.min(time.next(), due, ...events, ...this.#instances.map((one) => one.next()));
      if (next > end) break;
      time.clock.set(Math.max(next, now));
      for (const event of this.calm ? [] : this.#events) {
        if (event.at > time.now()) continue;
        event.at = time.now() + event.again();
        void event.happen();
      }
    }
    time.clock.set(end);
    await this.#rest();
  }

  /** Does everything that can be done at this instant. */
  async #rest(): Promise<void> {
    for (let turn = 0; ; turn++) {
      if (turn > 20_000) throw new Error('work puts itself in line again and again');
      await this.#shared.time.quiet();
      this.#people();
      // Any instance may be the one that takes what is due.
      const now = this.#shared.time.now();
      const able = this.#instances.filter((one) => one.alive && !one.frozen);
      if (able.length > 0 && this.#dueAt() <= now)
        this.#shared.chance.one(able).wake(this.#shared.database.dueKinds(now));
      let any = false;
      for (const instance of able) any = instance.run() || any;
      if (!any) return;
    }
  }

  #dueAt(): number {
    return this.#shared.database.earliest() ?? Infinity;
  }

  /** A supervisor starts again what was killed, a little later. */
  async #replace(): Promise<void> {
    for (let index = this.#instances.length - 1; index >= 0; index--) {
      if (!this.#instances[index]!.alive) this.#instances.splice(index, 1);
    }
    while (this.#instances.length < 2) {
      this.#instances.push(await Instance.start(this.#shared, `instance-${++this.#started}`));
    }
  }

  /** Something fails: a few alerts of one cause, repeated for a while, then over. */
  async #outage(): Promise<void> {
    const { chance, time } = this.#shared;
    const service = chance.one(COMPONENTS);
    const city = chance.one(['berlin', 'lisbon']);
    const severity = chance.happens(0.8) ? 'critical' : 'warning';
    const size = chance.happens(0.05) ? chance.between(20, 60) : chance.between(1, 4);
    const id = ++this.#alerts;
    const startsAt = new Date(time.now()).toISOString();
    const over = time.now() + chance.between(3, 240) * MINUTE;
    const body = (endsAt: number): unknown[] =>
      Array.from({ length: size }, (_, n) => ({
        labels: { alertname: `Down-${id}`, service, city, severity, n: String(n) },
        startsAt,
        endsAt: new Date(endsAt).toISOString(),
      }));
    await this.#deliver(`${id}-begin`, body(over + HOUR), size);
    await time.until(over);
    await this.#deliver(`${id}-end`, body(over), size);
  }

  /** A sender that sends again until it is answered, with the same key. */
  async #deliver(key: string, body: unknown[], size: number): Promise<void> {
    const { chance, time } = this.#shared;
    for (;;) {
      const instance = chance.one(this.#instances);
      try {
        await postAlerts(instance.app.context.deps, SENDER, { body, idempotencyKey: key });
        this.ledger.acknowledged.set(key, size);
        return;
      } catch {
        await time.until(time.now() + chance.between(1000, 20_000));
      }
    }
  }

  /** Somebody keeps a service quiet for an hour. */
  async #quieten(): Promise<void> {
    const { chance, time } = this.#shared;
    const matchers = [{ name: 'service', value: chance.one(COMPONENTS), isRegex: false, isEqual: true }];
    const { deps } = chance.one(this.#instances).app.context;
    const endsAt = time.now() + HOUR;
    try {
      await silence(deps, systemActor('simulation'), { matchers, endsAt, comment: 'is being worked on' });
    } catch {
      // The person sees the error, and leaves it.
    }
  }

  /** Who was paged accepts, late or never. */
  #people(): void {
    const { chance, post, time } = this.#shared;
    for (; this.#seen < post.delivered.length; this.#seen++) {
      const { at, message } = post.delivered[this.#seen]!;
      const call = /\/answer\/(\S+)/.exec(message.text)?.[1];
      if (call !== undefined && chance.happens(0.3))
        void time.until(at + chance.between(1, 90) * MINUTE).then(() => this.#answer(call));
      const secret = /\/accept\/(\S+)/.exec(message.text)?.[1];
      if (secret === undefined || !chance.happens(this.calm ? 0 : 0.3)) continue;
      const when = Math.max(at, time.now()) + chance.between(20, 1500) * 1000;
      void time.until(when).then(() => this.#accept(secret));
    }
  }

  /** Somebody outside asks any instance, and again a while until one answers. @returns whether one did */
  async #insist(ask: (context: App['context']) => Promise<unknown>): Promise<boolean> {
    const { chance, time } = this.#shared;
    for (let tries = 0; tries < 20; tries++) {
      try {
        await ask(chance.one(this.#instances).app.context);
        return true;
      } catch {
        await time.until(time.now() + 5000);
      }
    }
    return false;
  }

  async #accept(secret: string): Promise<void> {
    const { chance, time } = this.#shared;
    if (!(await this.#insist(({ deps, actions }) => acceptByLink(deps, actions, secret)))) return;
    this.ledger.accepted++;
    if (chance.happens(0.6)) void time.until(time.now() + chance.between(1, 40) * MINUTE).then(() => this.#go(secret));
  }

  /** Who is asked to take the duty over does, in time or after the deputy stands in. */
  async #answer(secret: string): Promise<void> {
    await this.#insist(({ deps, actions }) => answerCall(deps, actions, secret));
  }

  /** Somebody takes the duty for some hours that are to come, or from now on. */
  async #override(): Promise<void> {
    const { chance, time } = this.#shared;
    const { deps, actions } = chance.one(this.#instances).app.context;
    const startsAt = time.now() + (chance.happens(0.3) ? 0 : chance.between(1, 24 * 60) * MINUTE);
    const span = { startsAt, endsAt: startsAt + chance.between(30, 12 * 60) * MINUTE };
    const actor: Actor = { kind: 'person', id: 'ada', name: 'Ada', roles: ['duty'] };
    try {
      await overrideDuty(deps, actions, actor, {
        person: chance.one(['ada', 'bob', 'cid']),
        ...span,
        reason: 'swapped',
      });
    } catch {
      // The person sees the error, and leaves it.
    }
  }

  /** A vendor calls with a receipt, and again until it is answered. */
  async #receipt(receipt: Receipt): Promise<void> {
    await this.#insist(({ deps }) => deps.store.transact((tx) => tx.work.enqueue(receiptWork(receipt))));
  }

  /** Who has it goes on with it: says so, sleeps over it, gives it away or back, promises word. */
  async #go(secret: string): Promise<void> {
    const { chance } = this.#shared;
    const { deps, actions } = chance.one(this.#instances).app.context;
    const answers: readonly PageAnswer[] = [
      { kind: 'confirm' },
      { kind: 'give-back' },
      { kind: 'snooze', span: chance.between(1, 25) * MINUTE },
    ];
    try {
      const { incident, person } = await describeLink(deps, actions, secret);
      const actor: Actor = { kind: 'person', id: person.id, name: person.name, roles: ['duty'] };
      const input = { id: incident.id };
      const turn = chance.between(0, 5);
      if (turn <= 2) await answerByLink(deps, actions, secret, answers[turn]!);
      else if (turn === 3)
        await askHandOver(deps, actions, actor, { ...input, to: chance.one(['everybody', 'deputy', 'next']) });
      else if (turn === 4) {
        const at = this.#shared.time.now() + chance.between(2, 90) * MINUTE;
        await promiseUpdate(deps, actions, actor, { ...input, at, text: 'still at it' });
      } else await note(deps, actor, { ...input, text: 'something was found' });
      this.went++;
    } catch {
      // It was somebody else's by then, or the database was away: the person leaves it.
    }
  }

  /** The ways out change their behaviour for a while. */
  async #weather(): Promise<void> {
    const { chance, post, time, fault } = this.#shared;
    const way = chance.one(WAYS);
    const kind = chance.one(WEATHERS);
    fault(`way out ${kind}`);
    post.weather.set(way, kind);
    await time.until(time.now() + chance.between(1, 60) * MINUTE);
    post.weather.delete(way);
  }

  /** The clock is set on by up to two hours, or everything slept. */
  #sleep(): void {
    const { chance, time, fault } = this.#shared;
    fault('clock set on');
    time.clock.advance(chance.between(1, 120) * MINUTE);
  }

  get faultless(): boolean {
    return this.#faultless;
  }
}
