import { z } from 'zod';
import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { TemporaryDuty } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { lookAgain } from '../look-again.ts';
import { personById } from './who.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'Write a day such as 2026-12-24.');

/** A rotation for some days, above every layer. */
export const temporaryInput = z.strictObject({
  name: z.string().min(1).max(80),
  people: z.array(z.string()).min(1, 'Name at least one person.').max(50),
  starts: day,
  /** The first day that is not in it any more. */
  ends: day,
  handover: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a wall time such as 09:00.'),
  /** ms: whole days, or hours that divide a day. */
  every: z
    .number()
    .int()
    .refine((ms) => ms > 0 && (ms % DAY === 0 || (ms % HOUR === 0 && DAY % ms === 0)), {
      message: 'A shift lasts whole days, or hours that divide a day.',
    }),
});

export type TemporaryInput = z.output<typeof temporaryInput>;

/**
 * Puts a rotation above all layers for some days: a fair, the holidays, a migration.
 * @throws Fault `forbidden`, `not_found` (person), `bad_request` (days)
 */
export async function scheduleDuty(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  actor: Actor,
  raw: TemporaryInput,
): Promise<TemporaryDuty> {
  permit(actor, 'duty.override');
  const input = temporaryInput.parse(raw);
  const names = input.people.map((id) => personById(services, id).name);
  if (input.ends <= input.starts) throw new Fault('bad_request', { what: 'The schedule ends before it starts.' });
  return deps.store.transact(async (tx) => {
    const schedule = { ...input, id: deps.ids.next('tmp'), createdBy: actor.name, cancelledAt: null };
    await tx.actions.insertTemporaryDuty(schedule);
    await lookAgain(tx);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.dutyScheduled,
      subject: { kind: 'override', id: schedule.id },
      summary: `${actor.name} scheduled "${input.name}" from ${input.starts} to ${input.ends}: ${names.join(', ')}`,
      data: { ...input },
    });
    return schedule;
  });
}

/** @throws Fault `forbidden`, `not_found` */
export async function cancelSchedule(deps: Deps<ActionTx>, actor: Actor, id: string): Promise<void> {
  permit(actor, 'duty.override');
  await deps.store.transact(async (tx) => {
    if (!(await tx.actions.cancelTemporaryDuty(id, deps.clock.now()))) {
      throw new Fault('not_found', { what: 'temporary schedule', id });
    }
    await lookAgain(tx);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.dutyScheduleCancelled,
      subject: { kind: 'override', id },
      summary: `${actor.name} cancelled a temporary schedule`,
    });
  });
}
