import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pino, { type Logger } from 'pino';
import { compress } from 'snappyjs';
import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { encodeWriteRequest } from '../../demo/send/encode.ts';
import type { SampledSeries } from '../../demo/world/world.ts';
import type { MemberNotice } from '../../src/action/nouns.ts';
import type * as contract from '../../src/api/contract.ts';
import { buildServer, type Api } from '../../src/api/server.ts';
import { App } from '../../src/app/app.ts';
import { inlineEngine } from '../../src/app/engine-client.ts';
import { builtInIntegrations } from '../../src/app/integrations.ts';
import type { Job } from '../../src/app/pump.ts';
import { readConfig, type Config } from '../../src/config/index.ts';
import type { Role } from '../../src/core/actor.ts';
import { SimulatedClock } from '../../src/core/clock.ts';
import { Fault } from '../../src/core/fault.ts';
import { parseDuration } from '../../src/core/duration.ts';
import type { Entry } from '../../src/core/journal.ts';
import type { Labels } from '../../src/core/labels.ts';
import { Engine } from '../../src/expectation/index.ts';
import { inlineMappings } from '../../src/signal/index.ts';
import type { AddressReader } from '../../src/signal/ports.ts';
import { openSeriesStore, type SeriesStore } from '../../src/series/index.ts';
import { FakeOutside } from './fake-outside.ts';
import type { Database, Place } from './place.ts';
import { Traffic } from './traffic.ts';

type Detail = z.infer<typeof contract.incidentDetail>;
type IncidentView = z.infer<typeof contract.incidentView>;
type AlertView = z.infer<typeof contract.alertView>;
type Answer = Awaited<ReturnType<Api['inject']>>;
type Section = Readonly<Record<string, unknown>>;

const EXAMPLE = fileURLToPath(new URL('../../examples/kiez-mobil/', import.meta.url));
const AGENT_TOKEN = 'token-of-the-senders-in-all-scenarios';
/** How often jobs that are no work of anybody are run in simulated time; the others are run when they ask to be. */
const SELDOM: Readonly<Record<string, number>> = { reconcile: 300_000, seal: 300_000, series: 600_000, given: 60_000 };
const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
/** Far more turns than any instant needs: beyond it something puts itself in line for ever. */
const MAX_TURNS = 2000;

export interface WorldOptions {
  /** The first instant, local time in Berlin; amira is on duty and jonas her deputy in the week of the default. */
  readonly at?: string;
  /** Sections of the example's configuration that are replaced. */
  readonly config?: Section;
  /** Measurements are made each minute, and were for this many weeks before; rules and bands watch them. */
  readonly history?: number;
  /** It is closed and opened again on the way. */
  readonly lasting?: boolean;
}

/** The whole application in this process, with time that moves only when told to and a world outside that is played. */
export class World {
  readonly clock: SimulatedClock;
  readonly outside: FakeOutside;
  readonly traffic = new Traffic();
  /** What foreign addresses answer; nothing is there unless a test says so. */
  readAddress: AddressReader = ({ url }) =>
    Promise.reject(new Fault('outside_failed', { what: url, why: 'nobody answers' }));
  /** Lines of the log from `error` up: at the end there must be none, unless the test takes them out. */
  readonly errors: string[] = [];
  app!: App;
  #api!: Api;
  #config: Config;
  #series!: SeriesStore;
  readonly #options: WorldOptions;
  readonly #place: Place;
  readonly #first: World | null;
  readonly #dueAt = new Map<string, number>();
  readonly #tokens = new Map<Role, string>();
  #measuredAt: number;

  /** Opens the application on an empty database. */
  static async open(database: Database, options: WorldOptions = {}): Promise<World> {
    const world = new World(database.fresh(options.lasting ?? false), options, null);
    await world.#start();
    return world;
  }

  private constructor(place: Place, options: WorldOptions, first: World | null) {
    const start = first?.clock.now() ?? berlin(options.at ?? '2026-09-15T12:00');
    this.#options = options;
    this.#place = place;
    this.#first = first;
    this.clock = first?.clock ?? new SimulatedClock(start);
    this.outside = first?.outside ?? new FakeOutside(() => this.clock.now());
    this.#measuredAt = start;
    this.#config = this.#read(options.config ?? {});
  }

