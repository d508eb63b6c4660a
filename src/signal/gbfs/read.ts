import { isObject } from '../alertmanager-body.ts';
import { readInstant } from '../instant.ts';

/** A file of a feed: what is the same in versions 2.3 and 3.0, read from their different forms. */
export interface GbfsFile {
  readonly version: string;
  /** ms. */
  readonly lastUpdated: number;
  /** ms. */
  readonly ttl: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface GbfsVehicle {
  readonly state: 'available' | 'reserved' | 'disabled';
  readonly lat: number | null;
  readonly lon: number | null;
}

export interface GbfsAlert {
  readonly id: string;
  readonly type: string;
  readonly summary: string;
  readonly startsAt: number | null;
  /** Null for no known end. */
  readonly endsAt: number | null;
}

const MOST_VEHICLES = 200_000;
const MOST_ALERTS = 200;
const TYPES = ['system_closure', 'station_closure', 'station_move', 'other'];

/** Reads the frame of a file. @returns it, or in words what is wrong */
export function readFile(value: unknown): GbfsFile | string {
  if (!isObject(value)) return 'it is no object';
  const { version, last_updated: updated, ttl, data } = value;
  if (typeof version !== 'string' || !/^[23]\.\d/.test(version))
    return `its version is ${JSON.stringify(version)}; 2.x and 3.x are read`;
  const at = instant(updated);
  if (at === null) return 'last_updated is no instant';
  if (typeof ttl !== 'number' || ttl < 0) return 'ttl is no number of seconds';
  if (!isObject(data)) return 'data is no object';
  return { version, lastUpdated: at, ttl: ttl * 1000, data };
}

/** The files that gbfs.json names: by language in version 2, at once in version 3. */
export function readDiscovery({ data }: GbfsFile): ReadonlyMap<string, string> {
  const first = Object.values(data).find((one) => isObject(one) && Array.isArray(one['feeds']));
  const feeds = Array.isArray(data['feeds']) ? data['feeds'] : isObject(first) ? first['feeds'] : [];
  const files = new Map<string, string>();
  for (const feed of Array.isArray(feeds) ? feeds : []) {
    if (isObject(feed) && typeof feed['name'] === 'string' && typeof feed['url'] === 'string')
      files.set(feed['name'], feed['url']);
  }
  return files;
}

/** The file that lists the vehicles: renamed between the versions. */
export function vehicleFile(files: ReadonlyMap<string, string>): { name: string; url: string } | null {
  for (const name of ['vehicle_status', 'free_bike_status']) {
    const url = files.get(name);
    if (url !== undefined) return { name, url };
  }
  return null;
}

/** The vehicles that are not on a trip. Their ids change with each trip, so they are not read at all. */
export function readVehicles({ data }: GbfsFile): GbfsVehicle[] {
  const list = data['vehicles'] ?? data['bikes'];
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST_VEHICLES).flatMap((one) => {
    if (!isObject(one)) return [];
    const { lat, lon } = one;
    return [
      {
        state: one['is_disabled'] === true ? 'disabled' : one['is_reserved'] === true ? 'reserved' : 'available',
        lat: typeof lat === 'number' ? lat : null,
        lon: typeof lon === 'number' ? lon : null,
      } as const,
    ];
  });
}

/** The alerts for members that hold now. A summary is a text in version 2, texts by language in version 3. */
export function readAlerts({ data }: GbfsFile, now: number): GbfsAlert[] {
  const list = data['alerts'];
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST_ALERTS).flatMap((one): GbfsAlert[] => {
    if (!isObject(one)) return [];
    const id = one['alert_id'];
    if (typeof id !== 'string') return [];
    const times = (Array.isArray(one['times']) ? one['times'] : [])
      .filter(isObject)
      .map(({ start, end }) => ({ start: instant(start), end: instant(end) }));
    const current = times.find(({ start, end }) => (start ?? 0) <= now && (end === null || end > now));
    if (times.length > 0 && !current) return [];
    const type = typeof one['type'] === 'string' && TYPES.includes(one['type']) ? one['type'] : 'other';
    return [
      {
        id: id.slice(0, 200),
        type,
        summary: words(one['summary']),
        startsAt: current?.start ?? null,
        endsAt: current?.end ?? null,
      },
    ];
  });
}

/** Seconds since the epoch in version 2, RFC 3339 in version 3; ms. */
function instant(value: unknown): number | null {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return Math.round(value * 1000);
  return typeof value === 'string' ? (readInstant(value) ?? null) : null;
}

function words(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 500);
  if (!Array.isArray(value)) return '';
  const texts = value.filter(isObject);
  const found = texts.find(({ language }) => language === 'en') ?? texts[0];
  return typeof found?.['text'] === 'string' ? found['text'].slice(0, 500) : '';
}
