import { formatDuration } from '../../core/duration.ts';
import type { Draft } from './draft.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Minutes of a week from Monday 00:00, the end perhaps beyond it. */
export interface WeekSpan {
  readonly from: number;
  readonly to: number;
}

/** One rotation of a schedule of another program. */
export interface Turn {
  readonly name: string;
  /** Where it stands, for notes. */
  readonly where: string;
  readonly people: readonly string[];
  /** The instant of a hand-over to the first of them. */
  readonly begins: Temporal.Instant;
  /** The instant from which it counts, if that is another one. */
  readonly since?: Temporal.Instant;
  readonly ends: Temporal.Instant | null;
  /** Length of a shift, ms. */
  readonly every: number;
  readonly zone: string;
  /** The hours in which it counts; none for all. */
  readonly spans: readonly WeekSpan[];
}

/** A schedule of another program: the turn that wins last. */
export interface Rota {
  readonly key: string;
  readonly name: string;
  readonly zone: string;
  readonly turns: readonly Turn[];
  readonly overrides: readonly { readonly person: string; readonly from: string; readonly to: string }[];
}

/** Everybody who takes part in a schedule. */
export function peopleOf(rota: Rota): string[] {
  return [...new Set(rota.turns.flatMap(({ people }) => people))];
}

/**
 * Whom a chain pages where the other program pages a schedule: the duty, its deputy where the same people take turns a second
 * time, or the people of the schedule as a team.
 */
export function targetOf(draft: Draft, rota: Rota, main: Rota | undefined): string | null {
  if (rota === main) return 'focal';
  const people = peopleOf(rota);
  if (main && people.length > 1 && same(people, peopleOf(main))) {
    draft.leave(rota.name, `the same people as in ${main.name} take turns here; the deputy of the duty stands for it`);
    return 'deputy';
  }
  if (people.length === 0) return null;
  draft.leave(
    rota.name,
    `there is one duty plan, made from ${main?.name ?? 'nothing'}; where this schedule was paged, all of its people are, as a team`,
  );
  return draft.team(rota.name, people);
}

/** The duty plan that a schedule becomes. @param now what is over by then is left out */
export function dutyOf(draft: Draft, main: Rota | undefined, now: Temporal.Instant): object {
  // Channels and programs take no turns, as long as there is somebody with a mailbox.
  const mailed = draft.people.filter(({ email }) => email !== undefined);
  const everybody = (mailed.length > 0 ? mailed : draft.people).map(({ id }) => id);
  const live = main?.turns.filter(({ ends }) => ends === null || Temporal.Instant.compare(ends, now) > 0) ?? [];
  const turns = live.flatMap((turn) => layerOf(draft, turn));
  const overrides =
    main?.overrides.filter(({ to }) => Temporal.Instant.compare(Temporal.Instant.from(to), now) > 0) ?? [];
  const [lowest] = turns;
  const isBase = lowest !== undefined && lowest.only.length === 0 && lowest.ends === null;
  if (main && !isBase) {
    draft.leave(
      'duty.rotation',
      'the schedule has hours with nobody on duty, and somebody must be at every instant: all of its people take turns by week below it; change that to what you want',
    );
  }
  const people = main ? peopleOf(main) : everybody;
  const rotation = isBase
    ? { people: lowest.people, starts: lowest.starts, handover: lowest.handover, every: lowest.every }
    : { people, starts: '2026-01-05', handover: '09:00', every: '1w' };
  const layers = (isBase ? turns.slice(1) : turns).map(({ only, ends, zone, ...layer }) => ({
    ...layer,
    ...(ends === null ? {} : { ends }),
    ...(zone === main?.zone ? {} : { zone }),
    ...(only.length === 0 ? {} : { only }),
  }));
  return {
    zone: main?.zone ?? 'UTC',
    rotation,
    ...(layers.length === 0 ? {} : { layers }),
    ...(overrides.length > 0 ? { overrides } : {}),
    fallback: rotation.people[0],
  };
}

interface LayerDraft {
  readonly name: string;
  readonly people: readonly string[];
  readonly starts: string;
  readonly handover: string;
  readonly every: string;
  readonly ends: string | null;
  readonly zone: string;
  readonly only: readonly object[];
}

