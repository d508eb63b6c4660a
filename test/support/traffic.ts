import { CARRIERS, CITIES, type Carrier, type City } from '../../demo/world/city.ts';
import { bookingsPerMinute } from '../../demo/world/demand.ts';
import { heartbeatsPerMinute } from '../../demo/world/fleet.ts';
import type { Labels } from '../../src/core/labels.ts';
import { BatchBuilder, type SeriesStore } from '../../src/series/index.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const SEED = 7;

interface Column {
  readonly labels: Labels;
  readonly city: City;
  readonly carrier: Carrier | null;
}

const COLUMNS: readonly Column[] = CITIES.flatMap((city) => [
  { labels: { __name__: 'kiez_bookings_per_minute', city: city.name }, city, carrier: null },
  ...CARRIERS.map((carrier) => ({
    labels: { __name__: 'kiez_vehicle_heartbeats_per_minute', city: city.name, carrier },
    city,
    carrier,
  })),
]);

/** Weeks of history are the same for every test of a file: made once. */
const remembered = new Map<string, { times: Float64Array; values: Float64Array[] }>();

/** The fictional operator's measurements, minute by minute, with carriers that can be made to fail. */
export class Traffic {
  /** Carriers that carry nothing in a city, as `north berlin`. */
  readonly silent = new Set<string>();
  /** Whoever measures is down: no samples at all. */
  unmeasured = false;
  /** Cars of a silent carrier report over this one. */
  route: Carrier | null = null;

  /** Writes the weeks before `until` (ms), as if they had been measured. */
  static async history(store: SeriesStore, until: number, weeks: number): Promise<void> {
    const { times, values } = pastOf(until, weeks);
    const batch = new BatchBuilder();
    COLUMNS.forEach(({ labels }, index) => batch.addSeries(labels, times, values[index]!));
    await store.write(batch.build());
  }

  /** Writes what is measured at the instant. */
  async write(store: SeriesStore, at: number): Promise<void> {
    if (this.unmeasured) return;
    const batch = new BatchBuilder();
    for (const column of COLUMNS) batch.add(column.labels, at, this.#value(column, at));
    await store.write(batch.build());
  }

  #value({ city, carrier }: Column, at: number): number {
    if (carrier !== null) return this.#heard(city, carrier, at);
    const usual = CARRIERS.reduce((sum, one) => sum + heartbeatsPerMinute(city, one, at, SEED), 0);
    const heard = CARRIERS.reduce((sum, one) => sum + this.#heard(city, one, at), 0);
    // Cars that cannot be reached are not booked.
    return bookingsPerMinute(city, at, SEED) * Math.min(1, heard / usual);
  }

  #heard(city: City, carrier: Carrier, at: number): number {
    const own = heartbeatsPerMinute(city, carrier, at, SEED);
    if (this.silent.has(`${carrier} ${city.name}`)) return 0;
    const taken = CARRIERS.filter((other) => this.route === carrier && this.silent.has(`${other} ${city.name}`));
    return taken.reduce((sum, other) => sum + heartbeatsPerMinute(city, other, at, SEED), own);
  }
}

function pastOf(until: number, weeks: number): { times: Float64Array; values: Float64Array[] } {
  const key = `${until} ${weeks}`;
  const known = remembered.get(key);
  if (known) return known;
  const first = until - weeks * WEEK;
  const times = Float64Array.from({ length: (weeks * WEEK) / MINUTE }, (_, index) => first + index * MINUTE);
  const values = COLUMNS.map(({ city, carrier }) =>
    times.map((at) => (carrier ? heartbeatsPerMinute(city, carrier, at, SEED) : bookingsPerMinute(city, at, SEED))),
  );
  const made = { times, values };
  remembered.set(key, made);
  return made;
}
