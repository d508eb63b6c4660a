import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createToken, firstAdministrator, saveAccount } from '../access/index.ts';
import { alertHandlers, watchConfiguredWork, watchInhibition, type AlertDeps } from '../alert/index.ts';
import {
  actionHandlers,
  watchCare,
  watchDuty,
  canaryHandlers,
  fallbackPage,
  pageFallback,
  type ActionServices,
} from '../action/index.ts';
import type { ApiContext } from '../api/context.ts';
import { LiveHub } from '../api/live.ts';
import { buildServer, type Api } from '../api/server.ts';
import type { Config } from '../config/index.ts';
import { systemActor } from '../core/actor.ts';
import type { Clock } from '../core/clock.ts';
import { idSource } from '../core/id.ts';
import type { WorkItem } from '../core/work.ts';
import { SUBSCRIPTIONS } from '../flow.ts';
import { incidentHandlers, PastKeeper, proposeEdges, seenCalls, type IncidentDeps } from '../incident/index.ts';
import {
  createSecrets,
  holidaysOf,
  makeVapidKeys,
  openOutside,
  safeHttp,
  type Outside,
  readCalendar,
  type SmppEvents,
  type VapidKeys,
} from '../outside/index.ts';
import { partnerHandlers, watchPartners, type PartnerServices } from '../partner/index.ts';
import { improvementHandlers } from '../improvement/index.ts';
import { retroHandlers } from '../retro/index.ts';
import { deleteSeries, SIGNAL_WORK, signalHandlers, watchSignals } from '../signal/index.ts';
import type { AddressReader, ErasedSamples } from '../signal/ports.ts';
import type { DeleteSeriesInput } from '../signal/index.ts';
import { openStore, type Store, type Tx } from '../store/index.ts';
import { ticketHandlers } from '../ticket/index.ts';
import type { AppOptions } from './app-options.ts';
import type { EngineClient } from './engine-client.ts';
import { askEngine, engineMeasure } from './engine-measure.ts';
import { EngineTicker } from './engine-ticker.ts';
import { Load } from './load.ts';
import { topicOf } from './live-topic.ts';
import { MailDoor } from './mail-door.ts';
import { mappingThread, type MappingThread } from './mapping-thread.ts';
import { bootstrapActor } from './bootstrap-actor.ts';
import { DefinitionKeeper } from './definition-keeper.ts';
import { GivenKeeper, isGiven } from './given-keeper.ts';
import { MetricsIntake } from './metrics-intake.ts';
import { observed } from './observed-store.ts';
import { ownMetrics } from './own-metrics.ts';
import { Pump, type Job } from './pump.ts';
import { engineReplay, engineTrials, ruleBook } from './rule-book.ts';
import { pooledRandom } from './random.ts';
import { Runner } from './runner.ts';
import { vendorEvents } from './vendor-events.ts';
import { SteadyClock } from './steady-clock.ts';
import { upkeepJobs } from './upkeep-jobs.ts';
import { VERSION } from './version.ts';
import { wallClock } from './wall-clock.ts';

const LEASE_MS = 15_000;
/** Rows of work that share a commit of the embedded database. */
const TOGETHER = 50;
/** Rows of work that share a transaction of PostgreSQL: others wait for what these have locked. */
const SHARED = 25;

/** The whole application, put together in boot order. This is the only place that constructs. */
export class App {
  readonly store: Store;
  readonly runner: Runner<Tx>;
  readonly engine: EngineClient;
  readonly context: ApiContext;
  readonly jobs: readonly Job[];
  readonly #options: AppOptions;
  readonly #pump: Pump;
  readonly #live: LiveHub;
  readonly #deps: AlertDeps & IncidentDeps & { readonly store: Store; readonly clock: Clock };
  readonly #ticker: EngineTicker;
  readonly #intake: MetricsIntake;
  readonly #load: Load;
  readonly #mappings: MappingThread;
  readonly #given: GivenKeeper;
  readonly #definitions: DefinitionKeeper;
  /** What the file says, and what is in force: with the definitions that were activated. */
  #written: Config;
  readonly #mail: MailDoor;
  #config: Config;
  readonly #vapid: VapidKeys;
  readonly #vendorEvents: SmppEvents;
  #outside: Outside;
  #server: Api | null = null;
  #ready: { ok: boolean; why: string } = { ok: false, why: 'it is starting' };

