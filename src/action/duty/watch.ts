import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Handler } from '../../core/work.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { DutyHandover } from '../nouns.ts';
import { waysTo } from '../chain/target.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { writeBrief } from './brief.ts';
import { callPerson } from './call.ts';
import { loadPlan } from './load-plan.ts';
import { lookAgain } from './look-again.ts';
import { onDuty } from './plan.ts';
import { localWords, personById } from './verbs/who.ts';

/** The longest pause between two looks. Whoever changes the plan asks for one at once. */
const LOOK = 3_600_000;
/** Hand-overs that are looked at for a missing acceptance. */
const RECENT = 3 * 86_400_000;

type Services = Pick<ActionServices, 'setting' | 'secrets'>;

/** Begins to watch the duty, or has it looked at now: one row that comes again and again. */
export async function watchDuty(deps: Deps<ActionTx>): Promise<void> {
  await deps.store.transact(lookAgain);
}

/**
 * Looks after the duty: asks the next person to accept before each hand-over, puts the deputy on duty when they do not,
 * and sends test pages.
 */
export function watchDutyHandler(deps: Deps<ActionTx>, services: Services): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.watchDuty,
    async inside(tx) {
      const now = deps.clock.now();
      const next = Math.min(
        // First, because a deputy who stands in may change whom the duty goes to next.
        await replaceMissing(tx, deps, services, now),
        await askNext(tx, deps, services, now),
        await testReach(tx, deps, services, now),
      );
      return { kind: 'again', dueAt: Math.max(now + 1000, Math.min(next, now + LOOK)) };
    },
  };
}

/** Sends the brief of the next hand-over once its time has come. @returns when to look again, ms */
async function askNext(tx: ActionTx, deps: Deps<ActionTx>, services: Services, now: number): Promise<number> {
  const setting = services.setting();
  const { hand_over: rule, zone } = setting.duty;
  if (!rule) return Infinity;
  const duty = onDuty(await loadPlan(tx, setting, now), now);
  if (duty.next === null) return Infinity;
  const askAt = duty.until - rule.ask;
  if (now < askAt) return askAt;
  const person = personById(services, duty.next);
  const brief = await writeBrief(tx, setting, now);
  const parts = { from: duty.focal, to: person.id, at: duty.until, brief, askedAt: now };
  const id = deps.ids.next('hov');
  const fresh = await tx.actions.insertHandover({ id, ...parts, state: 'asked', acceptedAt: null, override: null });
  if (!fresh) return duty.until + rule.within;
  const when = localWords(duty.until, zone);
  const causeId = await tx.journal.append({
    actor: systemActor('action'),
    fact: ACTION_FACTS.handoverAsked,
    subject: { kind: 'hand-over', id },
    summary: `${person.name} was asked to take the duty over from ${personById(services, duty.focal).name} at ${when}`,
    data: { from: duty.focal, to: person.id, at: duty.until },
  });
  const subject = `You take the duty over at ${when}`;
  await callPerson(
    tx,
    deps,
    services,
    { kind: 'hand-over', subjectId: id, person, subject, text: brief, round: 1 },
    causeId,
  );
  return duty.until + rule.within;
}

/** Puts the deputy on duty where a hand-over was not accepted in time. @returns when to look again, ms */
async function replaceMissing(tx: ActionTx, deps: Deps<ActionTx>, services: Services, now: number): Promise<number> {
  const setting = services.setting();
  const rule = setting.duty.hand_over;
  if (!rule) return Infinity;
  let next = Infinity;
  for (const handover of await tx.actions.handovers(now - RECENT, 20)) {
    if (handover.state !== 'asked') continue;
    const due = handover.at + rule.within;
    if (now < due) next = Math.min(next, due);
    else await standIn(tx, deps, services, handover, now);
  }
  return next;
}

async function standIn(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: Services,
  handover: DutyHandover,
  now: number,
): Promise<void> {
  const setting = services.setting();
  const duty = onDuty(await loadPlan(tx, setting, now), now);
  const meant = personById(services, handover.to);
  // Somebody else is on duty meanwhile, by an override or a swap: there is nobody to be replaced.
  if (duty.focal !== handover.to) {
    await tx.actions.updateHandover(handover.id, { state: 'missed' });
    return;
  }
  const deputy = duty.deputy === null ? null : personById(services, duty.deputy);
  const override = deputy === null ? null : deps.ids.next('ovr');
  if (deputy && override) {
    const reason = `${meant.name} did not accept the hand-over`;
    const span = { startsAt: now, endsAt: duty.until };
    const made = { id: override, person: deputy.id, ...span, reason, createdBy: 'hand-over', cancelledAt: null };
    await tx.actions.insertOverride(made);
  }
  await tx.actions.updateHandover(handover.id, { state: 'missed', override });
  const words = deputy ? `${deputy.name} stands in as the deputy` : 'there is no deputy to stand in';
  const causeId = await tx.journal.append({
    actor: systemActor('action'),
    fact: ACTION_FACTS.handoverMissed,
    subject: { kind: 'hand-over', id: handover.id },
    summary: `${meant.name} did not accept the duty in time; ${words}`,
    reason: deputy ? 'deputy-stands-in' : 'no-deputy',
    data: { to: handover.to, deputy: deputy?.id ?? null, override },
  });
  for (const person of deputy ? [deputy, meant] : [meant]) {
    const subject = deputy
      ? `${deputy.name} is on duty for ${meant.name} now`
      : `${meant.name} is on duty and did not accept`;
    // To whom it was missed by, the link still takes the duty over.
    const kind = person === meant ? ('hand-over' as const) : ('notice' as const);
    const parts = { kind, subjectId: handover.id, person, subject, text: `${subject}.\n\n${handover.brief}`, round: 2 };
    await callPerson(tx, deps, services, parts, causeId);
  }
}

/** Sends a test page to each person whose last one is older than the period. @returns when to look again, ms */
async function testReach(tx: ActionTx, deps: Deps<ActionTx>, services: Services, now: number): Promise<number> {
  const { duty, people, name } = services.setting();
  if (!duty.reach) return Infinity;
  let next = now + duty.reach.every;
  const sent = await tx.actions.calls('test', now - duty.reach.every);
  for (const person of people) {
    if (waysTo(person).length === 0) continue;
    const last = sent.find((call) => call.person === person.id);
    if (last) {
      next = Math.min(next, last.createdAt + duty.reach.every);
      continue;
    }
    const subject = `Test page for ${person.name}`;
    const text = `This is a test of ${name}: nothing is wrong. Please open the link, so that we know pages reach you.`;
    await callPerson(tx, deps, services, { kind: 'test', subjectId: person.id, person, subject, text, round: now });
  }
  return next;
}
