import { systemActor, type Actor } from '../../core/actor.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Entry } from '../../core/journal.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { giveBack } from '../../incident/index.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { breakClock, tendClocks, warnClock } from '../sla/tend.ts';
import { decideCare, nextLook, type CareDecision, type CareView } from './decide.ts';
import { AWAKE, follow, inTime, newCare, promised } from './follow.ts';
import type { IncidentCare, IncidentHandover } from './nouns.ts';
import { pageAbout } from './page.ts';
import { careRules } from './rules.ts';

/** Turns in which decisions may lead to others at the same instant. */
const TURNS = 6;

type TendDeps = Deps<ActionTx>;

/** Everything about one incident, in one transaction. */
export interface Tending {
  readonly tx: ActionTx;
  readonly deps: TendDeps;
  readonly services: ActionServices;
  readonly now: number;
  readonly causeId: string | undefined;
  incident: Incident;
  care: IncidentCare;
  handover: IncidentHandover | null;
}

/** Loads what an incident's care is, locked to the end of the transaction. */
export async function loadTending(
  tx: ActionTx,
  deps: TendDeps,
  services: ActionServices,
  incident: Incident,
  causeId?: string,
): Promise<Tending> {
  const now = deps.clock.now();
  const care = await tx.actions.lockCare(newCare(incident.id, now));
  const handovers = await tx.actions.incidentHandoversOf(incident.id);
  const handover = handovers.find(({ state }) => state === 'asked') ?? null;
  return { tx, deps, services, now, causeId, incident, care, handover };
}

/**
 * Brings the care of an incident in line with it and with the fact that led here, does what is due, and plans the next
 * look.
 * @returns when that is, ms; the caller puts it in line
 */
export async function tend(
  tx: ActionTx,
  deps: TendDeps,
  services: ActionServices,
  incident: Incident,
  entry: Entry | null,
  causeId: string | undefined,
): Promise<number | null> {
  const tending = await loadTending(tx, deps, services, incident, causeId);
  const rules = careRules(services.setting(), incident, await tx.actions.chainsOf(incident.id));
  const { change, snoozeEnded } = follow(tending.care, incident, entry, rules, services.setting().people, tending.now);
  if (snoozeEnded)
    await tell(tending, ACTION_FACTS.snoozeEnded, 'The snooze ended: somebody else decides now', 'owner-changed');
  changeCare(tending, change);
  await withdrawMoot(tending);
  return settleTending(tending);
}

/** Does what is due now, and writes the care. @returns when the next look is, ms; the caller puts it in line */
export async function settleTending(tending: Tending): Promise<number | null> {
  const { tx, now } = tending;
  let view = await viewOf(tending);
  for (let turn = 0; turn < TURNS; turn++) {
    const decisions = decideCare(view, now);
    if (decisions.length === 0) break;
    for (const decision of decisions) {
      await carryOut(tending, view, decision);
      // Who has it, or whether they sleep over it, is another thing now: what else was due is looked at anew.
      if (decision.kind === 'give-back' || decision.kind === 'wake') break;
    }
    view = await viewOf(tending);
  }
  const next = nextLook(view);
  const nextAt = next === null ? null : Math.max(next, now + 1);
  changeCare(tending, { nextAt });
  await tx.actions.updateCare(tending.care.id, tending.care);
  return nextAt;
}

/** Puts the next look in line, in place of the one that was planned before. */
export async function planLook(tx: ActionTx, incidentId: string, dueAt: number | null): Promise<void> {
  await tx.work.cancel(ACTION_WORK.careDue, incidentId);
  if (dueAt === null) return;
  const payload = { incidentId };
  await tx.work.put({ kind: ACTION_WORK.careDue, key: incidentId, dueAt, priority: PRIORITY.chain, payload });
}

