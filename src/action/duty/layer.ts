import type { Hours } from '../hours/window.ts';
import type { DutyConfig } from './config.ts';

const DAY = 86_400_000;

/** A rotation of people, perhaps only in some hours of the week and until some day. Layers further down the list win. */
export interface Layer {
  readonly name: string;
  readonly people: readonly string[];
  /** The local day of the first hand-over. */
  readonly starts: string;
  /** The first local day that is not in it any more, or null. */
  readonly ends: string | null;
  /** Wall time of the hand-over. */
  readonly handover: string;
  /** Length of a shift, ms: whole days, or hours that divide a day. */
  readonly every: number;
  readonly zone: string;
  /** The hours in which the layer counts; empty for all. */
  readonly only: readonly Hours[];
}

/** The layers of the configuration, the rotation as the lowest. */
export function layersOf(duty: DutyConfig): readonly Layer[] {
  const known = layers.get(duty);
  if (known) return known;
  const base = duty.rotation ? [{ ...duty.rotation, name: 'rotation', ends: null, only: [] }] : [];
  const made = [...base, ...duty.layers].map((layer) => ({
    ...layer,
    zone: ('zone' in layer && layer.zone) || duty.zone,
  }));
  layers.set(duty, made);
  return made;
}

/** Layers of a configuration are the same objects each time, so that what was worked out about them can be kept. */
const layers = new WeakMap<DutyConfig, readonly Layer[]>();

/** Hand-overs by the index of their shift. Who is on duty is asked again and again about the same few days. */
const handovers = new WeakMap<Layer, Map<number, number>>();
const MOST_HANDOVERS = 2000;

/** The instant of the hand-over that begins shift `index` (0 is the first), ms. Wall time: DST does not move it. */
export function handoverAt(layer: Layer, index: number): number {
  let known = handovers.get(layer);
  if (!known) handovers.set(layer, (known = new Map()));
  let at = known.get(index);
  if (at !== undefined) return at;
  at = workOutHandover(layer, index);
  if (known.size >= MOST_HANDOVERS) known.clear();
  known.set(index, at);
  return at;
}

function workOutHandover(layer: Layer, index: number): number {
  const { starts, handover, every, zone } = layer;
  const perDay = every < DAY ? DAY / every : 1;
  const days = every < DAY ? Math.floor(index / perDay) : index * (every / DAY);
  const part = every < DAY ? index - days * perDay : 0;
  const minutes = minutesOf(handover) + part * (every / 60_000);
  return instantOf(Temporal.PlainDate.from(starts).add({ days }), minutes, zone);
}

/** Index of the layer's shift at the instant; negative before the first one. */
export function shiftIndex(layer: Layer, at: number): number {
  // Near enough, whatever clocks did since the first one: the hand-overs themselves say which it is.
  let index = Math.floor((at - handoverAt(layer, 0)) / layer.every);
  while (handoverAt(layer, index) > at) index--;
  while (handoverAt(layer, index + 1) <= at) index++;
  return index;
}

/** Whether the layer says anything about the instant. */
export function covers(layer: Layer, at: number): boolean {
  if (layer.people.length === 0 || at < handoverAt(layer, 0) || at >= endOf(layer)) return false;
  if (layer.only.length === 0) return true;
  const today = dateAt(layer.zone, at);
  return [today, today.subtract({ days: 1 })].some((day) =>
    spansOn(layer, day).some(([from, to]) => from <= at && at < to),
  );
}

/** The first instant after `at` at which the layer may say something else, ms; Infinity when there is none. */
export function nextEdge(layer: Layer, at: number): number {
  if (layer.people.length === 0) return Infinity;
  const end = endOf(layer);
  if (at >= end) return Infinity;
  const first = handoverAt(layer, 0);
  if (at < first) return first;
  let next = Math.min(end, handoverAt(layer, shiftIndex(layer, at) + 1));
  if (layer.only.length === 0) return next;
  const today = dateAt(layer.zone, at);
  for (let offset = -1; offset <= 8; offset++) {
    const day = today.add({ days: offset });
    for (const edge of spansOn(layer, day).flat()) if (edge > at && edge < next) next = edge;
    // Days come in order: what begins later than what was found cannot be nearer.
    if (offset > 0 && instantOf(day, 0, layer.zone) > next) break;
  }
  return next;
}

/**
 * The spans of a day in which the hours count, ms.
 * @param weekday what the day counts as, 1 is Monday: a holiday may count as a Sunday
 */
export function spansOn(
  layer: Pick<Layer, 'only' | 'zone'>,
  day: Temporal.PlainDate,
  weekday = day.dayOfWeek,
): [number, number][] {
  return layer.only
    .filter(({ days }) => days.length === 0 || days.includes(weekday))
    .map(({ from, to }) => {
      const [begin, end] = [minutesOf(from), minutesOf(to)];
      const until = end <= begin ? end + 1440 : end;
      return [instantOf(day, begin, layer.zone), instantOf(day, until, layer.zone)];
    });
}

function endOf({ ends, zone }: Layer): number {
  return ends === null ? Infinity : instantOf(Temporal.PlainDate.from(ends), 0, zone);
}

/**
 * The instant at so many minutes after midnight by the wall clock; 1440 and more are on a later day. A wall time that a
 * change of clocks leaves out is taken as the instant right after it ("compatible").
 */
export function instantOf(day: Temporal.PlainDate, minutes: number, zone: string): number {
  const date = minutes >= 1440 ? day.add({ days: Math.floor(minutes / 1440) }) : day;
  const rest = minutes % 1440;
  const plainTime = new Temporal.PlainTime(Math.floor(rest / 60), rest % 60);
  return date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
}

export function dateAt(zone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
