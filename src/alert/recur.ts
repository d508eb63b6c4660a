import { systemActor, type Actor } from '../core/actor.ts';
import { Fault } from '../core/fault.ts';
import { DONE, type Handler } from '../core/work.ts';
import type { LabelMatcher, Maintenance, MaintenancePlan } from './alert.ts';
import { watchNotice } from './announce.ts';
import type { AlertDeps } from './deps.ts';
import { ALERT_FACTS, ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { occurrences, parseRecurrence } from './recurrence.ts';
import { watchWindow } from './requiet.ts';
import { labelsOf, placeWords } from './terms.ts';

const DAY = 86_400_000;

/** The begins of a plan's occurrences that are not over at the instant, ms, the next one first. */
export function* comingOf(
  plan: Pick<MaintenancePlan, 'rule' | 'starts' | 'zone' | 'duration'>,
  now: number,
): Generator<number> {
  yield* occurrences(
    { rule: parseRecurrence(plan.rule), starts: plan.starts, zone: plan.zone },
    now - plan.duration + 1,
  );
}

/** Stores a window, writes that it is planned, and puts its begin, end and announcement in line. */
export async function insertWindow(
  tx: AlertTx,
  actor: Actor,
  window: Maintenance,
  now: number,
  causeId: string | null = null,
): Promise<void> {
  await tx.alerts.insertMaintenance(window);
  const { id, title, startsAt, endsAt, announced, notice, planId } = window;
  const cause = await tx.journal.append({
    actor,
    fact: ALERT_FACTS.maintenancePlanned,
    subject: { kind: 'maintenance', id },
    causeId: causeId ?? undefined,
    summary:
      planId === null
        ? `${actor.name} announced work: ${title} (${placeWords(window)}).`
        : `Recurring work has its next window: ${title} (${placeWords(window)}).`,
    data: { startsAt, endsAt, announced, notice, ...(planId === null ? {} : { planId }) },
    at: now,
  });
  await watchWindow(tx, { kind: 'maintenance', id, startsAt, endsAt }, now, cause);
  await watchNotice(tx, window, now, cause);
}

/** Makes the windows of a plan that are due to be there, and puts in line when the following one is to be made. */
export async function startPlan(
  tx: AlertTx,
  deps: AlertDeps,
  plan: MaintenancePlan,
  now: number,
  causeId: string,
): Promise<void> {
  const dueAt = await makeWindows(tx, deps, plan, now, causeId);
  if (dueAt === null) return;
  const { id } = plan;
  await tx.work.put({ kind: ALERT_WORK.nextWindow, key: id, dueAt, priority: 2, payload: { id }, causeId });
}

/**
 * Makes the windows of a plan that are due to be there: the next one always, others a day before they are told. Where no
 * other follows, the plan ends with its last window.
 * @returns when the following one is to be made, ms; null for never
 */
async function makeWindows(
  tx: AlertTx,
  deps: AlertDeps,
  plan: MaintenancePlan,
  now: number,
  causeId: string | null,
): Promise<number | null> {
  const lead = (plan.notice ?? 0) + DAY;
  const { title, matchers, places, createdBy, announced, notice, tell, duration } = plan;
  const anyOf = anyOfNow(deps, plan);
  let madeUntil = plan.madeUntil;
  let next: number | null = null;
  let lies = madeUntil !== null && madeUntil > now;
  for (const startsAt of comingOf(plan, now)) {
    if (madeUntil !== null && startsAt <= madeUntil) continue;
    if (lies && startsAt > now + lead) {
      next = startsAt;
      break;
    }
    const terms = { title, matchers, places, anyOf, createdBy, announced, notice, tell };
    const window = { ...terms, id: deps.ids.next('mnt'), startsAt, endsAt: startsAt + duration, planId: plan.id };
    await insertWindow(tx, systemActor('alert'), window, now, causeId);
    madeUntil = startsAt;
    lies ||= startsAt > now;
  }
  const endedAt = next === null ? (madeUntil ?? now) + duration : null;
  await tx.alerts.updatePlan(plan.id, { madeUntil, ...(endedAt === null ? {} : { endedAt }) });
  // When the last window that is there begins, the one after it is to be seen.
  return next === null ? null : Math.max(now + 1, Math.min(next - lead, madeUntil!));
}

/** What the plan's places mean now; as they were last known where the topology lacks one of them meanwhile. */
function anyOfNow(deps: AlertDeps, plan: MaintenancePlan): readonly (readonly LabelMatcher[])[] {
  try {
    return labelsOf(deps, plan.places);
  } catch (error) {
    if (error instanceof Fault) return plan.anyOf;
    throw error;
  }
}

/** Takes away the windows of a plan that have not begun, and what was in line for them. */
export async function dropComing(tx: AlertTx, planId: string, now: number): Promise<void> {
  for (const id of await tx.alerts.removeWindows(planId, now)) {
    await tx.work.cancel(ALERT_WORK.requiet, `${id}:begin`);
    await tx.work.cancel(ALERT_WORK.requiet, `${id}:end`);
    await tx.work.cancel(ALERT_WORK.announce, id);
  }
  await tx.work.cancel(ALERT_WORK.nextWindow, planId);
}

/** Makes the next window of a plan when it is due. */
export function nextWindow(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.nextWindow,
    async inside(tx, item) {
      const plan = await tx.alerts.plan(item.key);
      if (!plan || plan.endedAt !== null) return DONE;
      const now = deps.clock.now();
      const dueAt = await makeWindows(tx, deps, plan, now, item.causeId);
      return dueAt === null ? DONE : { kind: 'again', dueAt };
    },
  };
}
