import { fingerprint, labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { BatchBuilder, type SampleBatch } from '../../series/index.ts';
import { nearestCity } from '../fleet/index.ts';
import type { AlertEvent } from '../signal.ts';
import type { GbfsConfig } from './config.ts';
import { readAlerts, readDiscovery, readFile, readVehicles, vehicleFile, type GbfsFile } from './read.ts';

export interface GbfsPorts {
  get(url: string): Promise<{ readonly status: number; readonly body: string }>;
  write(batch: SampleBatch): Promise<void>;
  /** Stores events; `source` says whose they are. */
  tell(source: string, events: readonly AlertEvent[]): Promise<void>;
  readonly cities: readonly {
    readonly name: string;
    readonly lat?: number | undefined;
    readonly lon?: number | undefined;
  }[];
}

interface Seen {
  nextAt: number;
  files: ReadonlyMap<string, string> | null;
  vehicles: GbfsFile | null;
  stale: boolean;
  written: Map<string, Labels>;
}

/** The shortest time that counts as a ttl: some feeds say 0. */
const LEAST_TTL = 60_000;
const LEAST_OPEN = 900_000;
const STATES = ['available', 'reserved', 'disabled'] as const;

/** Looks at public feeds of vehicles: how many there are, how fresh it is, and what members are told. */
export class GbfsPoller {
  readonly #ports: GbfsPorts;
  readonly #seen = new Map<string, Seen>();

  constructor(ports: GbfsPorts) {
    this.#ports = ports;
  }

  /** Looks at the feeds that are due. @returns when the next one is, ms */
  async tick(feeds: readonly GbfsConfig[], now: number): Promise<number | undefined> {
    let next: number | undefined;
    for (const feed of feeds) {
      let seen = this.#seen.get(feed.name);
      if (!seen)
        this.#seen.set(
          feed.name,
          (seen = { nextAt: 0, files: null, vehicles: null, stale: false, written: new Map() }),
        );
      if (seen.nextAt <= now) await this.#look(feed, seen, now);
      next = Math.min(next ?? seen.nextAt, seen.nextAt);
    }
    return next;
  }

  async #look(feed: GbfsConfig, seen: Seen, now: number): Promise<void> {
    seen.nextAt = now + feed.every;
    let error: string | null = null;
    let alerts: GbfsFile | null = null;
    try {
      const files = (seen.files ??= readDiscovery(await this.#get(feed.url)));
      const vehicles = vehicleFile(files);
      if (!vehicles) throw new Error('it names neither vehicle_status nor free_bike_status');
      seen.vehicles = await this.#get(vehicles.url);
      const url = files.get('system_alerts');
      if (url !== undefined) alerts = await this.#get(url);
      seen.nextAt = now + Math.max(feed.every, seen.vehicles.ttl);
    } catch (failure) {
      error = failure instanceof Error ? failure.message : String(failure);
      // The addresses may have moved: they are asked for anew.
      seen.files = null;
    }
    await this.#ports.write(this.#samples(feed, seen, error === null, now));
    const events = [...this.#freshness(feed, seen, error, now), ...(alerts ? alertEvents(feed, alerts, now) : [])];
    if (events.length > 0) await this.#ports.tell(sourceOf(feed), events);
  }

  async #get(url: string): Promise<GbfsFile> {
    const { status, body } = await this.#ports.get(url);
    if (status !== 200) throw new Error(`${new URL(url).host} answered HTTP ${status}`);
    const read = readFile(JSON.parse(body));
    if (typeof read === 'string') throw new Error(`${new URL(url).pathname}: ${read}`);
    return read;
  }

  #samples(feed: GbfsConfig, seen: Seen, up: boolean, now: number): SampleBatch {
    const batch = new BatchBuilder();
    const written = new Map<string, Labels>();
    const add = (name: string, value: number, labels: Labels = {}): void => {
      const whole = { ...feed.labels, ...labels, __name__: name, feed: feed.name };
      batch.add(whole, now, value);
      written.set(labelsKey(whole), whole);
    };
    add('gbfs_up', up ? 1 : 0);
    if (seen.vehicles) {
      add('gbfs_feed_age_seconds', Math.max(0, now - seen.vehicles.lastUpdated) / 1000);
      add('gbfs_feed_ttl_seconds', seen.vehicles.ttl / 1000);
    }
    // Counts of a feed that does not answer would be old news under a new time.
    if (seen.vehicles && up) {
      for (const [key, count] of this.#counts(feed, seen.vehicles)) {
        const [city, state] = key.split('\n') as [string, string];
        add('gbfs_vehicles', count, { city, state });
      }
    }
    for (const [key, labels] of seen.written) if (!written.has(key)) batch.addStale(labels, now);
    seen.written = written;
    return batch.build();
  }

  #counts(feed: GbfsConfig, file: GbfsFile): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { state, lat, lon } of readVehicles(file)) {
      const near = lat === null || lon === null ? null : nearestCity(this.#ports.cities, lat, lon);
      const city = feed.city ?? near ?? 'unknown';
      if (!counts.has(`${city}\n${state}`))
        for (const one of STATES) counts.set(`${city}\n${one}`, counts.get(`${city}\n${one}`) ?? 0);
      counts.set(`${city}\n${state}`, counts.get(`${city}\n${state}`)! + 1);
    }
    return counts;
  }

  /** A feed older than `stale_after` times its ttl, or that does not answer for as long, is an alarm. */
  #freshness(feed: GbfsConfig, seen: Seen, error: string | null, now: number): AlertEvent[] {
    const limit = feed.stale_after * Math.max(seen.vehicles?.ttl ?? 0, LEAST_TTL);
    const age = now - (seen.vehicles?.lastUpdated ?? now);
    const stale = seen.vehicles === null ? error !== null : age > limit;
    const was = seen.stale;
    seen.stale = stale;
    if (!stale && !was) return [];
    const why =
      error ??
      `it was last updated ${Math.round(age / 1000)} s ago, its ttl is ${Math.round((seen.vehicles?.ttl ?? 0) / 1000)} s`;
    return [eventOf(feed, 'GbfsStale', 'feed', `The feed ${feed.name} is stale: ${why}`, stale, now, {})];
  }
}

