import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { DutySwap } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { lookAgain } from '../look-again.ts';
import { callPerson } from '../call.ts';
import { loadPlan } from '../load-plan.ts';
import { shifts } from '../plan.ts';
import { localWords, mustBe, personById, personOf } from './who.ts';

export interface SwapInput {
  /** Who gives the time away; the one who asks when left out. */
  readonly asker?: string | undefined;
  readonly other: string;
  /** Instants, ms: the time that the other one takes. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** The time that the asker takes in return. */
  readonly backStartsAt?: number | null | undefined;
  readonly backEndsAt?: number | null | undefined;
  readonly reason: string;
}

type Services = Pick<ActionServices, 'setting' | 'secrets'>;

/**
 * Asks somebody to take a time over, perhaps for one of theirs. Nothing changes until the other one accepts.
 * @throws Fault `forbidden`, `not_found` (person), `bad_request` (times that are not theirs to give)
 */
export async function askSwap(
  deps: Deps<ActionTx>,
  services: Services,
  actor: Actor,
  input: SwapInput,
): Promise<DutySwap> {
  permit(actor, 'duty.override');
  const asker = personById(services, input.asker ?? personOf(services, actor)?.id ?? '');
  mustBe(services, actor, asker.id, 'ask for a swap');
  const other = personById(services, input.other);
  if (other.id === asker.id) throw new Fault('bad_request', { what: 'A swap is between two people.' });
  const { backStartsAt = null, backEndsAt = null, startsAt, endsAt, reason } = input;
  const now = deps.clock.now();
  if (endsAt <= startsAt || endsAt <= now)
    throw new Fault('bad_request', { what: 'Write a time that is still to come.' });
  const { zone } = services.setting().duty;
  return deps.store.transact(async (tx) => {
    const plan = await loadPlan(tx, services.setting(), now);
    const owns = (person: string, from: number, to: number): boolean =>
      shifts(plan, from, to).every(({ focal }) => focal === person);
    if (!owns(asker.id, startsAt, endsAt)) {
      throw new Fault('bad_request', { what: `${asker.name} is not on duty all that time: give away what is yours.` });
    }
    if (
      backStartsAt !== null &&
      backEndsAt !== null &&
      (backEndsAt <= backStartsAt || !owns(other.id, backStartsAt, backEndsAt))
    ) {
      throw new Fault('bad_request', { what: `${other.name} is not on duty all the time asked for in return.` });
    }
    const swap: DutySwap = {
      id: deps.ids.next('swp'),
      asker: asker.id,
      other: other.id,
      startsAt,
      endsAt,
      backStartsAt,
      backEndsAt,
      reason,
      state: 'asked',
      askedAt: now,
      answeredAt: null,
    };
    await tx.actions.insertSwap(swap);
    const span = `${localWords(startsAt, zone)} to ${localWords(endsAt, zone)}`;
    const back =
      backStartsAt === null || backEndsAt === null
        ? ''
        : `, in return for ${localWords(backStartsAt, zone)} to ${localWords(backEndsAt, zone)}`;
    const causeId = await tx.journal.append({
      actor,
      fact: ACTION_FACTS.swapAsked,
      subject: { kind: 'swap', id: swap.id },
      summary: `${asker.name} asked ${other.name} to take ${span}${back}`,
      reason,
      data: { asker: asker.id, other: other.id, startsAt, endsAt, backStartsAt, backEndsAt },
    });
    const text = `${asker.name} asks you to be on duty from ${span} (${zone})${back}.\n${reason}`;
    const subject = `${asker.name} asks for a swap of duty`;
    await callPerson(
      tx,
      deps,
      services,
      { kind: 'swap', subjectId: swap.id, person: other, subject, text, round: 1 },
      causeId,
    );
    return swap;
  });
}

/**
 * Accepts or declines a swap; the one who asked may withdraw it. An accepted one puts both on duty by overrides.
 * @throws Fault `forbidden`, `not_found`, `state_conflict` when it was answered already
 */
export async function answerSwap(
  deps: Deps<ActionTx>,
  services: Services,
  actor: Actor,
  id: string,
  answer: 'accepted' | 'declined' | 'withdrawn',
): Promise<DutySwap> {
  permit(actor, 'duty.override');
  return deps.store.transact(async (tx) => {
    const swap = await tx.actions.swap(id);
    if (!swap) throw new Fault('not_found', { what: 'swap', id });
    mustBe(services, actor, answer === 'withdrawn' ? swap.asker : swap.other, `have this swap ${answer}`);
    const now = deps.clock.now();
    if (answer === 'accepted' && swap.endsAt <= now)
      throw new Fault('conflict', { what: 'The time of this swap is over.' });
    if (!(await tx.actions.answerSwap(id, answer, now))) {
      throw new Fault('state_conflict', { what: 'The swap', id, state: swap.state, verb: answer });
    }
    const asker = personById(services, swap.asker);
    const other = personById(services, swap.other);
    const causeId = await tx.journal.append({
      actor,
      fact: ACTION_FACTS.swapAnswered,
      subject: { kind: 'swap', id },
      summary: `${actor.name}: the swap between ${asker.name} and ${other.name} is ${answer}`,
      reason: answer,
    });
    if (answer === 'accepted') {
      await putOn(tx, deps, swap.other, swap.startsAt, swap.endsAt, asker.name);
      if (swap.backStartsAt !== null && swap.backEndsAt !== null) {
        await putOn(tx, deps, swap.asker, swap.backStartsAt, swap.backEndsAt, other.name);
      }
    }
    if (answer !== 'withdrawn') {
      const subject = `${other.name} has ${answer} your swap of duty`;
      const parts = { kind: 'notice' as const, subjectId: id, person: asker, subject, text: subject, round: 1 };
      await callPerson(tx, deps, services, parts, causeId);
    }
    return { ...swap, state: answer, answeredAt: now };
  });
}

async function putOn(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  person: string,
  startsAt: number,
  endsAt: number,
  insteadOf: string,
): Promise<void> {
  const id = deps.ids.next('ovr');
  const reason = `swapped with ${insteadOf}`;
  await lookAgain(tx);
  await tx.actions.insertOverride({ id, person, startsAt, endsAt, reason, createdBy: 'swap', cancelledAt: null });
}
