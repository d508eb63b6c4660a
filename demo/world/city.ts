/** The cities of the fictional operator, with the size of demand and of the fleet. */
export interface City {
  readonly name: 'berlin' | 'lisbon';
  readonly zone: string;
  /** Demand as a multiple of the curves in demand.ts. */
  readonly demand: number;
  /** Cars that report over each carrier. Each reports about once a minute. */
  readonly cars: Readonly<Record<Carrier, number>>;
}

export type Carrier = 'north' | 'south';

export const CARRIERS: readonly Carrier[] = ['north', 'south'];

export const BERLIN: City = { name: 'berlin', zone: 'Europe/Berlin', demand: 1.6, cars: { north: 900, south: 520 } };
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

/** What the wall clock in a zone shows at an instant (ms since the epoch). */
export function localTime(zone: string, at: number): { readonly weekday: number; readonly hours: number; day: number } {
  const local = at + zoneOffset(zone, at);
  const day = Math.floor(local / (24 * HOUR));
  // Day 0 of the epoch was a Thursday; 1 is Monday and 7 is Sunday.
  return { weekday: ((day + 3) % 7) + 1, hours: (local - day * 24 * HOUR) / HOUR, day };
}
