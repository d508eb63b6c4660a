import { isObject } from '../alertmanager-body.ts';
import { readInstant } from '../instant.ts';

export type VehicleTopic = 'telemetry' | 'events' | 'status';

/** What a vehicle told, with its time in ms, or null where it says none that can be believed. */
export interface VehicleMessage {
  readonly vehicle: string;
  readonly kind: VehicleTopic;
  readonly at: number | null;
  readonly seq: number | null;
  readonly carrier: string | null;
  readonly city: string | null;
  readonly firmware: string | null;
  readonly place: { readonly lat: number; readonly lon: number } | null;
  /** Said by a status alone. */
  readonly online: boolean | null;
}

const MOST_BYTES = 65_536;
/** A clock that runs ahead by more is wrong: the message counts from its arrival. */
const AHEAD = 300_000;
/** Numbers below this are seconds: as milliseconds they would lie in 1973. */
const SECONDS_BELOW = 100_000_000_000;

/** The vehicle and kind of a topic `TENANT/vehicles/VIN/KIND`, or null for another one. */
export function readTopic(topic: string, tenant: string): { vehicle: string; kind: VehicleTopic } | null {
  if (!topic.startsWith(`${tenant}/vehicles/`)) return null;
  const [vehicle, kind, ...rest] = topic.slice(tenant.length + '/vehicles/'.length).split('/');
  const known = kind === 'telemetry' || kind === 'events' || kind === 'status';
  return vehicle && vehicle.length <= 64 && known && rest.length === 0 ? { vehicle, kind } : null;
}

/**
 * Reads a message. A status may be one word instead of JSON: last wills often are.
 * @param arrivedAt ms
 * @returns the message, or in words what is wrong with it
 */
export function readVehicleMessage(
  topic: { vehicle: string; kind: VehicleTopic },
  payload: string,
  arrivedAt: number,
): VehicleMessage | string {
  if (payload.length > MOST_BYTES) return `it is longer than ${MOST_BYTES} bytes`;
  const word = topic.kind === 'status' ? onlineOf(payload.trim().toLowerCase()) : null;
  let body: unknown = {};
  if (word === null) {
    try {
      body = JSON.parse(payload);
    } catch {
      return 'it is not JSON';
    }
    if (!isObject(body)) return 'it is no object';
  }
  const fields = body as Readonly<Record<string, unknown>>;
  const online = word ?? onlineOf(fields['status']);
  if (topic.kind === 'status' && online === null) return 'status is neither online nor offline';
  const at = instantOf(fields['ts'] ?? fields['timestamp']);
  if (at === undefined) return 'ts is no instant: write milliseconds, seconds or RFC 3339';
  return {
    ...topic,
    at: at !== null && at > arrivedAt + AHEAD ? null : at,
    seq: typeof fields['seq'] === 'number' && Number.isFinite(fields['seq']) ? fields['seq'] : null,
    carrier: text(fields['carrier']),
    city: text(fields['city']),
    firmware: text(fields['firmware']),
    place: placeOf(fields),
    online: topic.kind === 'status' ? online : null,
  };
}

function onlineOf(value: unknown): boolean | null {
  if (value === 'online') return true;
  return value === 'offline' ? false : null;
}

function instantOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return readInstant(value);
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.round(value < SECONDS_BELOW ? value * 1000 : value);
}

/** A short text that may become a label. */
export function text(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const short = String(value).trim().slice(0, 64);
  return short === '' ? null : short;
}

function placeOf({ lat, lon }: Readonly<Record<string, unknown>>): VehicleMessage['place'] {
  if (typeof lat !== 'number' || typeof lon !== 'number') return null;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