  private constructor(
    options: AppOptions,
    store: Store,
    engine: EngineClient,
    ids: { next(prefix: string): string },
    live: LiveHub,
    keys: { readonly serverSecret: string; readonly vapid: VapidKeys },
    instance: string,
  ) {
    this.#options = options;
    this.#written = options.config;
    this.#config = options.config;
    this.store = store;
    this.engine = engine;
    this.#live = live;
    const { clock, log } = options;
    this.#vapid = keys.vapid;
    const metrics = ownMetrics(options.processFigures ?? true);
    this.#deps = {
      store,
      clock,
      ids,
      alerts: () => this.#config.alertSettings,
      incidents: () => this.#config.incidentSettings,
    };
    const deps = this.#deps;
    const secrets = createSecrets(keys.serverSecret);
    const services: ActionServices = {
      setting: () => this.#config,
      channel: (name) => this.#outside.channel(name),
      measure: { values: (expr, at) => engine.values(expr, at) },
      get steps() {
        return outside().steps;
      },
      secrets,
      holidays: holidaysOf,
    };
    this.#mappings = options.mappings ?? mappingThread();
    const partners: PartnerServices = {
      setting: () => this.#config,
      request: (request) => outside().request(request),
      measure: services.measure,
      secrets,
      mappings: this.#mappings,
    };
    const outside = (): Outside => this.#outside;
    this.#vendorEvents = vendorEvents(deps, services);
    this.#outside = this.#openOutside(options.config);
    const read: AddressReader = options.read ?? ((request) => safeHttp(this.#config.outside.allow)(request));
    const trials = engineTrials(engine);
    const handlers = [
      ...signalHandlers(deps, read, () => this.#config.status_pages),
      ...alertHandlers(deps),
      ...incidentHandlers(deps, askEngine(engine)),
      ...actionHandlers(deps, services),
      ...canaryHandlers(deps, { send: () => Promise.resolve('came back') }, (latency) => {
        metrics.canary.observe(latency / 1000);
        metrics.canaryAt.set(clock.now() / 1000);
      }),
      ...ticketHandlers(deps),
      ...partnerHandlers(deps, partners),
      ...retroHandlers(deps),
      ...improvementHandlers({ ...deps, trials }),
    ];
    this.runner = new Runner<Tx>(
      {
        store,
        clock,
        log,
        leaseMs: LEASE_MS,
        together: store.database === 'sqlite' ? TOGETHER : 1,
        shared: store.database === 'postgres' ? SHARED : 1,
        onQuarantine: (item, error) => this.#quarantined(item, error),
        onFree: () => this.wake(['outside']),
        wayOf: ({ kind, payload: { way } }) => (typeof way === 'string' ? `${kind} ${way}` : kind),
        onDone: (item, ms, ok) => {
          metrics.work.observe({ kind: item.kind }, ms / 1000);
          if (!ok) metrics.workFailed.inc({ kind: item.kind });
        },
      },
      handlers,
    );
    const { place = instance, elapsed = () => performance.now(), random = Math.random } = options;
    const samplesShared = options.config.metrics.engine !== undefined;
    const sharing = store.database === 'postgres' ? { holder: instance, place, samplesShared } : null;
    this.#ticker = new EngineTicker(engine, deps, log, sharing);
    this.#load = new Load(deps, [SIGNAL_WORK.takeAlert]);
    this.#given = new GivenKeeper(engine, deps);
    this.#definitions = new DefinitionKeeper(store, log);
    this.#intake = new MetricsIntake({ engine, clock, log, random, deps, mappings: this.#mappings });
    const steady = clock instanceof SteadyClock ? clock : null;
    const upkeep = { deps, services, metrics, log, ticker: this.#ticker, load: this.#load, steady, instance, elapsed };
    this.jobs = [
      ...this.#makeJobs(metrics),
      ...upkeepJobs({ ...upkeep, config: () => this.#config }),
      ...this.#intake.jobs(),
    ];
    this.#pump = new Pump(clock, this.jobs, (job, error) =>
      log.error({ job, err: error }, 'a job failed; it is run again'),
    );
    const counted = <T extends { readonly samples: number; readonly rejected: number }>(outcome: T): T => {
      metrics.samples.inc({ outcome: 'stored' }, outcome.samples);
      if (outcome.rejected > 0) metrics.samples.inc({ outcome: 'rejected' }, outcome.rejected);
      return outcome;
    };
    this.context = {
      deps,
      config: () => this.#config,
      samples: {
        writeRemote: async (body, contentType) => counted(await engine.writeRemote(body, contentType)),
        writeOtlp: async (body, encoding) => counted(await engine.writeOtlp(body, encoding)),
      },
      eraser: engine,
      mappings: this.#mappings,
      read,
      metrics: this.#intake.reader(),
      actions: services,
      partners,
      field: this.#intake.field,
      rules: ruleBook(() => this.#config),
      replay: engineReplay(engine),
      trials,
      live,
      registry: metrics.registry,
      requests: metrics.requests,
      load: () => this.#load.level,
      shed: metrics.shed,
      version: VERSION,
      webRoot: options.webRoot,
      ready: () => this.#ready,
      bootstrapToken: bootstrapActor(options.bootstrapToken ?? null),
      proofs: () => this.#outside.proofs,
      readCalendar,
      vapidKey: keys.vapid.publicKey,
      secure: options.config.url.startsWith('https:'),
    };
    this.#mail = new MailDoor(this.context, (error) => log.error({ err: error }, 'a mail could not be taken'));
  }

  /** Opens the database and the engine, and puts everything together. Nothing runs yet. */
  static async create(options: AppOptions): Promise<App> {
    const { clock, log } = options;
    const random = options.random ?? pooledRandom();
    const ids = idSource(() => clock.now(), random);
    const live = new LiveHub();
    let app: App | null = null;
    const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    const { open = openStore } = options;
    const subscriptions = SUBSCRIPTIONS;
    const opened = await open({ ...options.database, clock, ids, subscriptions, instance, random });
    const store = observed(opened, (facts) => {
      if (facts.some(({ subjectKind }) => subjectKind === 'edge')) app?.wake(['edges']);
      app?.wake(['inside', 'outside', ...(facts.some(isGiven) ? ['given'] : [])]);
      for (const fact of facts) {
        const event = topicOf(fact);
        if (event) live.publish(event);
      }
    });
    try {
      // Signs acceptance links. In the database, so that every instance on it makes the same links.
      const made = randomBytes(32).toString('base64url');
      const serverSecret = await store.transact((tx) => tx.access.setting('server-secret', made));
      // Browsers trust the key they subscribed with: it stays the same for the life of the installation.
      const pair = JSON.stringify(makeVapidKeys());
      const vapid = JSON.parse(await store.transact((tx) => tx.access.setting('vapid-keys', pair))) as VapidKeys;
      const engine = await options.engine((error) => {
        log.fatal({ err: error }, "the metrics engine's thread died");
        options.onFatal?.(error);
      });
      app = new App(options, store, engine, ids, live, { serverSecret, vapid }, instance);
      return app;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Brings everything in line with the configuration: heartbeats, rules, what was open before. */
  async prepare(adminPassword: string | null): Promise<{ readonly newPassword: string | null }> {
    const newPassword = await firstAdministrator(this.#deps, adminPassword);
    await watchSignals(this.#deps, this.#config);
    await watchDuty(this.#deps);
    await watchCare(this.#deps, this.context.actions);
    await watchPartners(this.#deps, this.context.partners);
    await watchInhibition(this.#deps);
    await watchConfiguredWork(this.#deps);
    await this.#activate();
    await this.#ticker.configure(this.#config.plan);
    await this.#given.refresh();
    await this.#learnEdges();
    return { newPassword };
  }

  /** Starts the jobs and listens. @returns the address it listens on */
  async listen(host: string, port: number): Promise<string> {
    const { app } = await buildServer(this.context, this.#options.log);
    this.#server = app;
    const address = await app.listen({ host, port });
    await this.#intake.configure(this.#config);
    this.#load.start();
    await this.#mail.configure(this.#config.mail);
    this.#pump.start();
    this.#ready = { ok: true, why: '' };
    return address;
  }

  /** Makes jobs run at once: a hint after a commit. */
  wake(names: readonly string[]): void {
    for (const name of names) this.#pump.hint(name);
  }

  /** Takes a new configuration. Running chains keep the one they were started with. */
  async reload(config: Config): Promise<void> {
    const before = this.#outside;
    this.#outside = this.#openOutside(config);
    this.#written = config;
    this.#config = config;
    await this.#activate();
    await watchSignals(this.#deps, config);
    await watchDuty(this.#deps);
    await watchPartners(this.#deps, this.context.partners);
    await watchCare(this.#deps, this.context.actions);
    await watchInhibition(this.#deps);
    await watchConfiguredWork(this.#deps);
    await this.#ticker.configure(this.#config.plan);
    await this.#intake.configure(config);
    if (this.#server) await this.#mail.configure(config.mail);
    this.wake(['scrape', 'statsd']);
    await this.#learnEdges();
    before.close();
    await this.store.transact((tx) =>
      tx.journal
        .append({
          actor: systemActor('config'),
          fact: 'config.reloaded',
          subject: { kind: 'config', id: 'lamplighter.yaml' },
          summary: 'The configuration was reloaded',
        })
        .then(() => {}),
    );
  }

  /** Puts the activated definitions in force. @returns whether they are other ones than before */
  async #activate(): Promise<boolean> {
    const { config, changed } = await this.#definitions.over(this.#written);
    this.#config = config;
    return changed;
  }

  /** Makes a token, for the command line. */
  async makeToken(input: Parameters<typeof createToken>[2]): Promise<string> {
    return (await createToken(this.#deps, systemActor('command line'), input)).secret;
  }

  /** Deletes recorded samples, for the command line. */
  async deleteSeries(input: DeleteSeriesInput): Promise<ErasedSamples> {
    return deleteSeries(this.#deps, this.engine, systemActor('command line'), input);
  }

  /** Makes an account or changes its password and role, for the command line. */
  async saveAccount(input: Parameters<typeof saveAccount>[2]): Promise<void> {
    await saveAccount(this.#deps, systemActor('command line'), input);
  }

  /** Stops in the reverse order: no new requests, jobs end, leases are given back, databases close. */
  async close(): Promise<void> {
    this.#ready = { ok: false, why: 'it is stopping' };
    this.#live.close();
    await this.#server?.close();
    await this.#pump.stop();
    await this.runner.idle();
    await this.#intake.close();
    this.#load.stop();
    await this.#ticker.close();
    await this.#mail.close();
    await this.#mappings.close();
    await this.store.releaseLeases();
    this.#outside.close();
    await this.engine.close();
    await this.store.close();
  }

  #openOutside(config: Config): Outside {
    if (this.#options.outside) return this.#options.outside(config);
    return openOutside({
      config: config.outside,
      commands: config.commands,
      url: config.url,
      vapid: this.#vapid,
      events: this.#vendorEvents,
      log: this.#options.log,
      now: () => wallClock.now(),
    });
  }

  #makeJobs(metrics: ReturnType<typeof ownMetrics>): Job[] {
    const { store, runner, engine } = this;
    const knownMissed = new Map<string, number>();
    const past = new PastKeeper(this.#deps);
    return [
      {
        name: 'inside',
        every: 1000,
        run: async () => {
          const { rows, nextAt } = await runner.drainInside();
          if (rows > 0) this.wake(['outside']);
          return nextAt ?? undefined;
        },
      },
      { name: 'outside', every: 1000, run: async () => (await runner.drainOutside()).nextAt ?? undefined },
      {
        name: 'engine',
        every: 1000,
        run: async () => {
          const { nextAt, events } = await this.#ticker.tick();
          if (events > 0) this.wake(['inside']);
          return nextAt;
        },
      },
      {
        name: 'given',
        every: 30_000,
        run: async () => {
          await this.#given.refresh();
          if (await this.#activate()) await this.#ticker.configure(this.#config.plan);
        },
      },
      { name: 'levels', every: 15_000, run: async () => this.#live.publish({ topic: 'level', id: 'all' }) },
      { name: 'seal', every: 2000, run: async (now) => ((await store.sealJournal(1000)) >= 1000 ? now : undefined) },
      { name: 'series', every: 5000, run: async (now) => ((await engine.maintain()) ? now : undefined) },
      { name: 'edges', every: 15_000, run: () => this.#learnEdges() },
      { name: 'past', every: 60_000, run: () => past.refresh().then(() => undefined) },
      {
        name: 'learn',
        every: 300_000,
        run: async (now) => {
          const measure = engineMeasure(this.engine);
          await proposeEdges(this.#deps, await seenCalls(this.#config.incidentSettings, measure, now));
        },
      },
      {
        name: 'figures',
        every: 10_000,
        run: async () => {
          const { series, lastRuns, missed } = await engine.stats();
          metrics.series.set(series);
          for (const [group, count] of Object.entries(missed)) {
            metrics.rulesMissed.inc({ rule_group: group }, count - (knownMissed.get(group) ?? 0));
            knownMissed.set(group, count);
          }
          metrics.rulesFailing.set(Object.values(lastRuns).filter(({ error }) => error !== null).length);
          metrics.inLine.reset();
          for (const { kind, state, count } of await store.workCounts()) metrics.inLine.set({ kind, state }, count);
        },
      },
    ];
  }

  /** Puts the edges that persons accepted into the topology: another instance may have taken the decision. */
  async #learnEdges(): Promise<void> {
    const edges = await this.store.read((tx) => tx.correlation.edges());
    const { topology, past } = this.#config.incidentSettings;
    topology.learn(edges.filter(({ state }) => state === 'accepted'));
    past.hearOf(edges);
  }

  /** What cannot be done after its last try is told to a person: paging fails open. */
  async #quarantined(item: WorkItem, error: string): Promise<void> {
    const raw = {
      key: `quarantine-${item.id}`,
      subject: `${item.kind} failed and was put aside`,
      text: `Lamplighter could not do "${item.kind}" (${item.key}) after its last try: ${error.split('\n')[0]}\n\nIt is kept under quarantine. Raw content:\n${JSON.stringify(item.payload, null, 2)}`,
    };
    // A fallback page that could not be sent has nobody left to be told but the log.
    if (item.kind === 'page.fallback') return;
    try {
      await this.store.transact((tx) => tx.work.enqueue(fallbackPage(raw, item.causeId ?? undefined)).then(() => {}));
    } catch {
      await pageFallback({ setting: () => this.#config, channel: (name) => this.#outside.channel(name) }, raw);
    }
  }
}

/** Name of the file of the series in a data directory. */
export const SERIES_FILE = 'series.db';

/** The file of the series in a data directory. */
export function seriesPath(directory: string): string {
  return join(directory, SERIES_FILE);
}
