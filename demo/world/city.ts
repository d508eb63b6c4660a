/** The cities of the fictional operator, with the size of demand and of the fleet. */
export interface City {
  readonly name: 'berlin' | 'lisbon';
  readonly zone: string;
  /** Demand as a multiple of the curves in demand.ts. */
  readonly demand: number;
  /** Days on which it is like on another weekday: local date to ISO weekday. The example's calendars say the same. */
  readonly like?: Readonly<Record<string, number>>;
  /** Cars that report over each carrier. Each reports about once a minute. */
  readonly cars: Readonly<Record<Carrier, number>>;
}

export type Carrier = 'north' | 'south';

export const CARRIERS: readonly Carrier[] = ['north', 'south'];

export const BERLIN: City = {
  name: 'berlin',
  zone: 'Europe/Berlin',
  demand: 1.6,
  like: { '2026-08-26': 6 },
  cars: { north: 900, south: 520 },
};
const LISBON: City = { name: 'lisbon', zone: 'Europe/Lisbon', demand: 0.8, cars: { north: 640, south: 520 } };

export const CITIES: readonly City[] = [BERLIN, LISBON];

const HOUR = 3_600_000;
const offsets = new Map<string, number>();

/** Milliseconds to add to `at` (ms since the epoch) to read the wall clock in `zone` off it. */
function zoneOffset(zone: string, at: number): number {
  const hour = Math.floor(at / HOUR);
  const key = `${zone} ${hour}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  // Offsets change only on whole hours in the zones used here, so one look-up serves the hour.
  const zoned = Temporal.Instant.fromEpochMilliseconds(hour * HOUR).toZonedDateTimeISO(zone);
  const offset = zoned.offsetNanoseconds / 1_000_000;
  offsets.set(key, offset);
  return offset;
}

/** The weekday that a local day (counted from the epoch) is like in a city: 1 is Monday and 7 is Sunday. */
export function weekdayOf({ like }: City, day: number): number {
  const own = like?.[new Date(day * 24 * HOUR).toISOString().slice(0, 10)];
  // Day 0 of the epoch was a Thursday.
  return own ?? ((day + 3) % 7) + 1;
}

/** What the wall clock in a zone shows at an instant (ms since the epoch). */
export function localTime(zone: string, at: number): { readonly hours: number; readonly day: number } {
  const local = at + zoneOffset(zone, at);
  const day = Math.floor(local / (24 * HOUR));
  return { hours: (local - day * 24 * HOUR) / HOUR, day };
}