async function viewOf(tending: Tending): Promise<CareView> {
  const { tx, deps, services, incident, care, handover, causeId } = tending;
  const rules = careRules(services.setting(), incident, await tx.actions.chainsOf(incident.id));
  const clocks = await tendClocks(tx, deps, services, incident, causeId);
  return { care, incident, handover, clocks, rules };
}

async function carryOut(tending: Tending, view: CareView, decision: CareDecision): Promise<void> {
  switch (decision.kind) {
    case 'wake':
      return wake(tending, view, decision.reason);
    case 'remind-owner':
      return remindOwner(tending, view);
    case 'give-back':
      return timeOut(tending);
    case 'expire-hand-over':
      return expire(tending);
    case 'remind-promise':
      return remindPromise(tending);
    case 'break-promise':
      return breakPromise(tending, view);
    case 'warn-clock':
      return warnClock(tending, decision.clock);
    case 'break-clock':
      return breakClock(tending, decision.clock);
  }
}

const WAKE_WORDS = {
  'time-over': 'its time is over',
  'severity-raised': 'it is worse than it was',
  'new-component': 'it hurts something new',
  'by-person': 'by hand',
} as const;

/** Ends a snooze: the one who has it is told, and everything that is asked of them begins anew. */
export async function wake(
  tending: Tending,
  view: CareView,
  reason: keyof typeof WAKE_WORDS,
  actor?: Actor,
): Promise<void> {
  const { now, care } = tending;
  const by = care.snoozedBy ?? 'somebody';
  const causeId = await tell(
    tending,
    ACTION_FACTS.snoozeEnded,
    `Woke up after ${by} snoozed it: ${WAKE_WORDS[reason]}`,
    reason,
    {},
    actor,
  );
  const occasion = `${care.snoozedAt}`;
  changeCare(tending, { ...AWAKE, progressAt: now, remindedAt: null, ...promised(inTime(view.rules, now), now, null) });
  if (reason === 'by-person') return;
  await pageOwner(tending, 'wake', occasion, `the one who snoozed it; ${WAKE_WORDS[reason]}`, causeId);
}

async function remindOwner(tending: Tending, { rules }: CareView): Promise<void> {
  const { incident, care, now } = tending;
  const { remind = 0, give_back: rest = 0 } = rules.acceptance ?? {};
  const causeId = await tell(
    tending,
    ACTION_FACTS.acceptanceReminded,
    `${incident.acceptedBy ?? 'Somebody'} was reminded: nothing was heard for ${formatDuration(remind)}`,
    'no-progress',
  );
  const reason = `the one who has it: nothing was heard for ${formatDuration(remind)}. It is given back in ${formatDuration(rest)}`;
  await pageOwner(tending, 'reminder', `${care.ownedSince}/${care.progressAt}`, reason, causeId);
  changeCare(tending, { remindedAt: now });
}

async function timeOut(tending: Tending): Promise<void> {
  const { tx, incident, causeId } = tending;
  const who = incident.acceptedBy ?? 'Somebody';
  tending.incident = await giveBack(tx, incident, {
    actor: systemActor('action'),
    summary: `Incident ${incident.number} was given back: ${who} had it and did not answer the reminder.`,
    reason: 'acceptance-timed-out',
    causeId,
  });
  changeCare(tending, { owner: null, ownedSince: null, remindedAt: null, ...AWAKE });
  await withdrawMoot(tending);
}

async function expire(tending: Tending): Promise<void> {
  const { tx, handover, now } = tending;
  if (!handover) return;
  await tx.actions.updateIncidentHandover(handover.id, { state: 'expired', answeredAt: now });
  const words = `Nobody took it over in time; ${handover.fromName} still has it`;
  const causeId = await tell(tending, ACTION_FACTS.incidentHandoverExpired, words, 'not-answered', { id: handover.id });
  tending.handover = null;
  const reason = `the one who still has it: nobody of ${handover.target} took it over`;
  await pageOwner(tending, 'hand-over-back', handover.id, reason, causeId);
  // Who wanted to give it away may not look any more: without an answer the chain goes on.
  changeCare(tending, { remindedAt: now });
}

