import { shifts, type DutyPlan } from './plan.ts';

/** A time with nobody named (`nobody`), or with two overrides at once (`two-people`). */
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
  for (const { layer, override, from: begin, to: end } of shifts(plan, from, to)) {
    if (layer === null && override === null) holes.push({ kind: 'nobody', from: begin, to: end, people: [] });
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

/** Fourteen days in which one person is on duty for longer than the limit. */
export interface Overload {
  readonly person: string;
  /** The first instant of the fourteen days, ms. */
  readonly from: number;
  readonly hours: number;
}

const WEEK = 7 * 86_400_000;
const HOUR = 3_600_000;

/**
 * People on duty for more than `limit` hours in fourteen days in a row, each with its worst ones. A hand-over every
 * week with everybody in turn gives 168 hours: the default limit lets that pass and tells of two weeks in a row.
 * @param limit hours in fourteen days
 */
export function overloads(plan: DutyPlan, from: number, to: number, limit: number): Overload[] {
  const worst = new Map<string, Overload>();
  const all = shifts(plan, from, to);
  for (const { focal, from: begin } of all) {
    const end = begin + 2 * WEEK;
    let sum = 0;
    for (const shift of all) {
      if (shift.focal === focal) sum += Math.max(0, Math.min(shift.to, end) - Math.max(shift.from, begin));
    }
    const hours = Math.round(sum / HOUR);
    if (hours > limit && hours > (worst.get(focal)?.hours ?? 0))
      worst.set(focal, { person: focal, from: begin, hours });
  }
  return [...worst.values()].toSorted((a, b) => a.from - b.from);
}
