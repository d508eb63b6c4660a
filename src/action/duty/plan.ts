import { Fault } from '../../core/fault.ts';
import type { DutyOverride } from '../nouns.ts';
import type { DutyConfig } from './config.ts';

const LONGEST = 2 * 366 * 86_400_000;

/** A time during which one person is on duty. `to` is the first instant that is not in it. All instants in ms. */
export interface Shift {
  readonly focal: string;
  readonly deputy: string | null;
  readonly from: number;
  readonly to: number;
  /** Id of the override that put the focal person there, or null. */
  readonly override: string | null;
}

export interface OnDuty {
  readonly focal: string;
  readonly deputy: string | null;
  /** When the next hand-over to somebody else is due, and to whom; with one person alone, the end of the shift. */
  readonly until: number;
  readonly next: string | null;
  readonly override: boolean;
}

/** The duty as pure data: the configured rotation with every override, the later ones winning. */
export interface DutyPlan {
  readonly duty: DutyConfig;
  readonly overrides: readonly Standing[];
}

/** An override as the plan sees it. */
export interface Standing {
  readonly id: string;
  readonly person: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Id of a configured override. They are changed in the configuration file, not by the API. */
export function configuredId(index: number): string {
  return `config-${index + 1}`;
}

/** Puts the rotation and the overrides together: configured ones first, then stored ones in the order they were made. */
export function dutyPlan(duty: DutyConfig, stored: readonly DutyOverride[] = []): DutyPlan {
  const configured = duty.overrides.map((override, index) => ({ ...override, id: configuredId(index) }));
  const made = stored
    .filter((override) => override.cancelledAt === null)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, person, startsAt, endsAt }) => ({ id, person, startsAt, endsAt }));
  return { duty, overrides: [...configured, ...made] };
}

/** The instant of the hand-over that begins shift `index` (0 is the first), ms. Wall time: DST does not move it. */
export function handoverAt(duty: DutyConfig, index: number): number {
  const { starts, handover, every } = duty.rotation;
  const day = Temporal.PlainDate.from(starts).add({ days: index * (every / 86_400_000) });
  // A wall time that a DST change leaves out is taken as the instant right after the change ("compatible").
  const at = day.toZonedDateTime({ timeZone: duty.zone, plainTime: Temporal.PlainTime.from(handover) });
  return at.epochMilliseconds;
}

/** Index of the rotation's shift at the instant; negative before the first one. */
function shiftIndex(duty: DutyConfig, at: number): number {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(duty.zone).toPlainDate();
  const days = Temporal.PlainDate.from(duty.rotation.starts).until(day, { largestUnit: 'day' }).days;
  let index = Math.floor(days / (duty.rotation.every / 86_400_000));
  while (handoverAt(duty, index) > at) index--;
  while (handoverAt(duty, index + 1) <= at) index++;
  return index;
}

/** Who is on duty at one instant. Before the rotation starts, the fallback is: paging fails open. */
function holderAt(plan: DutyPlan, at: number): Pick<Shift, 'focal' | 'deputy' | 'override'> {
  const { duty } = plan;
  const { people } = duty.rotation;
  const index = people.length === 0 ? -1 : shiftIndex(duty, at);
  const base = index < 0 ? null : people[index % people.length]!;
  const override = plan.overrides.findLast((one) => one.startsAt <= at && at < one.endsAt) ?? null;
  const focal = override?.person ?? base ?? duty.fallback;
  const following = base === null ? people : people.map((_, offset) => people[(index + 1 + offset) % people.length]!);
  const wished = duty.deputy === 'next' ? following : [duty.deputy, ...following];
  return { focal, deputy: wished.find((person) => person !== focal) ?? null, override: override?.id ?? null };
}

/** The first instant after `at` at which the duty may change. */
function nextBoundary(plan: DutyPlan, at: number): number {
  const { duty } = plan;
  const index = shiftIndex(duty, at);
  let next = handoverAt(duty, Math.max(index + 1, 0));
  for (const { startsAt, endsAt } of plan.overrides) {
    if (startsAt > at && startsAt < next) next = startsAt;
    if (endsAt > at && endsAt < next) next = endsAt;
  }
  return next;
}

/**
 * The shifts that cover [from, to), oldest first: they touch each other and leave nothing out. Neighbours with the same
 * people are one shift.
 * @throws Fault `bad_request` when the time asked for is longer than two years
 */
export function shifts(plan: DutyPlan, from: number, to: number): Shift[] {
  if (to - from > LONGEST) {
    throw new Fault('bad_request', { what: 'Ask for at most two years of the duty plan at once.' });
  }
  const list: Shift[] = [];
  for (let at = from; at < to;) {
    const end = Math.min(nextBoundary(plan, at), to);
    const holder = holderAt(plan, at);
    const last = list.at(-1);
    const same =
      last && last.focal === holder.focal && last.deputy === holder.deputy && last.override === holder.override;
    if (same) list[list.length - 1] = { ...last, to: end };
    else list.push({ ...holder, from: at, to: end });
    at = end;
  }
  return list;
}

/** Who is on duty at the instant (ms), until when, and who follows. */
export function onDuty(plan: DutyPlan, at: number): OnDuty {
  const { focal, deputy, override } = holderAt(plan, at);
  const first = nextBoundary(plan, at);
  const tries = plan.duty.rotation.people.length + 2 * plan.overrides.length + 1;
  let until = first;
  for (let count = 0; count < tries; count++) {
    const next = holderAt(plan, until).focal;
    if (next !== focal) return { focal, deputy, until, next, override: override !== null };
    until = nextBoundary(plan, until);
  }
  return { focal, deputy, until: first, next: null, override: override !== null };
}

/** A time with nobody configured (`nobody`), or with two overrides at once (`two people`). */
export interface DutyHole {
  readonly kind: 'nobody' | 'two-people';
  readonly from: number;
  readonly to: number;
  /** Whom the two overrides name; empty for nobody. */
  readonly people: readonly string[];
}

/** Every time in [from, to) that has nobody, or two overrides with different people. Empty is the proof. */
export function prove(plan: DutyPlan, from: number, to: number): DutyHole[] {
  const holes: DutyHole[] = [];
  const { duty } = plan;
  for (const shift of shifts(plan, from, to)) {
    const empty = duty.rotation.people.length === 0 || shift.from < handoverAt(duty, 0);
    if (!empty || shift.override !== null) continue;
    const end = duty.rotation.people.length === 0 ? shift.to : Math.min(shift.to, handoverAt(duty, 0));
    holes.push({ kind: 'nobody', from: shift.from, to: end, people: [] });
  }
  plan.overrides.forEach((one, index) => {
    for (const other of plan.overrides.slice(index + 1)) {
      const begin = Math.max(one.startsAt, other.startsAt, from);
      const end = Math.min(one.endsAt, other.endsAt, to);
      if (begin < end && one.person !== other.person)
        holes.push({ kind: 'two-people', from: begin, to: end, people: [one.person, other.person] });
    }
  });
  return holes.toSorted((a, b) => a.from - b.from);
}
