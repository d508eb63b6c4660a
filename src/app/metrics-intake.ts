import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import type { Clock } from '../core/clock.ts';
import { safeHttp } from '../outside/index.ts';
import { Scraper, scrapeHosts } from '../signal/scrape/index.ts';
import { StatsdAggregate, type StatsdConfig } from '../signal/statsd/index.ts';
import type { Deps } from '../core/transaction.ts';
import type { MappingRunner, SignalTx } from '../signal/ports.ts';
import type { EngineClient } from './engine-client.ts';
import { FieldIntake, type FieldConfig } from './field/field-intake.ts';
import type { Job } from './pump.ts';
import { openStatsdSocket } from './statsd-socket.ts';

export interface MetricsIntakeOptions {
  readonly deps: Deps<SignalTx>;
  readonly mappings: MappingRunner;
  readonly engine: EngineClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** What the process fetches or hears by itself: scrapes and statsd packets, on their way to the engine. */
export class MetricsIntake {
  readonly #options: MetricsIntakeOptions;
  readonly #scraper: Scraper;
  /** What vehicles, networks and partners' devices tell. */
  readonly field: FieldIntake;
  #fetch: ReturnType<typeof safeHttp> = safeHttp([]);
  #statsd: { readonly config: StatsdConfig; readonly aggregate: StatsdAggregate; close(): Promise<void> } | null = null;
  #refused = 0;
  #configured = false;

  constructor(options: MetricsIntakeOptions) {
    this.#options = options;
    const { engine, clock, log } = options;
    this.field = new FieldIntake(options);
    this.#scraper = new Scraper({
      fetch: (request) => this.#fetch(request),
      sink: engine,
      clock,
      elapsed: () => performance.now(),
      onRefused: ({ job, url }, why) => log.warn({ job, url, why }, 'samples of a scrape could not be stored'),
      onError: ({ job, url }, error) => log.error({ job, url, err: error }, 'a scrape was not stored'),
    });
  }

  /**
   * Takes a configuration: from now on its targets are scraped and its address is listened on.
   * @throws Fault `unavailable` when the address of the first configuration cannot be used; later ones are told in the
   *   log, because the rest of the new configuration is in force by then
   */
  async configure(config: Pick<Config, 'scrape' | 'statsd' | 'outside'> & FieldConfig): Promise<void> {
    // Targets may be called by the scraper alone: what is named there is not open to webhooks and playbooks.
    this.#fetch = safeHttp([...config.outside.allow, ...scrapeHosts(config.scrape)]);
    await this.#scraper.configure(config.scrape);
    await this.field.configure(config);
    const first = !this.#configured;
    this.#configured = true;
    if (JSON.stringify(config.statsd) === JSON.stringify(this.#statsd?.config ?? null)) return;
    await this.#closeStatsd();
    if (!config.statsd) return;
    try {
      await this.#openStatsd(config.statsd);
    } catch (error) {
      if (first) throw error;
      this.#options.log.error({ err: error }, 'statsd is not listened to until the next reload');
    }
  }

  /** The due instants of scrapes and flushes. */
  jobs(): Job[] {
    return [
      { name: 'scrape', every: 60_000, run: async () => this.#scraper.tick() },
      { name: 'statsd', every: 60_000, run: async (now) => this.#flush(now) },
      ...this.field.jobs(),
    ];
  }

  /** The engine as the API reads it, with the targets beside it: they are known here. */
  reader(): EngineClient {
    const { engine } = this.#options;
    return {
      ...engine,
      prometheus: async (path, params, flag) => {
        if (path !== 'targets') return engine.prometheus(path, params, flag);
        const data = this.#scraper.targets(params['state']?.[0], params['scrapePool']?.[0]);
        return { status: 200, body: JSON.stringify({ status: 'success', data }) };
      },
    };
  }

  /** Waits for scrapes under way and stores what statsd has gathered. */
  async close(): Promise<void> {
    await this.#scraper.idle();
    await this.field.close();
    await this.#closeStatsd();
  }

  async #openStatsd(config: StatsdConfig): Promise<void> {
    const { clock, log, random } = this.#options;
    const aggregate = new StatsdAggregate({ expire: config.expire, labels: config.labels, random });
    const socket = await openStatsdSocket(
      config.listen,
      (packet) => aggregate.take(packet, clock.now()),
      (error) => log.error({ err: error }, 'the statsd socket failed'),
    );
    this.#refused = 0;
    this.#statsd = { config, aggregate, close: () => socket.close() };
  }

  async #closeStatsd(): Promise<void> {
    const statsd = this.#statsd;
    if (!statsd) return;
    this.#statsd = null;
    await statsd.close();
    await this.#options.engine.writeBatch(statsd.aggregate.flush(this.#options.clock.now()));
  }

  async #flush(now: number): Promise<number | undefined> {
    if (!this.#statsd) return undefined;
    const { aggregate, config } = this.#statsd;
    await this.#options.engine.writeBatch(aggregate.flush(now));
    const { refused, lastRefusal } = aggregate.counts;
    if (refused > this.#refused) {
      this.#options.log.warn({ lines: refused - this.#refused, why: lastRefusal }, 'statsd lines could not be taken');
      this.#refused = refused;
    }
    return (Math.floor(now / config.flush) + 1) * config.flush;
  }
}
