import type { VehicleMessage } from './message.ts';

export type MessageOutcome = 'taken' | 'duplicate' | 'late' | 'refused';

export interface FleetLimits {
  readonly silentAfter: number;
  readonly forgetAfter: number;
  readonly maxVehicles: number;
  /** Values of one label beyond this many are `other`. */
  readonly maxValues: number;
}

/** How many vehicles share carrier, city and firmware, and how many of them are silent. */
export interface FleetCount {
  readonly carrier: string;
  readonly city: string;
  readonly firmware: string;
  readonly total: number;
  readonly silent: number;
}

interface Vehicle {
  lastAt: number;
  /** When it was cut off, by arrival; null while it is not known to be. */
  offlineAt: number | null;
  carrier: string;
  city: string;
  firmware: string;
  /** The newest message: the same once more is a duplicate. */
  lastKey: string;
}

const UNKNOWN = 'unknown';
const OTHER = 'other';
/** More combinations than this are counted without the firmware. */
const MOST_GROUPS = 2000;
const NEAR_KM = 50;
const KM_PER_DEGREE = 111.2;

/**
 * What is known of the vehicles: in memory alone, and of each no more than when it was last heard and what it is counted
 * under. Positions become a city and are thrown away.
 */
export class FleetState {
  readonly #vehicles = new Map<string, Vehicle>();
  readonly #values = { carrier: new Set<string>(), city: new Set<string>(), firmware: new Set<string>() };
  readonly #cities: readonly {
    readonly name: string;
    readonly lat?: number | undefined;
    readonly lon?: number | undefined;
  }[];
  #limits: FleetLimits;

  constructor(
    limits: FleetLimits,
    cities: readonly {
      readonly name: string;
      readonly lat?: number | undefined;
      readonly lon?: number | undefined;
    }[] = [],
  ) {
    this.#limits = limits;
    this.#cities = cities;
  }

  /** Takes a message. The same twice counts once; an older one never moves what is known back. @param arrivedAt ms */
  take(message: VehicleMessage, arrivedAt: number): MessageOutcome {
    const known = this.#vehicles.get(message.vehicle);
    const at = Math.min(message.at ?? arrivedAt, arrivedAt);
    const key = `${message.kind}/${message.seq ?? ''}/${message.at ?? ''}`;
    const told = message.seq !== null || message.at !== null;
    if (!known) {
      if (this.#vehicles.size >= this.#limits.maxVehicles) return 'refused';
      this.#vehicles.set(message.vehicle, {
        lastAt: at,
        offlineAt: message.online === false ? arrivedAt : null,
        lastKey: told ? key : '',
        carrier: this.#bounded('carrier', message.carrier ?? UNKNOWN),
        city: this.#bounded('city', this.#cityOf(message) ?? UNKNOWN),
        firmware: this.#bounded('firmware', message.firmware ?? UNKNOWN),
      });
      return 'taken';
    }
    // A last will was written when the vehicle connected: its own time says nothing of when it was cut off.
    if (message.online === false) {
      const outcome = known.offlineAt === null ? 'taken' : 'duplicate';
      known.offlineAt ??= arrivedAt;
      return outcome;
    }
    if (told && key === known.lastKey) return 'duplicate';
    if (message.at !== null && at < known.lastAt) return 'late';
    known.lastAt = at;
    known.lastKey = told ? key : known.lastKey;
    // What was said before it was cut off and came after does not bring it back.
    if (known.offlineAt !== null && (message.at === null || at >= known.offlineAt)) known.offlineAt = null;
    if (message.carrier !== null) known.carrier = this.#bounded('carrier', message.carrier);
    if (message.firmware !== null) known.firmware = this.#bounded('firmware', message.firmware);
    const city = this.#cityOf(message);
    if (city !== null) known.city = this.#bounded('city', city);
    return 'taken';
  }

  /** Whether the vehicle is known, and cut off or not heard for too long. */
  isSilent(vehicle: string, now: number): boolean {
    const known = this.#vehicles.get(vehicle);
    return known !== undefined && this.#silent(known, now);
  }

  /** The counts at an instant, ms. Vehicles that were not heard for very long are forgotten on the way. */
  counts(now: number): FleetCount[] {
    const groups = new Map<
      string,
      { carrier: string; city: string; firmware: string; total: number; silent: number }
    >();
    for (const [name, vehicle] of this.#vehicles) {
      if (now - vehicle.lastAt > this.#limits.forgetAfter) {
        this.#vehicles.delete(name);
        continue;
      }
      const { carrier, city } = vehicle;
      const exact = `${carrier}\n${city}\n${vehicle.firmware}`;
      const fits = groups.has(exact) || groups.size < MOST_GROUPS;
      const firmware = fits ? vehicle.firmware : OTHER;
      const key = fits ? exact : `${carrier}\n${city}\n${OTHER}`;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { carrier, city, firmware, total: 0, silent: 0 }));
      group.total++;
      if (this.#silent(vehicle, now)) group.silent++;
    }
    return [...groups.values()];
  }

  #silent({ lastAt, offlineAt }: Vehicle, now: number): boolean {
    return offlineAt !== null || now - lastAt > this.#limits.silentAfter;
  }

  /** The value, or `other` once there are too many: a broken sender cannot make series without end. */
  #bounded(label: 'carrier' | 'city' | 'firmware', value: string): string {
    const values = this.#values[label];
    if (values.has(value)) return value;
    if (values.size >= this.#limits.maxValues) return OTHER;
    values.add(value);
    return value;
  }

  #cityOf({ city, place }: VehicleMessage): string | null {
    if (city !== null) return city;
    return place === null ? null : nearestCity(this.#cities, place.lat, place.lon);
  }
}

/** The nearest of the cities within 50 km, or null. Flat geometry: over that distance it errs by metres. */
export function nearestCity(
  cities: readonly { readonly name: string; readonly lat?: number | undefined; readonly lon?: number | undefined }[],
  lat: number,
  lon: number,
): string | null {
  let best: { name: string; km: number } | null = null;
  for (const city of cities) {
    if (city.lat === undefined || city.lon === undefined) continue;
    const north = (lat - city.lat) * KM_PER_DEGREE;
    const turn = ((lon - city.lon + 540) % 360) - 180;
    const east = turn * KM_PER_DEGREE * Math.cos((city.lat * Math.PI) / 180);
    const km = Math.hypot(north, east);
    if (km <= NEAR_KM && (best === null || km < best.km)) best = { name: city.name, km };
  }
  return best?.name ?? null;
}