function sourceOf({ partner }: GbfsConfig): string {
  return partner === undefined ? 'gbfs' : `gbfs:${partner}`;
}

/** Alerts that the feed shows to members; each is told again at every look, and ends by itself when it is shown no more. */
function alertEvents(feed: GbfsConfig, file: GbfsFile, now: number): AlertEvent[] {
  return readAlerts(file, now).map((alert) => {
    const event = eventOf(feed, 'GbfsAlert', alert.id, alert.summary || alert.type, true, now, {
      alert_type: alert.type,
    });
    return alert.startsAt === null ? event : { ...event, startsAt: Math.min(alert.startsAt, now) };
  });
}

function eventOf(
  feed: GbfsConfig,
  alertname: string,
  key: string,
  summary: string,
  firing: boolean,
  now: number,
  more: Labels,
): AlertEvent {
  const source = sourceOf(feed);
  return {
    fingerprint: fingerprint({ source, feed: feed.name, alertname, key }),
    source,
    labels: withoutLabels({
      alertname,
      severity: 'warning',
      feed: feed.name,
      ...(feed.city === undefined ? {} : { city: feed.city }),
      ...(feed.partner === undefined ? {} : { partner: feed.partner }),
      ...more,
      ...feed.labels,
    }),
    annotations: { summary: summary.slice(0, 300) },
    status: firing ? 'firing' : 'resolved',
    startsAt: now,
    // Told again at each look: an alert that nobody repeats, because the process ended, ends too.
    endsAt: firing ? now + Math.max(LEAST_OPEN, 4 * feed.every) : now,
    generatorUrl: feed.url,
    value: null,
  };
}
