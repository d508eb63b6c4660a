import type { BacktestRow } from './backtest.ts';

const DAY = 86_400_000;

/** A stretch of rows, first and last instant, ms. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface BacktestSummary {
  readonly rows: number;
  readonly days: number;
  readonly alarms: readonly Stretch[];
  readonly alarmsPerDay: number;
  /** The rest only for labelled files; null otherwise. */
  readonly events: number | null;
  readonly found: number | null;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly f1: number | null;
  /** Alarms without any labelled row near, merged when close together. */
  readonly falseAlarms: number | null;
  readonly falseAlarmsPerDay: number | null;
  /** Median samples from the beginning of a found event to its alarm. */
  readonly delay: number | null;
}

/**
 * Counts alarms, and holds them against labels by event: labelled stretches within the tolerance of each other are
 * one event, found when an alarm is open inside it; false rows are merged into one false alarm within the tolerance.
 * The tolerance is the larger of 5 rows and 20 % of the first 15 % of the file.
 */
export function summarise(rows: readonly BacktestRow[], labels: Uint8Array | null, step: number): BacktestSummary {
  const days = rows.length > 0 ? (rows.at(-1)!.time - rows[0]!.time + step) / DAY : 0;
  const alarms = stretches(rows.length, (index) => rows[index]!.alarm);
  const listed = alarms.map(({ from, to }) => ({ start: rows[from]!.time, end: rows[to]!.time }));
  const base = { rows: rows.length, days, alarms: listed, alarmsPerDay: days > 0 ? alarms.length / days : 0 };
  if (!labels) {
    const none = { events: null, found: null, recall: null, precision: null, f1: null };
    return { ...base, ...none, falseAlarms: null, falseAlarmsPerDay: null, delay: null };
  }
  const judged = Math.floor(rows.length * 0.15);
  const tolerance = Math.max(5, Math.floor(0.2 * judged));
  // What lies in the first part of the file could not be known, and does not count.
  const events = merged(
    stretches(rows.length, (index) => index >= judged && labels[index] === 1),
    tolerance,
  );
  const delays: number[] = [];
  for (const event of events) {
    for (let index = event.from; index <= event.to; index++) {
      if (rows[index]!.alarm) {
        delays.push(index - event.from);
        break;
      }
    }
  }
  const falseAlarms = countFalse(rows, events, tolerance, judged);
  const precision = delays.length + falseAlarms > 0 ? delays.length / (delays.length + falseAlarms) : null;
  const recall = events.length > 0 ? delays.length / events.length : null;
  return {
    ...base,
    events: events.length,
    found: delays.length,
    recall,
    precision,
    f1: f1Of(delays.length, events.length, falseAlarms),
    falseAlarms,
    falseAlarmsPerDay: days > 0 ? falseAlarms / days : 0,
    delay: delays.length > 0 ? delays.sort((a, b) => a - b)[delays.length >> 1]! : null,
  };
}

/** Labelled stretches within the tolerance of each other are one event, as false rows are one false alarm. */
function merged(list: readonly { from: number; to: number }[], tolerance: number): { from: number; to: number }[] {
  const events: { from: number; to: number }[] = [];
  for (const { from, to } of list) {
    const last = events.at(-1);
    if (last && from - last.to <= tolerance) events[events.length - 1] = { from: last.from, to };
    else events.push({ from, to });
  }
  return events;
}

/** F1 over events; null when there was nothing to be found and nothing was said. */
export function f1Of(found: number, events: number, falseAlarms: number): number | null {
  const total = found + falseAlarms + events;
  return total > 0 ? (2 * found) / total : null;
}

function countFalse(
  rows: readonly BacktestRow[],
  events: readonly { from: number; to: number }[],
  tolerance: number,
  judged: number,
): number {
  let count = 0;
  let last = -Infinity;
  let next = 0;
  for (let index = judged; index < rows.length; index++) {
    if (!rows[index]!.alarm) continue;
    while (next < events.length && events[next]!.to + tolerance < index) next++;
    const event = events[next];
    if (event && index >= event.from - tolerance && index <= event.to + tolerance) continue;
    if (index - last > tolerance) count++;
    last = index;
  }
  return count;
}

function stretches(count: number, holds: (index: number) => boolean): { from: number; to: number }[] {
  const list: { from: number; to: number }[] = [];
  for (let index = 0; index < count; index++) {
    if (!holds(index)) continue;
    const last = list.at(-1);
    if (last && last.to === index - 1) list[list.length - 1] = { from: last.from, to: index };
    else list.push({ from: index, to: index });
  }
  return list;
}
