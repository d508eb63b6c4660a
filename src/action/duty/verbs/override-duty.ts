import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { DutyOverride } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { lookAgain } from '../look-again.ts';

const LONGEST = 92 * 86_400_000;

export interface OverrideInput {
  readonly person: string;
  /** Instants, ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
}

/**
 * Puts somebody on duty between two instants. The latest override wins where two overlap.
 * @throws Fault `forbidden`, `not_found` (person), `bad_request` (times)
 */
export async function overrideDuty(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  actor: Actor,
  input: OverrideInput,
): Promise<DutyOverride> {
  permit(actor, 'duty.override');
  const person = services.setting().people.find(({ id }) => id === input.person);
  if (!person) throw new Fault('not_found', { what: 'person', id: input.person });
  const now = deps.clock.now();
  if (input.endsAt <= input.startsAt)
    throw new Fault('bad_request', { what: 'The override ends before it starts. Write a later end.' });
  if (input.endsAt <= now)
    throw new Fault('bad_request', { what: 'The override lies in the past. Write an end that is still to come.' });
  if (input.endsAt - input.startsAt > LONGEST)
    throw new Fault('bad_request', { what: 'An override lasts at most 92 days. Change the rotation instead.' });
  return deps.store.transact(async (tx) => {
    const override: DutyOverride = {
      id: deps.ids.next('ovr'),
      person: input.person,
      startsAt: input.startsAt,
      endsAt: input.endsAt,
      reason: input.reason,
      createdBy: actor.name,
      cancelledAt: null,
    };
    await tx.actions.insertOverride(override);
    await lookAgain(tx);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.dutyOverridden,
      subject: { kind: 'override', id: override.id },
      summary: `${actor.name} put ${person.name} on duty from ${iso(input.startsAt)} to ${iso(input.endsAt)}`,
      reason: input.reason,
      data: { person: input.person, startsAt: input.startsAt, endsAt: input.endsAt },
    });
    return override;
  });
}

function iso(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'minute' });
}
