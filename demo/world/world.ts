import { CARRIERS, CITIES } from './city.ts';
import { bookingsPerMinute, usualBookings } from './demand.ts';
import { heartbeatsPerMinute } from './fleet.ts';
import { effectOf, NO_OUTAGE, type Outage } from './outage.ts';

/** One series with its samples in time order. Timestamps are ms since the epoch. */
export interface SampledSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: { readonly at: number; readonly value: number }[];
}

const MINUTE = 60_000;
const JOB = 'kiez-backend';

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/**
 * The operator's world: it goes forward through time and gives the samples that its systems would publish. Counters
 * only ever grow, so they remember; everything else is a pure function of the seed, the time and the outage.
 */
export class World {
  readonly #seed: number;
  readonly #counters = new Map<string, number>();
  #outage: Outage = NO_OUTAGE;
  #last: number | null = null;

  /** @param seed any integer: the same one gives the same samples */
  constructor(seed: number) {
    this.#seed = seed;
  }

  get outage(): Outage {
    return this.#outage;
  }

  /** Says that something happened to the route of Berlin's cars. */
  change(outage: Partial<Outage>): void {
    this.#outage = { ...this.#outage, ...outage };
  }

  /**
   * Goes from `from` to `to` (ms, both included) in steps of `step` ms.
   * @returns one series for each metric and label set, each with one sample for each step
   */
  advance(from: number, to: number, step: number): SampledSeries[] {
    const bySeries = new Map<string, SampledSeries>();
    for (let at = from; at <= to; at += step) {
      for (const { name, labels, value } of this.#figures(at)) {
        const key = `${name} ${Object.values(labels).join(' ')}`;
        const series = bySeries.get(key) ?? { labels: { __name__: name, job: JOB, ...labels }, samples: [] };
        bySeries.set(key, series);
        series.samples.push({ at, value });
      }
      this.#last = at;
    }
    return [...bySeries.values()];
  }

  #figures(at: number): { name: string; labels: Record<string, string>; value: number }[] {
    const minutes = this.#last === null ? 0 : Math.max(0, at - this.#last) / MINUTE;
    const figures: { name: string; labels: Record<string, string>; value: number }[] = [];
    let booked = 0;
    for (const city of CITIES) {
      const effect = effectOf(this.#outage, city, at);
      const usual = bookingsPerMinute(city, at, this.#seed);
      const bookings = usual * effect.bookings;
      booked += bookings;
      const north = heartbeatsPerMinute(city, 'north', at, this.#seed);
      const south = heartbeatsPerMinute(city, 'south', at, this.#seed);
      const heard = { north: north * effect.north, south: south + north * effect.overToSouth };
      const attempts = usual * 2.2 * effect.attempts * minutes;
      const labels = { city: city.name };
      figures.push({ name: 'kiez_bookings_per_minute', labels, value: round(bookings, 1) });
      // The plan of the business knows the ordinary day, and nothing of outages.
      figures.push({ name: 'kiez_bookings_planned_per_minute', labels, value: round(usualBookings(city, at), 1) });
      for (const carrier of CARRIERS) {
        const value = Math.round(heard[carrier]);
        figures.push({ name: 'kiez_vehicle_heartbeats_per_minute', labels: { ...labels, carrier }, value });
      }
      figures.push(
        this.#counted('kiez_unlock_attempts_total', labels, attempts),
        this.#counted('kiez_unlock_failures_total', labels, attempts * effect.unlockFailures),
      );
    }
    figures.push(
      this.#counted('kiez_payments_total', { result: 'approved' }, booked * 0.96 * minutes),
      this.#counted('kiez_payments_total', { result: 'declined' }, booked * 0.04 * minutes),
    );
    return figures;
  }

  #counted(name: string, labels: Record<string, string>, more: number) {
    const key = `${name} ${Object.values(labels).join(' ')}`;
    const total = (this.#counters.get(key) ?? 0) + more;
    this.#counters.set(key, total);
    return { name, labels, value: round(total, 2) };
  }
}