  /** A second instance on the same database, in the same world. */
  async beside(): Promise<World> {
    const other = new World(this.#place, this.#options, this);
    await other.#start();
    return other;
  }

  /** Stops the application and starts it again on the same data. @param down how long it is gone */
  async restart(down = '0s'): Promise<void> {
    await this.#stop();
    this.clock.advance(parseDuration(down));
    await this.#start();
  }

  /** Stops, and checks what must hold at the end of every scenario. */
  async close(): Promise<void> {
    try {
      if (!this.#first) {
        while ((await this.app.store.sealJournal(1000)) > 0);
        const check = await this.app.store.verifyJournal();
        assert.ok(check.ok, `the journal's chain is broken: ${JSON.stringify(check)}`);
      }
      assert.deepEqual(this.errors, [], 'nothing was logged as an error');
    } finally {
      await this.#stop();
      if (!this.#first) await this.#place.remove();
    }
  }

  async #start(): Promise<void> {
    const { clock } = this;
    const log = this.#log();
    this.#series = openSeriesStore({ path: this.#first ? ':memory:' : this.#place.series, now: () => clock.now() });
    const engine = new Engine(this.#series, clock, () => performance.now());
    this.app = await App.create({
      config: this.#config,
      database: this.#place.database,
      clock,
      log,
      engine: () => Promise.resolve(inlineEngine(engine)),
      outside: () => this.outside,
      place: this.#first ? 'second' : 'first',
      random: seeded(this.#first ? 20 : 10),
      mappings: { ...inlineMappings(), close: () => Promise.resolve() },
      read: (request) => this.readAddress(request),
      webRoot: null,
      bootstrapToken: AGENT_TOKEN,
    });
    const { history } = this.#options;
    if (history !== undefined && this.#series.stats().samples === 0)
      await Traffic.history(this.#series, clock.now(), history);
    await this.app.prepare('a password of the scenarios');
    this.#api = (await buildServer(this.app.context, log)).app;
    this.#dueAt.clear();
  }

  async #stop(): Promise<void> {
    await this.#api.close();
    await this.app.close();
  }

  #log(): Logger {
    const write = (line: string): void => {
      this.errors.push(line);
    };
    return pino({ level: 'error', base: null, timestamp: false }, { write });
  }

  #read(changed: Section): Config {
    const document = parse(readFileSync(`${EXAMPLE}lamplighter.yaml`, 'utf8')) as Section;
    const watched =
      this.#options.history === undefined ? { rules: [], watermarks: [], indicators: [], events: [] } : {};
    // Other people than the example's: its teams and contacts name nobody then.
    const others = 'people' in changed ? { teams: [], contacts: [], care: {}, sla: [] } : {};
    return readConfig({
      file: 'lamplighter.yaml',
      text: stringify({ ...document, ...watched, ...others, ...changed }),
      env: { DEMO_WEBHOOK_URL: 'http://127.0.0.1:8650/phones/amira' },
      now: this.clock.now(),
      integrations: builtInIntegrations(),
      filesOf: (pattern) => globSync(EXAMPLE + pattern).map((path) => ({ path, text: readFileSync(path, 'utf8') })),
    });
  }

  /** Takes the example's configuration with other sections. @throws Fault `config_invalid` */
  async reload(changed: Section): Promise<void> {
    this.#config = this.#read(changed);
    await this.app.reload(this.#config);
  }

  // Time.

  /** Lets time pass; everything is done at the instant it is due. */
  async advance(duration: string, ...others: readonly World[]): Promise<void> {
    const until = this.clock.now() + parseDuration(duration);
    const all = [this, ...others];
    for (;;) {
      await Promise.all(all.map((world) => world.#settle()));
      const next = Math.min(...all.map((world) => world.#next()));
      if (next > until) break;
      this.clock.set(Math.max(next, this.clock.now() + 1));
    }
    this.clock.set(until);
    await Promise.all(all.map((world) => world.#settle()));
  }

  /** The machine sleeps: time passes and nothing is done until it wakes. */
  async sleep(duration: string): Promise<void> {
    this.clock.advance(parseDuration(duration));
    await this.#settle();
  }

  /** Does what is due now. */
  async settle(...others: readonly World[]): Promise<void> {
    await Promise.all([this, ...others].map((world) => world.#settle()));
  }

  async #settle(): Promise<void> {
    await this.#measure();
    for (let turn = 0; turn < MAX_TURNS; turn++) if (!(await this.#turn())) return;
    throw new Error(`work puts itself in line again and again: ${JSON.stringify(await this.app.store.workCounts())}`);
  }

  /** Runs each job that is due once. @returns whether there may be more to do at this instant */
  async #turn(): Promise<boolean> {
    const now = this.clock.now();
    let more = false;
    for (const job of this.app.jobs) {
      if (!isWork(job) && (this.#dueAt.get(job.name) ?? 0) > now) continue;
      if (job.name === 'engine' && this.#options.history === undefined) continue;
      const next = await job.run(now).catch((error: unknown) => {
        // As the application does: a job that failed is run again at its next turn.
        this.errors.push(`job ${job.name}: ${String(error)}`);
        return now + job.every;
      });
      if (job.name === 'outside') await this.app.runner.idle();
      const rest = isWork(job) || job.name === 'engine' ? Infinity : now + (SELDOM[job.name] ?? Infinity);
      const dueAt = Math.min(typeof next === 'number' ? next : Infinity, rest);
      this.#dueAt.set(job.name, dueAt);
      if (dueAt <= now) more = true;
    }
    return more;
  }

  #next(): number {
    const measured = this.#options.history === undefined ? Infinity : this.#measuredAt + MINUTE;
    return Math.min(measured, ...this.#dueAt.values());
  }

  async #measure(): Promise<void> {
    const at = Math.floor(this.clock.now() / MINUTE) * MINUTE;
    if (this.#options.history === undefined || at <= this.#measuredAt) return;
    this.#measuredAt = at;
    await this.traffic.write(this.#series, at);
  }

  /** Breaks the application's connections to its database. */
  interrupt(): Promise<void> {
    return this.#place.interrupt();
  }

  // What senders, members and people do.

  /** An alert as Prometheus posts it; it stays for a week unless `endsAt` says otherwise. */
  async alert(labels: Labels, more: Section = {}): Promise<void> {
    const endsAt = new Date(this.clock.now() + WEEK).toISOString();
    await this.alerts([{ labels: { severity: 'critical', ...labels }, endsAt, ...more }]);
  }

  /** A list of alerts in one request. */
  async alerts(list: readonly Section[]): Promise<void> {
    await this.send('POST', '/api/v2/alerts', list);
    await this.settle();
  }

  /** The alert's sender says that it is over. */
  async over(labels: Labels): Promise<void> {
    const endsAt = new Date(this.clock.now()).toISOString();
    await this.alert(labels, { startsAt: new Date(this.clock.now() - MINUTE).toISOString(), endsAt });
  }

  /** Samples as Prometheus sends them by remote write, all at this instant. */
  async samples(values: readonly { readonly labels: Record<string, string>; readonly value: number }[]): Promise<void> {
    await this.record(values.map(({ labels, value }) => ({ labels, samples: [{ at: this.clock.now(), value }] })));
  }

  /** Samples of any instants, as Prometheus sends them by remote write. */
  async record(series: readonly SampledSeries[]): Promise<void> {
    const payload = Buffer.from(compress(encodeWriteRequest(series)));
    const headers = { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/x-protobuf' };
    const more = { 'content-encoding': 'snappy' };
    const answer = this.#api.inject({
      method: 'POST',
      url: '/api/v1/write',
      headers: { ...headers, ...more },
      payload,
    });
    mustBeTaken(await answer, 'remote write');
  }

  /** A request with the senders' token. @throws Error on a status that is no success */
  async send(method: Method, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return mustBeTaken(await this.ask(method, path, body, AGENT_TOKEN, headers), `${method} ${path}`);
  }

  /** A request of the person on duty. @throws Error on a status that is no success */
  async officer<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body, await this.token('duty'));
    const { payload } = mustBeTaken(answer, `${method} ${path}`);
    await this.settle();
    return (payload === '' ? undefined : JSON.parse(payload)) as T;
  }

  /** A request as it is; the answer as it comes. */
  ask(method: Method, path: string, body?: unknown, token?: string, more: Headers = {}): Promise<Answer> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    return this.#api.inject({ method, url: path, headers: { ...authorization, ...type, ...more }, ...payload });
  }

  /** What a vendor posts by itself: the bytes as they are, without a token. What they led to is done afterwards. */
  async post(path: string, payload: string, headers: Headers): Promise<Answer> {
    const answer = await this.#api.inject({ method: 'POST', url: path, headers, payload });
    await this.settle();
    return answer;
  }

  options(path: string, headers: Headers): Promise<Answer> {
    return this.#api.inject({ method: 'OPTIONS', url: path, headers });
  }

  /** A token of a role, made once. */
  async token(role: Role): Promise<string> {
    const known = this.#tokens.get(role);
    if (known !== undefined) return known;
    const made = await this.app.makeToken({ name: `a person with the role ${role}`, role, scopes: [], lifetime: null });
    this.#tokens.set(role, made);
    return made;
  }

  /** A member calls, and an agent writes down what was said. */
  async observe(text: string, more: Section = {}): Promise<void> {
    await this.send('POST', '/ops/v1/observations', { text, ...more });
    await this.settle();
  }

  /** Somebody opens an acceptance link and presses its button. @returns the page that is shown */
  async accept(link: string): Promise<string> {
    const answer = mustBeTaken(await this.ask('POST', link), 'the acceptance link');
    await this.settle();
    return answer.payload;
  }

  // What is seen.

  /** Messages that reached a person, by all channels or one. */
  pages(person: string, channel?: 'email' | 'webhook' | 'log'): FakeOutside['received'] {
    const { people } = this.#config;
    const found = people.find(({ id }) => id === person);
    assert.ok(found, `there is no person ${person}`);
    const own = new Set([found.email, found.webhook, found.id]);
    return this.outside.received.filter(
      (one) => own.has(one.message.to) && (channel === undefined || one.channel === channel),
    );
  }

  /** The acceptance link in the newest e-mail to the person, as a path. */
  link(person: string): string {
    const newest = this.pages(person, 'email').at(-1);
    const path = /\/accept\/\S+/.exec(newest?.message.text ?? '')?.[0];
    assert.ok(path, `${person} has no page with an acceptance link`);
    return path;
  }

  /** Every incident, oldest first. */
  async incidents(): Promise<IncidentView[]> {
    const { items } = await this.see<z.infer<typeof contract.incidentPage>>('/ops/v1/incidents?limit=200');
    return [...items].reverse();
  }

  /** The only incident there is, with everything about it. */
  async incident(): Promise<Detail> {
    const all = await this.incidents();
    assert.deepEqual(all.map(({ title }) => title).slice(1), [], 'there is one incident');
    assert.ok(all[0], 'there is an incident');
    return this.detail(all[0].id);
  }

  detail(id: string): Promise<Detail> {
    return this.see<Detail>(`/ops/v1/incidents/${id}`);
  }

  async allAlerts(): Promise<AlertView[]> {
    const { items } = await this.see<z.infer<typeof contract.alertPage>>('/ops/v1/alerts?limit=500');
    return [...items].reverse();
  }

  /** The journal of an incident as stored. */
  journal(incidentId: string): Promise<Entry[]> {
    return this.app.store.read((tx) => tx.journal.ofIncident(incidentId));
  }

  /** The words told to members about an incident, in order. */
  notices(incidentId: string): Promise<MemberNotice[]> {
    return this.app.store.read((tx) => tx.actions.noticesOf(incidentId));
  }

  /** What members see. */
  async statusPage(): Promise<z.infer<typeof contract.publicStatus>> {
    const answer = mustBeTaken(await this.ask('GET', '/status/data.json'), 'the status page');
    return answer.json();
  }

  /** Reads something with the senders' token, which may look. */
  async see<T>(path: string): Promise<T> {
    return (await this.send('GET', path)).json();
  }
}

type Headers = Readonly<Record<string, string>>;
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Opens a world, plays a scenario in it, and closes it. */
export async function inWorld(
  database: Database,
  options: WorldOptions,
  play: (world: World) => Promise<void>,
): Promise<void> {
  const world = await World.open(database, options);
  let failed = true;
  try {
    await play(world);
    failed = false;
  } finally {
    // What the scenario found is told, not what closing finds after it.
    await (failed ? world.close().catch(() => undefined) : world.close());
  }
}

/** An instant of the wall clock in Berlin, ms. */
export function berlin(local: string): number {
  return Temporal.ZonedDateTime.from(`${local}[Europe/Berlin]`).epochMilliseconds;
}

function isWork(job: Job): boolean {
  return job.name === 'inside' || job.name === 'outside';
}

function mustBeTaken(answer: Answer, what: string): Answer {
  if (answer.statusCode >= 300) throw new Error(`${what}: ${answer.statusCode} ${answer.payload}`);
  return answer;
}

/** Numbers in [0, 1) that are the same at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}
