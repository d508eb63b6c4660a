import type { Incident } from '../../incident/incident.ts';
import { compareIncidentSeverity, isLive } from '../../incident/index.ts';
import type { IncidentCare, IncidentHandover, SlaClock } from './nouns.ts';
import type { CareRules } from './rules.ts';

/** What is to be done about an incident now, each with its named reason. */
export type CareDecision =
  | { readonly kind: 'wake'; readonly reason: 'time-over' | 'severity-raised' | 'new-component' }
  | { readonly kind: 'remind-owner'; readonly reason: 'no-progress' }
  | { readonly kind: 'give-back'; readonly reason: 'acceptance-timed-out' }
  | { readonly kind: 'expire-hand-over'; readonly reason: 'not-answered' }
  | { readonly kind: 'remind-promise'; readonly reason: 'update-due-soon' }
  | { readonly kind: 'break-promise'; readonly reason: 'update-overdue' }
  | { readonly kind: 'warn-clock'; readonly clock: SlaClock; readonly reason: 'due-soon' }
  | { readonly kind: 'break-clock'; readonly clock: SlaClock; readonly reason: 'overdue' };

/** Everything that a decision looks at. */
export interface CareView {
  readonly care: IncidentCare;
  readonly incident: Pick<Incident, 'state' | 'severity' | 'components'>;
  /** The hand-over that waits for an answer, or null. */
  readonly handover: Pick<IncidentHandover, 'dueAt'> | null;
  /** Clocks that run. */
  readonly clocks: readonly SlaClock[];
  readonly rules: CareRules;
}

/** How long before a promised update is due the one who has it is reminded, where nothing is set, ms. */
const LEAD = 10 * 60_000;

/** Something that happens at an instant. */
interface Moment {
  readonly at: number;
  readonly decision: CareDecision;
}

/**
 * What an incident asks for at the instant `at` (ms), besides its chain. Pure: the same view and instant give the same
 * decisions. At most one about the acceptance, the snooze and the promise each: what was overslept is not caught up.
 */
export function decideCare(view: CareView, at: number): CareDecision[] {
  const due = momentsOf(view).flatMap((moment) => (moment.at <= at ? [moment.decision] : []));
  const broken = due.flatMap((one) => (one.kind === 'break-clock' ? [one.clock.id] : []));
  const late = due.some(({ kind }) => kind === 'break-promise');
  // What is overdue is not announced any more.
  return due.filter(
    (one) => !(one.kind === 'remind-promise' && late) && !(one.kind === 'warn-clock' && broken.includes(one.clock.id)),
  );
}

/** When it is to be looked at again, ms; null when nothing is to come. Pure. */
export function nextLook(view: CareView): number | null {
  const moments = momentsOf(view).map(({ at }) => at);
  return moments.length === 0 ? null : Math.min(...moments);
}

/** Whether the one who has it sleeps over it. */
export function isSnoozed({ care, incident }: Pick<CareView, 'care' | 'incident'>): boolean {
  return incident.state === 'accepted' && care.snoozedUntil !== null;
}

function momentsOf(view: CareView): Moment[] {
  if (!isLive(view.incident)) return [];
  const own = isSnoozed(view) ? [wakeOf(view)] : [...acceptanceOf(view), ...promiseOf(view)];
  return [...own, ...handoverOf(view), ...clocksOf(view)];
}

/** A snooze ends by its time, or at once when it is worse than it was, or hurts something else. */
function wakeOf({ care, incident }: CareView): Moment {
  const at = Math.min(care.snoozedAt ?? 0, care.snoozedUntil ?? 0);
  if (care.snoozeSeverity !== null && compareIncidentSeverity(incident.severity, care.snoozeSeverity) > 0)
    return { at, decision: { kind: 'wake', reason: 'severity-raised' } };
  if (incident.components.some((name) => !care.snoozeComponents.includes(name)))
    return { at, decision: { kind: 'wake', reason: 'new-component' } };
  return { at: care.snoozedUntil ?? 0, decision: { kind: 'wake', reason: 'time-over' } };
}

/** Without progress the one who has it is reminded; so long after that it is given back, however late the reminder was. */
function acceptanceOf({ care, incident, rules: { acceptance } }: CareView): Moment[] {
  if (incident.state !== 'accepted' || acceptance === null) return [];
  if (care.remindedAt === null) {
    return [{ at: care.progressAt + acceptance.remind, decision: { kind: 'remind-owner', reason: 'no-progress' } }];
  }
  const at = care.remindedAt + acceptance.give_back;
  return [{ at, decision: { kind: 'give-back', reason: 'acceptance-timed-out' } }];
}

/** The promised update: a reminder before it is due, and what follows when it does not come. */
function promiseOf({ care, incident, rules: { update } }: CareView): Moment[] {
  const { promisedAt } = care;
  if (promisedAt === null) return [];
  const due: Moment = { at: promisedAt, decision: { kind: 'break-promise', reason: 'update-overdue' } };
  // Who promised ten minutes is not reminded at once: half of the time is left in any case.
  const lead = Math.min(update?.remind ?? LEAD, (promisedAt - (care.promiseSetAt ?? promisedAt)) / 2);
  const soon = promisedAt - lead;
  if (incident.state !== 'accepted' || care.promiseRemindedAt !== null) return [due];
  return [{ at: soon, decision: { kind: 'remind-promise', reason: 'update-due-soon' } }, due];
}

function handoverOf({ handover }: CareView): Moment[] {
  if (!handover) return [];
  return [{ at: handover.dueAt, decision: { kind: 'expire-hand-over', reason: 'not-answered' } }];
}

function clocksOf({ clocks }: CareView): Moment[] {
  return clocks.flatMap((clock): Moment[] => {
    if (clock.state !== 'running') return [];
    const due: Moment = { at: clock.dueAt, decision: { kind: 'break-clock', clock, reason: 'overdue' } };
    if (clock.warnedAt !== null) return [due];
    return [{ at: clock.warnAt, decision: { kind: 'warn-clock', clock, reason: 'due-soon' } }, due];
  });
}
