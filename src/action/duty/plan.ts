import { Fault } from '../../core/fault.ts';
import type { DutyAbsence, DutyOverride, TemporaryDuty } from '../nouns.ts';
import type { DutyConfig } from './config.ts';
import { covers, layersOf, nextEdge, shiftIndex, type Layer } from './layer.ts';

const LONGEST = 2 * 366 * 86_400_000;
/** Hand-overs that are looked at to find the next one to somebody else. */
const AHEAD = 400;

/** A time during which one person is on duty. `to` is the first instant that is not in it. All instants in ms. */
export interface Shift {
  readonly focal: string;
  readonly deputy: string | null;
  readonly from: number;
  readonly to: number;
  /** Id of the override that put the focal person there, or null. */
  readonly override: string | null;
  /** The layer that the focal person comes from; null when nobody is named and the fallback stands in. */
  readonly layer: string | null;
}

export interface OnDuty {
  readonly focal: string;
  readonly deputy: string | null;
  /** When the next hand-over to somebody else is due, and to whom; with one person alone, the end of the shift. */
  readonly until: number;
  readonly next: string | null;
  readonly override: boolean;
}

/** The duty as pure data: the layers from the lowest to the highest, overrides above them all, the later ones winning. */
export interface DutyPlan {
  readonly duty: DutyConfig;
  readonly layers: readonly Layer[];
  readonly overrides: readonly Standing[];
  /** Who is away when: a layer passes them over. */
  readonly absences: readonly Absence[];
}

/** An override as the plan sees it. */
export interface Standing {
  readonly id: string;
  readonly person: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

interface Absence {
  readonly person: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What is stored of the duty beside the configuration. */
export interface StoredDuty {
  readonly overrides?: readonly DutyOverride[];
  readonly temporary?: readonly TemporaryDuty[];
  readonly absences?: readonly DutyAbsence[];
}

/** Id of a configured override. They are changed in the configuration file, not by the API. */
export function configuredId(index: number): string {
  return `config-${index + 1}`;
}

/**
 * Puts layers, temporary schedules, overrides and absences together: configured ones first, then stored ones in the order
 * they were made.
 */
export function dutyPlan(duty: DutyConfig, stored: StoredDuty = {}): DutyPlan {
  const { overrides = [], temporary = [], absences = [] } = stored;
  const configured = duty.overrides.map((override, index) => ({ ...override, id: configuredId(index) }));
  const made = standing(overrides).map(({ id, person, startsAt, endsAt }) => ({ id, person, startsAt, endsAt }));
  const schedules = standing(temporary).map((one) => ({ ...one, zone: duty.zone, only: [] }));
  return {
    duty,
    layers: [...layersOf(duty), ...schedules],
    overrides: [...configured, ...made],
    absences: [...duty.absences, ...standing(absences)],
  };
}

function standing<T extends { readonly id: string; readonly cancelledAt: number | null }>(all: readonly T[]): T[] {
  return all.filter(({ cancelledAt }) => cancelledAt === null).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether the person is away at the instant. */
function isAway(plan: DutyPlan, person: string, at: number): boolean {
  return plan.absences.some((one) => one.person === person && one.startsAt <= at && at < one.endsAt);
}

/** The people of a layer in the order of their turns, beginning with whose turn it is; those who are away are left out. */
function inTurn(plan: DutyPlan, layer: Layer, at: number): readonly string[] {
  const index = shiftIndex(layer, at);
  const turns = layer.people.map((_, offset) => layer.people[(index + offset) % layer.people.length]!);
  return turns.filter((person) => !isAway(plan, person, at));
}

/** Who is on duty at one instant. When nobody is named, the fallback is: paging fails open. */
function holderAt(plan: DutyPlan, at: number): Pick<Shift, 'focal' | 'deputy' | 'override' | 'layer'> {
  const { duty } = plan;
  const saying = plan.layers.toReversed().filter((layer) => covers(layer, at));
  const turns = saying.map((layer) => ({ layer, people: inTurn(plan, layer, at) }));
  const top = turns.find(({ people }) => people.length > 0) ?? null;
  const override = plan.overrides.findLast((one) => one.startsAt <= at && at < one.endsAt) ?? null;
  const focal = override?.person ?? top?.people[0] ?? duty.fallback;
  // The next in turn of the layer itself, then of those below it, and of layers that say nothing at this hour.
  const others = plan.layers.toReversed().filter((layer) => !saying.includes(layer));
  const rest = others.flatMap(({ people }) => people).filter((person) => !isAway(plan, person, at));
  const following = [...(top?.people.slice(1) ?? []), ...turns.flatMap(({ people }) => people), ...rest];
  const wished = duty.deputy === 'next' ? following : [duty.deputy, ...following];
  const deputy = wished.find((person) => person !== focal) ?? null;
  return { focal, deputy, override: override?.id ?? null, layer: override ? null : (top?.layer.name ?? null) };
}

/** The first instant after `at` at which the duty may change. */
function nextBoundary(plan: DutyPlan, at: number): number {
  let next = Infinity;
  for (const layer of plan.layers) next = Math.min(next, nextEdge(layer, at));
  for (const { startsAt, endsAt } of [...plan.overrides, ...plan.absences]) {
    if (startsAt > at && startsAt < next) next = startsAt;
    if (endsAt > at && endsAt < next) next = endsAt;
  }
  return next === Infinity ? at + LONGEST : next;
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
      last &&
      last.focal === holder.focal &&
      last.deputy === holder.deputy &&
      last.override === holder.override &&
      last.layer === holder.layer;
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
  let until = first;
  for (let count = 0; count < AHEAD && until - at < LONGEST; count++) {
    const next = holderAt(plan, until).focal;
    if (next !== focal) return { focal, deputy, until, next, override: override !== null };
    until = nextBoundary(plan, until);
  }
  return { focal, deputy, until: first, next: null, override: override !== null };
}

/** The part of one layer in [from, to), as the calendar draws it. */
export function layerShifts(
  plan: DutyPlan,
  layer: Layer,
  from: number,
  to: number,
): { person: string; from: number; to: number }[] {
  const list: { person: string; from: number; to: number }[] = [];
  for (let at = from; at < to;) {
    const end = Math.min(nextEdge(layer, at), to);
    const [person] = covers(layer, at) ? inTurn(plan, layer, at) : [];
    const last = list.at(-1);
    if (person !== undefined && last?.person === person && last.to === at) list[list.length - 1] = { ...last, to: end };
    else if (person !== undefined) list.push({ person, from: at, to: end });
    at = end;
  }
  return list;
}
