import { Fault } from '../../core/fault.ts';
import { isObject } from '../alertmanager-body.ts';
import { text, type FleetSeries, type FleetState, type VehicleMessage } from '../fleet/index.ts';
import { isLegal, VEHICLE_STATES } from './machine.ts';

/** What MDS answers to a batch: how many were taken, and what was wrong with which. */
export interface MdsAnswer {
  readonly success: number;
  readonly total: number;
  readonly failures: readonly {
    readonly item: unknown;
    readonly error: string;
    readonly error_description: string;
    readonly error_details: readonly string[];
  }[];
}

const MEDIA = 'application/vnd.mds+json';
const VERSION = '2.0';
const MOST_ITEMS = 5000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The media type of answers. */
export const MDS_TYPE = `${MEDIA};version=${VERSION}`;

/** Whether an Accept header lets us answer in version 2.0. Who asks for no version of MDS takes what there is. */
export function acceptsMds(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((part) => {
    const [type, ...params] = part
      .trim()
      .toLowerCase()
      .split(';')
      .map((piece) => piece.trim());
    if (type !== MEDIA) return type === '*/*' || type === 'application/*' || type === 'application/json';
    const version = params.find((param) => param.startsWith('version='))?.slice('version='.length);
    return version === undefined || /^2\.0(\.\d+)?$/.test(version);
  });
}

/** What is known of MDS vehicles: their state, and what they are counted under. */
export class MdsIntake {
  readonly #fleet: FleetState;
  readonly #series: FleetSeries;
  readonly #most: number;
  readonly #states = new Map<string, { state: string; at: number }>();
  readonly #carriers = new Map<string, string>();
  /** Steps that the state machine does not have; the vehicle's word is taken all the same. */
  illegal = 0;

  constructor(fleet: FleetState, series: FleetSeries, most: number) {
    this.#fleet = fleet;
    this.#series = series;
    this.#most = most;
  }

  /**
   * Takes a batch.
   * @param carrier what the provider's vehicles are connected by, where that is configured
   * @throws Fault `body_invalid` when it is no list
   */
  take(
    kind: 'vehicles' | 'events' | 'telemetry',
    body: unknown,
    now: number,
    carrier: string | null = null,
  ): MdsAnswer {
    const list = Array.isArray(body) ? body : isObject(body) ? body[kind] : undefined;
    if (!Array.isArray(list)) throw new Fault('body_invalid', { what: `send a list, or {"${kind}": [...]}` });
    if (list.length > MOST_ITEMS) throw new Fault('body_invalid', { what: `at most ${MOST_ITEMS} are taken at once` });
    const failures = list.flatMap((item): MdsAnswer['failures'] => {
      const wrong = this.#one(kind, item, now, carrier);
      if (wrong.length === 0) return [];
      return [{ item, error: 'bad_param', error_description: 'A validation error occurred', error_details: wrong }];
    });
    return { success: list.length - failures.length, total: list.length, failures };
  }

  /** @returns the names of the fields that are wrong */
  #one(kind: 'vehicles' | 'events' | 'telemetry', item: unknown, now: number, carrier: string | null): string[] {
    if (!isObject(item)) return ['item'];
    const device = item['device_id'];
    const wrong = typeof device === 'string' && UUID.test(device) ? [] : ['device_id'];
    if (kind === 'vehicles') {
      if (wrong.length > 0) return wrong;
      const attributes = isObject(item['vehicle_attributes']) ? item['vehicle_attributes'] : {};
      const given = text(attributes['carrier']) ?? carrier;
      if (given !== null && this.#carriers.size < this.#most) this.#carriers.set(device as string, given);
      return [];
    }
    const at = item['timestamp'];
    if (typeof at !== 'number' || !Number.isInteger(at) || at < 1e12) wrong.push('timestamp');
    const state = item['vehicle_state'];
    const types = item['event_types'];
    if (kind === 'events') {
      if (typeof state !== 'string' || !VEHICLE_STATES.includes(state)) wrong.push('vehicle_state');
      if (!Array.isArray(types) || types.length === 0 || !types.every((type) => typeof type === 'string'))
        wrong.push('event_types');
    }
    if (wrong.length > 0) return wrong;
    const message = messageOf(device as string, item, this.#carriers.get(device as string) ?? carrier);
    if (kind === 'telemetry') {
      this.#series.count('telemetry', this.#fleet.take(message, now), now - message.at!);
      return [];
    }
    this.#event(message, state as string, types as string[], now);
    return [];
  }

  #event(message: VehicleMessage, state: string, types: readonly string[], now: number): void {
    const at = message.at!;
    const known = this.#states.get(message.vehicle);
    if (known && at < known.at) {
      this.#series.count('events', 'late', null);
      return;
    }
    if (known && at === known.at && known.state === state) {
      this.#series.count('events', 'duplicate', null);
      return;
    }
    if (!isLegal(known?.state ?? null, types, state)) this.illegal++;
    if (known || this.#states.size < this.#most) this.#states.set(message.vehicle, { state, at });
    const cut = state === 'non_contactable';
    const outcome = this.#fleet.take(
      { ...message, kind: 'events', online: cut ? false : null },
      cut ? Math.min(at, now) : now,
    );
    this.#series.count('events', outcome, now - at);
  }
}

function messageOf(device: string, item: Readonly<Record<string, unknown>>, carrier: string | null): VehicleMessage {
  const location = isObject(item['location']) ? item['location'] : {};
  const { lat, lng } = location;
  const place = typeof lat === 'number' && typeof lng === 'number' ? { lat, lon: lng } : null;
  return {
    vehicle: `mds:${device}`,
    kind: 'telemetry',
    at: item['timestamp'] as number,
    seq: null,
    carrier,
    city: null,
    firmware: null,
    place,
    online: null,
  };
}