async function remindPromise(tending: Tending): Promise<void> {
  const { care, now, incident } = tending;
  const left = formatDuration(Math.max(60_000, Math.round(((care.promisedAt ?? now) - now) / 60_000) * 60_000));
  const words = `${incident.acceptedBy ?? 'Somebody'} was reminded: the next update is due in ${left}`;
  const causeId = await tell(tending, ACTION_FACTS.promiseReminded, words, 'update-due-soon');
  const reason = `the one who has it: the next update is due in ${left}`;
  await pageOwner(tending, 'promise-due', `${care.promisedAt}`, reason, causeId);
  changeCare(tending, { promiseRemindedAt: now });
}

async function breakPromise(tending: Tending, { rules }: CareView): Promise<void> {
  const { care, now, incident, tx, deps, services } = tending;
  const promisesBroken = care.promisesBroken + 1;
  const data = { promisedAt: care.promisedAt, promisedBy: care.promisedBy, broken: promisesBroken };
  const words = `The promised update did not come (broken promise ${promisesBroken} of this incident)`;
  const causeId = await tell(tending, ACTION_FACTS.promiseBroken, words, 'update-overdue', data);
  const owner = tending.incident.state === 'accepted' ? [care.owner ?? 'focal'] : [];
  const targets = [...owner, ...(rules.update?.escalate ?? ['deputy'])];
  const reason = `told because the promised update is overdue; ${incident.acceptedBy ?? 'nobody'} has it`;
  const pages = { purpose: 'promise-broken' as const, targets, occasion: `${care.promisedAt}`, reason };
  await pageAbout(tx, deps, services, incident, pages, causeId);
  // It is still owed: the clock runs anew, so that silence goes on escalating.
  changeCare(tending, { promisesBroken, ...promised(inTime(rules, now), now, null) });
}

/** A hand-over of an incident that its giver does not have any more asks nobody. */
async function withdrawMoot(tending: Tending): Promise<void> {
  const { tx, incident, handover, now } = tending;
  if (!handover || (incident.state === 'accepted' && incident.acceptedBy === handover.fromName)) return;
  tending.handover = null;
  await tx.actions.updateIncidentHandover(handover.id, { state: 'withdrawn', answeredAt: now });
  const words = `The hand-over to ${handover.target} is off: ${handover.fromName} does not have it any more`;
  await tell(tending, ACTION_FACTS.incidentHandoverWithdrawn, words, 'moot', { id: handover.id });
}

/** Pages the one who has the incident; the person on duty where the configuration knows nobody of that name. */
async function pageOwner(
  { tx, deps, services, incident, care }: Tending,
  purpose: 'reminder' | 'wake' | 'hand-over-back' | 'promise-due',
  occasion: string,
  reason: string,
  causeId: string,
): Promise<void> {
  const words =
    care.owner === null ? `on duty, because ${incident.acceptedBy ?? 'nobody'} cannot be paged: ${reason}` : reason;
  const pages = { purpose, targets: [care.owner ?? 'focal'], occasion, reason: words };
  await pageAbout(tx, deps, services, incident, pages, causeId);
}

/** A row in the incident's timeline, by the program. */
export function tell(
  { tx, incident, causeId }: Pick<Tending, 'tx' | 'incident' | 'causeId'>,
  fact: string,
  summary: string,
  reason: string,
  data: Readonly<Record<string, unknown>> = {},
  actor: Actor = systemActor('action'),
): Promise<string> {
  return tx.journal.append({
    actor,
    fact,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    causeId,
    summary,
    reason,
    data,
  });
}

/** Changes the care in hand; written when it is settled. */
export function changeCare(tending: Tending, change: Partial<IncidentCare>): void {
  tending.care = { ...tending.care, ...change };
}
