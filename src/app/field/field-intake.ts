import { BlockList, isIP } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from '../../config/index.ts';
import type { Clock } from '../../core/clock.ts';
import type { Deps } from '../../core/transaction.ts';
import { safeHttp } from '../../outside/index.ts';
import { FleetSeries, FleetState, readTopic, readVehicleMessage } from '../../signal/fleet/index.ts';
import { GbfsPoller } from '../../signal/gbfs/index.ts';
import { readMapped } from '../../signal/mapped-events.ts';
import { MDS_TYPE, MdsIntake, type MdsAnswer, type MdsProvider } from '../../signal/mds/index.ts';
import type { MappingRunner, SignalTx } from '../../signal/ports.ts';
import type { AlertEvent } from '../../signal/signal.ts';
import { takeTrap, type SnmpConfig, type TrapSender } from '../../signal/snmp/index.ts';
import { storeSignal } from '../../signal/store-signal.ts';
import { takeLine, type SyslogConfig } from '../../signal/syslog/index.ts';
import type { EngineClient } from '../engine-client.ts';
import type { Job } from '../pump.ts';
import { RateLimit } from './rate.ts';
import { openSyslogTcp, openSyslogUdp } from './syslog-socket.ts';

export type FieldConfig = Pick<Config, 'url' | 'fleet' | 'gbfs' | 'mds' | 'snmp' | 'syslog' | 'outside' | 'topology'>;

interface FieldOptions {
  readonly deps: Deps<SignalTx>;
  readonly engine: Pick<EngineClient, 'writeBatch'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Runs mappings away from this thread. */
  readonly mappings: MappingRunner;
}

interface Runnable {
  run(body: unknown): Promise<unknown>;
}

interface Open {
  readonly key: string;
  close(): Promise<unknown>;
}

/** What vehicles, networks and partners' devices tell by their own protocols, on its way to series and signals. */
export class FieldIntake {
  readonly #options: FieldOptions;
  readonly #open = new Map<'mqtt' | 'snmp' | 'syslog', Open>();
  #config: FieldConfig | null = null;
  #fleet: { state: FleetState; series: FleetSeries; mds: MdsIntake; key: string } | null = null;
  #gbfs: GbfsPoller | null = null;
  #mdsNextAt = new Map<string, number>();
  #fetch: ReturnType<typeof safeHttp> = safeHttp([]);

  constructor(options: FieldOptions) {
    this.#options = options;
  }

