/** Weeks of made-up bookings and heartbeats with a daily and weekly shape, the same at every run. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';

type LevelSeries = z.output<typeof contract.levelSeries>;
type IndicatorView = z.output<typeof contract.indicatorView>;
type IndicatorSeries = IndicatorView['series'][number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Bookings per minute by hour of the day, Berlin's, before noise. */
const SHAPE = [9, 6, 4, 3, 4, 9, 21, 38, 46, 36, 29, 28, 31, 32, 31, 33, 40, 52, 58, 50, 39, 29, 21, 14];

export interface Outage {
  readonly from: number;
  readonly to: number | null;
  readonly incidentId: string;
}

/** A number from 0 to 1 that depends only on its argument. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
}

function shapeAt(at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours() + 1 + date.getUTCMinutes() / 60;
  const low = Math.floor(hour) % 24;
  // A cosine between the hours, so that the prognosis has no corners.
  const part = (1 - Math.cos(Math.PI * (hour - Math.floor(hour)))) / 2;
  const value = SHAPE[low]! * (1 - part) + SHAPE[(low + 1) % 24]! * part;
  const day = date.getUTCDay();
  return value * (day === 0 ? 0.72 : day === 6 ? 0.88 : 1);
}

interface Kind {
  readonly scale: number;
  /** How much of the value an outage leaves. */
  readonly left: number;
  readonly margin: number;
  /** How much of the value does not follow the day: cars report also when nobody books. */
  readonly base: number;
}

function kindOf(name: string, labels: Record<string, string>): Kind {
  const isBerlin = labels['city'] === 'berlin';
  if (name === 'bookings') return { scale: isBerlin ? 1 : 0.42, left: isBerlin ? 0.42 : 1, margin: 3, base: 0 };
  const isNorth = labels['carrier'] === 'north';
  return {
    scale: (isBerlin ? 1080 : 440) * (isNorth ? 0.6 : 0.4),
    left: isBerlin && isNorth ? 0.02 : 1,
    margin: 20,
    base: 0.72,
  };
}

/** What is to be expected of a series at an instant. */
function prognosis(at: number, kind: Kind): number {
  if (kind.base === 0) return shapeAt(at) * kind.scale;
  return kind.scale * (kind.base + (1 - kind.base) * (shapeAt(at) / 58));
}

function actualAt(at: number, kind: Kind, outages: readonly Outage[]): number {
  const slot = Math.floor(at / MINUTE);
  const calm = kind.base === 0 ? 1 : 0.5;
  const wave = 1 + calm * (0.05 * Math.sin(slot / 37) + 0.09 * (noise(slot) - 0.5));
  const hit = outages.some((each) => at >= each.from && at < (each.to ?? Infinity));
  return Math.max(0, prognosis(at, kind) * wave * (hit ? kind.left : 1));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The level of one series over a range, at most about 700 points. */
export function levelOf(
  name: string,
  labels: Record<string, string>,
  from: number,
  to: number,
  outages: readonly Outage[],
): LevelSeries {
  const kind = kindOf(name, labels);
  const step = Math.max(MINUTE, Math.ceil((to - from) / 700 / MINUTE) * MINUTE);
  const times: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) times.push(at);
  const expected = times.map((at) => round(prognosis(at, kind)));
  const width = expected.map((value) => Math.max(kind.margin, value * 0.16));
  const hits = outages.filter((each) => kind.left < 1 && (each.to ?? to) > from);
  return {
    name,
    title: name === 'bookings' ? 'Bookings' : 'Vehicle heartbeats',
    unit: 'per minute',
    labels,
    zone: labels['city'] === 'lisbon' ? 'Europe/Lisbon' : 'Europe/Berlin',
    times,
    actual: times.map((at) => round(actualAt(at, kind, outages))),
    expected,
    lower: expected.map((value, index) => round(Math.max(0, value - width[index]!))),
    upper: expected.map((value, index) => round(value + width[index]!)),
    forecast: times.map(() => null),
    events: [],
    lastWeek: times.map((at) => round(actualAt(at - 7 * DAY, kind, outages))),
    dayParts: dayParts(from, to),
    alarms: hits.map((each) => ({
      from: each.from + 5 * MINUTE,
      to: each.to,
      name: `${name}-below`,
      incidentId: each.incidentId,
    })),
    marks: name === 'bookings' ? [] : [{ name: 'vehicle-heartbeats-low', side: 'low', value: 150 }],
  };
}

function dayParts(from: number, to: number): LevelSeries['dayParts'] {
  const parts: LevelSeries['dayParts'][number][] = [];
  const bounds = [
    { name: 'night', from: 22, to: 30 },
    { name: 'morning', from: 6, to: 10 },
    { name: 'daytime', from: 10, to: 16 },
    { name: 'evening', from: 16, to: 22 },
  ] as const;
  for (let day = Math.floor(from / DAY) * DAY - DAY; day < to; day += DAY) {
    for (const bound of bounds) {
      const [start, end] = [day + (bound.from - 1) * HOUR, day + (bound.to - 1) * HOUR];
      if (end > from && start < to) parts.push({ name: bound.name, from: start, to: end });
    }
  }
  return parts;
}

function stateOf(
  name: string,
  labels: Record<string, string>,
  at: number,
  outages: readonly Outage[],
): IndicatorSeries {
  const level = levelOf(name, labels, at - 10 * MINUTE, at, outages);
  const value = level.actual.at(-1) ?? null;
  const [expected, lower, upper] = [level.expected.at(-1) ?? 0, level.lower.at(-1) ?? 0, level.upper.at(-1) ?? 0];
  const isBelow = value !== null && value < lower;
  const hit = outages.find((each) => each.to === null);
  const percent = value === null ? 0 : Math.round((1 - value / expected) * 100);
  return {
    labels,
    state: isBelow ? 'below' : 'ok',
    value,
    expected,
    lower,
    upper,
    score: isBelow ? -4.2 : 0.3,
    since: isBelow && hit !== undefined ? hit.from + 2 * MINUTE : null,
    factor: 1,
    forecast: null,
    // What a heartbeat is worth is in no configuration: only bookings are counted as lost.
    loss:
      isBelow && hit !== undefined && name === 'bookings'
        ? { amount: 318.4, unit: 'bookings', from: hit.from + 2 * MINUTE }
        : null,
    words: isBelow ? `${percent} % below the expected level for this hour` : 'Within the expected level for this hour',
  };
}

/** The indicators as they stand. */
export function indicatorsOf(at: number, outages: readonly Outage[]): IndicatorView[] {
  const cities = ['berlin', 'lisbon'];
  return [
    {
      name: 'bookings',
      title: 'Bookings',
      unit: 'per minute',
      expr: 'sum by (city) (kiez_bookings_per_minute)',
      every: MINUTE,
      series: cities.map((city) => stateOf('bookings', { city }, at, outages)),
    },
    {
      name: 'vehicle-heartbeats',
      title: 'Vehicle heartbeats',
      unit: 'per minute',
      expr: 'sum by (city, carrier) (kiez_vehicle_heartbeats_per_minute)',
      every: MINUTE,
      series: cities.flatMap((city) =>
        ['north', 'south'].map((carrier) => stateOf('vehicle-heartbeats', { city, carrier }, at, outages)),
      ),
    },
  ];
}