function layerOf(draft: Draft, turn: Turn): LayerDraft[] {
  const { name, where, people, every } = turn;
  if (people.length === 0) {
    draft.leave(where, 'nobody of it could be carried over, so it is left out');
    return [];
  }
  if (
    !(every % DAY === 0 && every <= 366 * DAY && every > 0) &&
    !(every % HOUR === 0 && every > 0 && DAY % every === 0)
  ) {
    draft.leave(
      where,
      `a shift of ${formatDuration(every)} is neither whole days nor hours that divide a day, so it is left out; write it as a layer under duty`,
    );
    return [];
  }
  const begins = turn.begins.toZonedDateTimeISO(turn.zone);
  if (turn.since && Temporal.Instant.compare(turn.since, turn.begins) > 0) {
    const since = turn.since.toZonedDateTimeISO(turn.zone);
    // A layer has one day on which it begins and from which its turns are counted; a later begin keeps its order.
    const days = begins.toPlainDate().until(since.toPlainDate(), { largestUnit: 'day' }).days;
    const shifts = Math.floor((days * DAY) / every);
    const later = begins.add(every % DAY === 0 ? { days: shifts * (every / DAY) } : { hours: shifts * (every / HOUR) });
    return [{ ...layerAt(turn, later), people: turned(people, shifts), name }];
  }
  return [{ ...layerAt(turn, begins), people, name }];
}

function layerAt(turn: Turn, begins: Temporal.ZonedDateTime): Omit<LayerDraft, 'people' | 'name'> {
  const end = turn.ends?.toZonedDateTimeISO(turn.zone) ?? null;
  // A layer ends with a day: the last one is gone through.
  const ends = end && (end.hour + end.minute > 0 ? end.add({ days: 1 }) : end).toPlainDate().toString();
  return {
    starts: begins.toPlainDate().toString(),
    handover: begins.toPlainTime().toString({ smallestUnit: 'minute' }),
    every: formatDuration(turn.every),
    ends,
    zone: turn.zone,
    only: hoursOf(turn.spans),
  };
}

function turned(people: readonly string[], by: number): string[] {
  const first = ((by % people.length) + people.length) % people.length;
  return [...people.slice(first), ...people.slice(0, first)];
}

/** Spans of the week as entries of days with a beginning and an end; days with the same hours share one. */
export function hoursOf(spans: readonly WeekSpan[]): { days?: string[]; from: string; to: string }[] {
  const byHours = new Map<string, Set<number>>();
  for (const { from, to } of spans) {
    for (let at = from; at < to;) {
      const midnight = (Math.floor(at / 1440) + 1) * 1440;
      // A night of less than a day stays one entry: its end lies on the next day.
      const end = to - at < 1440 ? to : Math.min(midnight, to);
      const key = `${clock(at)}-${clock(end)}`;
      const days = byHours.get(key) ?? new Set();
      byHours.set(key, days.add(Math.floor(at / 1440) % 7));
      at = end;
    }
  }
  return [...byHours].map(([key, days]) => {
    const [from = '', to = ''] = key.split('-');
    const named = [...days].sort((a, b) => a - b).map((day) => DAYS[day]!);
    return { ...(named.length === 7 ? {} : { days: named }), from, to };
  });
}

/** The same hours on each day of the week. */
export function daily(from: number, minutes: number): WeekSpan[] {
  return DAYS.map((_, day) => ({ from: day * 1440 + from, to: day * 1440 + from + minutes }));
}

/** Minutes after midnight of `HH:MM`, perhaps with seconds. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function clock(at: number): string {
  const minutes = at % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

/** An instant that a program wrote, as it stands or in a zone where it has none; null when it is none. */
export function instantOf(value: unknown, zone: string): Temporal.Instant | null {
  if (typeof value !== 'string' || value === '') return null;
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(value)) return Temporal.Instant.from(value);
    return Temporal.PlainDateTime.from(value).toZonedDateTime(zone).toInstant();
  } catch {
    return null;
  }
}

/** The zone, if it is one; UTC with a note if not. */
export function zoneOf(draft: Draft, value: unknown, where: string): string {
  if (typeof value === 'string') {
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value).timeZoneId;
    } catch {
      draft.leave(where, `"${value}" is not a time zone here, so UTC is written`);
    }
  }
  return 'UTC';
}
