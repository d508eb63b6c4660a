import { encodeWriteRequest, type OutgoingSeries } from '../../src/signal/remote-write/index.ts';

/** Milliseconds from one sample of a series to its next. */
export const INTERVAL = 15_000;
/** Series in one request, each with one sample. */
export const REQUEST = 2000;
/** Rounds in one request of history, and the series in it: 10,000 samples, as of a sender that makes up for an outage. */
export const HISTORY_ROUNDS = 20;
const HISTORY_SERIES = 500;
/** Series of one instance: 250 instances are 10,000 series. */
export const PER_INSTANCE = 40;

const CITIES = ['berlin', 'hamburg', 'munich', 'cologne', 'leipzig', 'vienna', 'graz', 'zurich', 'basel', 'bern'];
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

interface Source {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  next(before: number): number;
}

/**
 * Instances of a mobility service as a scraper would deliver them: counters of requests, trips and errors, a histogram of
 * durations, and gauges. The same seed gives the same samples.
 */
export class Fleet {
  readonly #sources: readonly Source[];
  #state = 1;
  #time: number;

  /** @param instances how many, 40 series each @param start instant of the first round, ms */
  constructor(instances: number, start: number) {
    this.#sources = Array.from({ length: instances }, (_, n) => this.#instance(n)).flat();
    this.#time = start;
  }

  get series(): number {
    return this.#sources.length;
  }

  /** Instant of the next round, ms. */
  get time(): number {
    return this.#time;
  }

  /** Requests of the next rounds, one list for each shard: a shard sends its own part of the series in order. */
  rounds(count: number): Uint8Array[][] {
    const shards: Uint8Array[][] = [];
    for (let round = 0; round < count; round++) {
      for (let shard = 0; shard * REQUEST < this.#sources.length; shard++) {
        const part = this.#sources.slice(shard * REQUEST, (shard + 1) * REQUEST);
        (shards[shard] ??= []).push(encodeWriteRequest(part.map((one) => this.#sample(one))));
      }
      this.#time += INTERVAL;
    }
    return shards;
  }

  /** The next HISTORY_ROUNDS rounds in few large requests, which may be sent in any order. */
  history(): Uint8Array[] {
    const times = Array.from({ length: HISTORY_ROUNDS }, (_, round) => this.#time + round * INTERVAL);
    const values = this.#sources.map(() => new Float64Array(HISTORY_ROUNDS));
    // Round by round, because a bucket counts what the one before it counted in the same round.
    for (let round = 0; round < HISTORY_ROUNDS; round++)
      this.#sources.forEach((source, i) => (values[i]![round] = source.value = source.next(source.value)));
    this.#time += HISTORY_ROUNDS * INTERVAL;
    const bodies: Uint8Array[] = [];
    for (let from = 0; from < this.#sources.length; from += HISTORY_SERIES) {
      const part = this.#sources.slice(from, from + HISTORY_SERIES);
      bodies.push(encodeWriteRequest(part.map(({ labels }, i) => ({ labels, times, values: values[from + i]! }))));
    }
    return bodies;
  }

  #sample(source: Source): OutgoingSeries {
    source.value = source.next(source.value);
    return { labels: source.labels, times: [this.#time], values: Float64Array.of(source.value) };
  }

  #random(): number {
    this.#state = (this.#state * 16_807) % 2_147_483_647;
    return this.#state / 2_147_483_647;
  }

  #instance(n: number): Source[] {
    const own = { job: 'mobility', instance: `10.0.${n >> 8}.${n & 255}:9100`, city: CITIES[n % CITIES.length]! };
    const sources: Source[] = [];
    const add = (name: string, more: Record<string, string>, next: Source['next'], value: number): void => {
      sources.push({ labels: Object.freeze({ __name__: name, ...own, ...more }), value, next });
    };
    const grows = (by: number) => (before: number) => before + Math.floor(this.#random() * by);
    for (const path of ['/book', '/unlock']) {
      for (const status of ['200', '301', '404', '500', '503'])
        add('http_requests_total', { path, status }, grows(status === '200' ? 200 : 5), 1000);
    }
    // Each bucket counts what the one before it counts, and more.
    let counted = 0;
    BOUNDS.forEach((le, i) => {
      const step: Source['next'] = (before) => {
        counted = (i === 0 ? 0 : counted) + Math.floor(this.#random() * 20);
        return before + counted;
      };
      add('http_request_duration_seconds_bucket', { le }, step, 0);
    });
    add('http_request_duration_seconds_count', {}, (before) => before + counted, 0);
    add('http_request_duration_seconds_sum', {}, (before) => before + counted * 0.2 * this.#random(), 0);
    for (const vehicle of ['bike', 'scooter', 'moped', 'small', 'estate', 'van'])
      add('trips_total', { vehicle }, grows(4), 100);
    for (const slot of ['0', '1', '2', '3']) {
      const drains = (before: number): number =>
        before < 5 ? 100 : Math.round((before - this.#random() / 10) * 100) / 100;
      // Charged differently, so that some are low at any instant, however short the run.
      add('battery_level_percent', { slot }, drains, 6 + ((37 * n + 23 * Number(slot)) % 94));
    }
    for (const kind of ['timeout', 'refused', 'payment', 'gps', 'lock'])
      add('errors_total', { kind }, (before) => (this.#random() < 0.05 ? before + 1 : before), 0);
    add('cpu_usage_ratio', {}, () => this.#random(), 0);
    add('memory_bytes', {}, (before) => before + Math.floor(this.#random() * 8192) - 4096, 5e8);
    add('up', {}, () => (this.#random() < 0.01 ? 0 : 1), 1);
    return sources;
  }
}
