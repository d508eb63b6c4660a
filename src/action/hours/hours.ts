import { dayLikeOf, type HolidaysOf } from '../../expectation/band/calendar.ts';
import type { DayLike } from '../../expectation/band/options.ts';
import { dateAt, instantOf, spansOn } from '../duty/layer.ts';
import type { HoursWindow } from './window.ts';

/** Days that are looked at to find the next opening or closing: longer than any row of holidays. */
const AHEAD = 60;
/** Openings and closings that are gone through for one answer: fifteen years of two a day. */
const MOST_EDGES = 10_000;

/** Whether the window is open at the instant (ms). */
export function isOpen(window: HoursWindow, at: number, holidays: HolidaysOf): boolean {
  return isOpenBy(window, at, dayLike(window, holidays));
}

/** The first instant at or after `at` at which the window is open, ms; null when there is none within two months. */
export function opensAt(window: HoursWindow, at: number, holidays: HolidaysOf): number | null {
  const like = dayLike(window, holidays);
  let when = at;
  for (let edge = 0; edge < MOST_EDGES && when - at < AHEAD * 86_400_000; edge++) {
    if (isOpenBy(window, when, like)) return when;
    const next = edgeAfter(window, when, like);
    if (next === null) return null;
    when = next;
  }
  return null;
}

/** The instants at which the window opens or closes within (from, to), ms, in order. */
export function edgesOf(window: HoursWindow, from: number, to: number, holidays: HolidaysOf): number[] {
  const like = dayLike(window, holidays);
  const edges: number[] = [];
  for (let at = edgeAfter(window, from, like); at !== null && at < to; at = edgeAfter(window, at, like)) edges.push(at);
  return edges;
}

/**
 * The instant at which so much time has passed inside the window since `from`, ms. A window that does not open any more
 * counts as open: a clock must not stand still for ever.
 * @param window null counts every minute
 */
export function afterOpenTime(window: HoursWindow | null, from: number, span: number, holidays: HolidaysOf): number {
  if (window === null) return from + span;
  const like = dayLike(window, holidays);
  let [at, rest] = [from, span];
  for (let edge = 0; edge < MOST_EDGES; edge++) {
    const next = edgeAfter(window, at, like);
    if (next === null) break;
    if (isOpenBy(window, at, like)) {
      if (next - at >= rest) break;
      rest -= next - at;
    }
    at = next;
  }
  return at + rest;
}

/** How much of [from, to) lies inside the window, ms. @param window null counts every minute */
export function openTimeBetween(window: HoursWindow | null, from: number, to: number, holidays: HolidaysOf): number {
  if (window === null || to <= from) return Math.max(0, to - from);
  const like = dayLike(window, holidays);
  let [at, sum] = [from, 0];
  for (let edge = 0; edge < MOST_EDGES && at < to; edge++) {
    const next = Math.min(edgeAfter(window, at, like) ?? to, to);
    if (isOpenBy(window, at, like)) sum += next - at;
    at = next;
  }
  return sum;
}

function dayLike({ calendar }: HoursWindow, holidays: HolidaysOf): DayLike {
  return calendar === null ? () => null : dayLikeOf(calendar, holidays);
}

function isOpenBy(window: HoursWindow, at: number, like: DayLike): boolean {
  const today = dateAt(window.zone, at);
  const inside = [today, today.subtract({ days: 1 })].some((day) =>
    spans(window, day, like).some(([from, to]) => from <= at && at < to),
  );
  return inside !== window.inverted;
}

/** The first instant after `at` at which a span begins or ends. */
function edgeAfter(window: HoursWindow, at: number, like: DayLike): number | null {
  const today = dateAt(window.zone, at);
  let next = Infinity;
  for (let offset = -1; offset <= AHEAD; offset++) {
    const day = today.add({ days: offset });
    // Days come in order: what begins on a later day cannot be nearer than what was found before it.
    if (next !== Infinity && offset > 0 && instantOf(day, 0, window.zone) >= next) break;
    for (const edge of spans(window, day, like).flat()) if (edge > at && edge < next) next = edge;
  }
  return next === Infinity ? null : next;
}

function spans(window: HoursWindow, day: Temporal.PlainDate, like: DayLike): [number, number][] {
  return spansOn(window, day, like(day.toString()) ?? day.dayOfWeek);
}
