import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { DutyAbsence } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { lookAgain } from '../look-again.ts';
import { localWords, personById } from './who.ts';

export interface AbsenceInput {
  readonly person: string;
  /** Instants, ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
}

type Services = Pick<ActionServices, 'setting'>;

/**
 * Notes that somebody is away: layers pass the person over in that time.
 * @throws Fault `forbidden`, `not_found` (person), `bad_request` (times)
 */
export async function addAbsences(
  deps: Deps<ActionTx>,
  services: Services,
  actor: Actor,
  inputs: readonly AbsenceInput[],
): Promise<readonly DutyAbsence[]> {
  permit(actor, 'duty.override');
  for (const { person, startsAt, endsAt } of inputs) {
    personById(services, person);
    if (endsAt <= startsAt)
      throw new Fault('bad_request', { what: 'An absence ends before it starts. Write a later end.' });
  }
  const { zone } = services.setting().duty;
  return deps.store.transact(async (tx) => {
    const made: DutyAbsence[] = [];
    await lookAgain(tx);
    for (const input of inputs) {
      const absence = { ...input, id: deps.ids.next('abs'), createdBy: actor.name, cancelledAt: null };
      await tx.actions.insertAbsence(absence);
      await tx.journal.append({
        actor,
        fact: ACTION_FACTS.dutyAbsent,
        subject: { kind: 'absence', id: absence.id },
        summary: `${personById(services, input.person).name} is away from ${localWords(input.startsAt, zone)} to ${localWords(input.endsAt, zone)}`,
        reason: input.reason,
        data: { person: input.person, startsAt: input.startsAt, endsAt: input.endsAt },
      });
      made.push(absence);
    }
    return made;
  });
}

/** @throws Fault `forbidden`, `not_found` */
export async function cancelAbsence(deps: Deps<ActionTx>, actor: Actor, id: string): Promise<void> {
  permit(actor, 'duty.override');
  await deps.store.transact(async (tx) => {
    if (!(await tx.actions.cancelAbsence(id, deps.clock.now()))) throw new Fault('not_found', { what: 'absence', id });
    await lookAgain(tx);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.dutyAbsenceCancelled,
      subject: { kind: 'absence', id },
      summary: `${actor.name} cancelled an absence`,
    });
  });
}
