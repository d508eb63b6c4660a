import { permit, type Actor } from '../../core/actor.ts';
import { formatDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import type { MaintenancePlan, WorkTerms } from '../alert.ts';
import type { AlertDeps } from '../deps.ts';
import { ALERT_FACTS } from '../facts.ts';
import type { AlertTx } from '../ports.ts';
import { dropComing, startPlan } from '../recur.ts';
import { readRhythm, type RhythmInput } from '../rhythm.ts';
import { placeWords, readTerms, type TermsInput } from '../terms.ts';

/**
 * Plans work that recurs: its next window is there at once.
 * @throws Fault `forbidden`; `body_invalid`; `not_found` for a place that the topology lacks
 */
export async function planMaintenance(
  deps: AlertDeps,
  actor: Actor,
  input: TermsInput & RhythmInput,
): Promise<MaintenancePlan> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  const made = { createdAt: now, updatedAt: now, madeUntil: null, endedAt: null };
  const plan: MaintenancePlan = {
    id: deps.ids.next('mpl'),
    ...readTerms(deps, actor, input),
    ...readRhythm(input, now),
    ...made,
  };
  return deps.store.transact((tx) => makePlan(tx, deps, actor, plan, now));
}

/** Writes a plan down and makes its next window. */
export async function makePlan(
  tx: AlertTx,
  deps: AlertDeps,
  actor: Actor,
  plan: MaintenancePlan,
  now: number,
): Promise<MaintenancePlan> {
  await tx.alerts.insertPlan(plan);
  const causeId = await note(tx, actor, ALERT_FACTS.planMade, plan, 'planned recurring work', now);
  await startPlan(tx, deps, plan, now, causeId);
  return (await tx.alerts.plan(plan.id))!;
}

/**
 * Changes recurring work. Windows that have not begun are made anew; one that runs stays as it is.
 * @throws Fault `forbidden`; `not_found`; `body_invalid`; `state_conflict` when it was ended
 */
export async function changePlan(
  deps: AlertDeps,
  actor: Actor,
  input: TermsInput & RhythmInput & { readonly id: string },
): Promise<MaintenancePlan> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  const { createdBy: _, ...terms } = readTerms(deps, actor, input);
  const rhythm = readRhythm(input, now);
  return deps.store.transact(async (tx) => {
    const before = await livePlan(tx, input.id, now, 'changed');
    return revisePlan(tx, deps, actor, before, { ...terms, ...rhythm }, now);
  });
}

/** Changes a plan: windows that have not begun are made anew. */
export async function revisePlan(
  tx: AlertTx,
  deps: AlertDeps,
  actor: Actor,
  before: MaintenancePlan,
  terms: Omit<WorkTerms, 'createdBy'> & RhythmInput,
  now: number,
): Promise<MaintenancePlan> {
  await dropComing(tx, before.id, now);
  // What begins from now on is made anew; what runs has its window.
  const change = {
    ...terms,
    updatedAt: now,
    madeUntil: before.madeUntil === null ? null : now,
    endedAt: null,
  };
  await tx.alerts.updatePlan(before.id, change);
  const after = { ...before, ...change };
  const causeId = await note(tx, actor, ALERT_FACTS.planChanged, after, 'changed recurring work', now);
  await startPlan(tx, deps, after, now, causeId);
  return (await tx.alerts.plan(before.id))!;
}

/**
 * Ends recurring work: no further window begins. One that runs goes on to its end; it can be ended by itself.
 * @throws Fault `forbidden`; `not_found`; `state_conflict` when it was ended already
 */
export async function endPlan(deps: AlertDeps, actor: Actor, input: { readonly id: string }): Promise<void> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  await deps.store.transact(async (tx) => {
    await closePlan(tx, actor, await livePlan(tx, input.id, now, 'ended'), now);
  });
}

/** Ends a plan: no further window begins. */
export async function closePlan(tx: AlertTx, actor: Actor, plan: MaintenancePlan, now: number): Promise<void> {
  await dropComing(tx, plan.id, now);
  await tx.alerts.updatePlan(plan.id, { endedAt: now, updatedAt: now });
  await note(tx, actor, ALERT_FACTS.planEnded, plan, 'ended recurring work', now);
}

async function livePlan(tx: AlertTx, id: string, now: number, verb: string): Promise<MaintenancePlan> {
  const plan = await tx.alerts.plan(id);
  if (!plan) throw new Fault('not_found', { what: 'plan of recurring work', id });
  if (plan.endedAt !== null && plan.endedAt <= now) {
    throw new Fault('state_conflict', { what: 'plan of recurring work', id, state: 'over', verb });
  }
  return plan;
}

function note(
  tx: AlertTx,
  actor: Actor,
  fact: string,
  plan: MaintenancePlan,
  did: string,
  now: number,
): Promise<string> {
  const { id, title, rule, starts, zone, duration, announced, notice } = plan;
  return tx.journal.append({
    actor,
    fact,
    subject: { kind: 'maintenance-plan', id },
    summary: `${actor.name} ${did}: ${title} (${placeWords(plan)}), ${rule} from ${starts} ${zone} for ${formatDuration(duration)}.`,
    data: { rule, starts, zone, duration, announced, notice },
    at: now,
  });
}