  /**
   * Takes a configuration: what is not named in it any more is closed, what is new is opened.
   * @throws Fault `unavailable` when an address of the first configuration cannot be used; later ones are told in the log
   */
  async configure(config: FieldConfig): Promise<void> {
    const first = this.#config === null;
    this.#config = config;
    this.#fetch = safeHttp(config.outside.allow);
    this.#gbfs ??= new GbfsPoller({
      get: (url) =>
        this.#fetch({
          method: 'GET',
          url,
          timeout: 15_000,
          maxBytes: 32 << 20,
          headers: { accept: 'application/json' },
        }),
      write: (batch) => this.#options.engine.writeBatch(batch),
      tell: (source, events) => this.#tell(source, events, null),
      cities: config.topology.cities,
    });
    this.#makeFleet(config);
    const { fleet, snmp, syslog, url } = config;
    await this.#reopen('mqtt', fleet.mqtt, first, (mqtt) => this.#openMqtt(mqtt));
    await this.#reopen('snmp', snmp, first, (wanted) => this.#openSnmp(wanted, url));
    await this.#reopen('syslog', syslog, first, (wanted) => this.#openSyslog(wanted));
  }

  jobs(): Job[] {
    return [
      { name: 'fleet', every: 60_000, run: async (now) => this.#flush(now) },
      { name: 'gbfs', every: 60_000, run: async (now) => this.#gbfs?.tick(this.#config?.gbfs ?? [], now) },
      { name: 'mds', every: 60_000, run: async (now) => this.#pollMds(now) },
    ];
  }

  /** Takes a batch of the agency API; null when it is not offered. */
  takeMds(kind: 'vehicles' | 'events' | 'telemetry', body: unknown): MdsAnswer | null {
    if (!this.#config?.mds.agency || !this.#fleet) return null;
    return this.#fleet.mds.take(kind, body, this.#options.clock.now());
  }

  async close(): Promise<void> {
    for (const open of this.#open.values()) await open.close();
    this.#open.clear();
    if (this.#fleet) await this.#options.engine.writeBatch(this.#fleet.series.end(this.#options.clock.now()));
  }

  /** The counts start anew only when something changed that they depend on. */
  #makeFleet({ fleet, mds, topology }: FieldConfig): void {
    const wanted = fleet.mqtt !== null || mds.agency || mds.providers.length > 0;
    const { silent_after, forget_after, max_vehicles, max_values } = fleet;
    const key = JSON.stringify([
      silent_after,
      forget_after,
      max_vehicles,
      max_values,
      topology.cities,
      fleet.mqtt?.tenant,
    ]);
    if (!wanted) {
      this.#fleet = null;
    } else if (this.#fleet?.key !== key) {
      const limits = {
        silentAfter: silent_after,
        forgetAfter: forget_after,
        maxVehicles: max_vehicles,
        maxValues: max_values,
      };
      const state = new FleetState(limits, topology.cities);
      const series = new FleetSeries(state);
      this.#fleet = { state, series, mds: new MdsIntake(state, series, max_vehicles), key };
    }
  }

  async #reopen<C>(
    name: 'mqtt' | 'snmp' | 'syslog',
    config: C | null,
    first: boolean,
    open: (config: C) => Promise<Omit<Open, 'key'>>,
  ): Promise<void> {
    const key = JSON.stringify(config);
    const before = this.#open.get(name);
    if (before?.key === key) return;
    this.#open.delete(name);
    await before?.close();
    if (config === null) return;
    try {
      const opened = await open(config);
      this.#open.set(name, { key, close: () => opened.close() });
    } catch (error) {
      if (first) throw error;
      this.#options.log.error({ err: error }, `${name} is not listened to until the next reload`);
    }
  }

  #mapping(text: string): Runnable {
    return { run: (body) => this.#options.mappings.run(text, { body, headers: {}, source: {} }) };
  }

  // What speaks to brokers and devices is loaded where one is configured.
  async #openMqtt(mqtt: NonNullable<FieldConfig['fleet']['mqtt']>): Promise<Omit<Open, 'key'>> {
    const { openFleetFeed } = await import('./mqtt-client.ts');
    const mapping = mqtt.events === undefined ? null : this.#mapping(mqtt.events);
    return openFleetFeed(
      mqtt,
      (topic, payload) => this.#vehicle(topic, payload, mqtt.tenant, mapping),
      this.#options.log,
    );
  }

  async #vehicle(topic: string, payload: string, tenant: string, mapping: Runnable | null): Promise<void> {
    const fleet = this.#fleet;
    const place = readTopic(topic, tenant);
    if (!fleet || !place) return;
    const now = this.#options.clock.now();
    const message = readVehicleMessage(place, payload, now);
    if (typeof message === 'string') {
      fleet.series.count(place.kind, 'refused', null);
      this.#options.log.debug({ kind: place.kind, why: message }, 'a message of a vehicle could not be read');
      return;
    }
    const outcome = fleet.state.take(message, now);
    fleet.series.count(place.kind, outcome, message.at === null ? null : now - message.at);
    if (place.kind !== 'events' || !mapping || outcome === 'duplicate') return;
    let events: readonly AlertEvent[];
    try {
      ({ events } = readMapped(
        await mapping.run({ tenant, vehicle: place.vehicle, event: JSON.parse(payload) as unknown }),
        'mqtt',
        now,
      ));
    } catch (error) {
      fleet.series.count(place.kind, 'refused', null);
      this.#options.log.warn({ err: error }, 'the mapping of vehicle events failed');
      return;
    }
    await this.#tell(
      'mqtt',
      events,
      message.at === null && message.seq === null ? null : `${place.vehicle}/${message.seq ?? ''}/${message.at ?? ''}`,
    );
  }

  async #openSnmp(config: SnmpConfig, identity: string): Promise<Omit<Open, 'key'>> {
    const { deps, clock, log } = this.#options;
    const rate = new RateLimit(config.per_second, () => clock.now());
    const senders = config.senders.map(({ address, partner, labels }) => ({
      has: network(address),
      sender: { partner: partner ?? null, labels },
    }));
    const senderOf = (address: string): TrapSender =>
      senders.find(({ has }) => has(address))?.sender ?? { partner: null, labels: {} };
    let told = 0;
    const { openSnmpSocket } = await import('./snmp-socket.ts');
    return openSnmpSocket(
      config,
      identity,
      async (trap) => {
        if (!rate.passes()) throw new Error('more traps than are taken in a second');
        await takeTrap(deps, config, senderOf(trap.address), trap);
      },
      (error) => {
        // A device with a wrong community would fill the log.
        if (clock.now() - told < 10_000) return;
        told = clock.now();
        log.warn({ why: error.message, refused: rate.refused }, 'an SNMP message was not taken');
      },
    );
  }

  async #openSyslog(config: SyslogConfig): Promise<Omit<Open, 'key'>> {
    const { deps, clock, log } = this.#options;
    const rate = new RateLimit(config.per_second, () => clock.now());
    const source = { partner: config.partner, mapping: this.#mapping(config.mapping) };
    let told = 0;
    const refuse = (why: string): void => {
      if (clock.now() - told < 10_000) return;
      told = clock.now();
      log.warn({ why, refused: rate.refused }, 'a syslog line was not taken');
    };
    const take = async (line: string): Promise<void> => {
      if (!rate.passes()) return refuse('more lines than are taken in a second');
      const why = await takeLine(deps, source, line);
      if (why !== null) refuse(why);
    };
    const failed = (error: Error): void => refuse(error.message);
    const open = [
      ...(config.udp === undefined
        ? []
        : [await openSyslogUdp(config.udp, (line) => void take(line).catch(failed), failed)]),
      ...(config.tcp === undefined ? [] : [await openSyslogTcp(config.tcp, take, failed)]),
    ];
    return { close: () => Promise.all(open.map((one) => one.close())) };
  }

  async #flush(now: number): Promise<number | undefined> {
    if (!this.#fleet || !this.#config) return undefined;
    await this.#options.engine.writeBatch(this.#fleet.series.flush(now));
    const { every } = this.#config.fleet;
    return (Math.floor(now / every) + 1) * every;
  }

  async #pollMds(now: number): Promise<number | undefined> {
    let next: number | undefined;
    for (const provider of this.#config?.mds.providers ?? []) {
      if ((this.#mdsNextAt.get(provider.name) ?? 0) <= now) {
        this.#mdsNextAt.set(provider.name, now + provider.every);
        await this.#askProvider(provider, now).catch((error: unknown) =>
          this.#options.log.warn(
            { provider: provider.name, err: error },
            'a provider of vehicle events could not be asked',
          ),
        );
      }
      next = Math.min(next ?? Infinity, this.#mdsNextAt.get(provider.name)!);
    }
    return next;
  }

  async #askProvider({ url, authorization, every, carrier }: MdsProvider, now: number): Promise<void> {
    // A little more than since the last time: events may be published late, and what comes twice counts once.
    const query = new URLSearchParams({ start_time: String(now - 2 * every - 60_000), end_time: String(now) });
    const answer = await this.#fetch({
      method: 'GET',
      url: `${url}/events/recent?${query.toString()}`,
      headers: {
        accept: MDS_TYPE,
        ...(authorization ? { authorization: `${authorization.type} ${authorization.credentials}` } : {}),
      },
      timeout: 20_000,
      maxBytes: 16 << 20,
    });
    if (answer.status !== 200) throw new Error(`it answered HTTP ${answer.status}`);
    const { failures } = this.#fleet?.mds.take('events', JSON.parse(answer.body), now, carrier ?? null) ?? {
      failures: [],
    };
    if (failures.length > 0)
      throw new Error(
        `${failures.length} events could not be read, the first: ${failures[0]!.error_details.join(', ')}`,
      );
  }

  async #tell(source: string, events: readonly AlertEvent[], idempotencyKey: string | null): Promise<void> {
    if (events.length === 0) return;
    const { deps } = this.#options;
    const id = deps.ids.next('sig');
    const signal = { id, source, receivedAt: deps.clock.now(), idempotencyKey, events, body: {} };
    await deps.store.transact((tx) => storeSignal(tx, signal).then(() => {}));
  }
}

/** Whether an address lies in `10.1.0.0/16` or is the one written. */
function network(text: string): (address: string) => boolean {
  const [host = '', bits] = text.split('/');
  const list = new BlockList();
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(host, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
