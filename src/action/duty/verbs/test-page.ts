import { permit, type Actor } from '../../../core/actor.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { callPerson } from '../call.ts';
import { personById } from './who.ts';

/**
 * Sends a test page by every way to a person, to see that pages arrive.
 * @throws Fault `forbidden`, `not_found` (person)
 */
export async function testPage(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting' | 'secrets'>,
  actor: Actor,
  id: string,
): Promise<void> {
  permit(actor, 'duty.override');
  const person = personById(services, id);
  const subject = `Test page for ${person.name}`;
  const text = `${actor.name} tests whether pages reach you: nothing is wrong. Please open the link.`;
  await deps.store.transact(async (tx) => {
    const causeId = await tx.journal.append({
      actor,
      fact: ACTION_FACTS.reachTested,
      subject: { kind: 'account', id: person.account ?? person.id },
      summary: `${actor.name} sent a test page to ${person.name}`,
    });
    const round = deps.clock.now();
    await callPerson(tx, deps, services, { kind: 'test', subjectId: person.id, person, subject, text, round }, causeId);
  });
}
