import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { ALERT_FACTS } from '../facts.ts';
import type { AlertTx } from '../ports.ts';
import { endWindowNow } from '../requiet.ts';
import { matcherWords } from '../window.ts';

/**
 * Ends a silence now; the row is kept. What still fires under it is told.
 * @throws Fault `forbidden`; `not_found`; `state_conflict` when it is over already
 */
export async function expireSilence(deps: Deps<AlertTx>, actor: Actor, input: { readonly id: string }): Promise<void> {
  permit(actor, 'alert.silence');
  const now = deps.clock.now();
  await deps.store.transact(async (tx) => {
    const found = await tx.alerts.silence(input.id);
    if (!found) throw new Fault('not_found', { what: 'silence', id: input.id });
    if (found.endsAt <= now) {
      throw new Fault('state_conflict', { what: 'silence', id: input.id, state: 'over', verb: 'ended' });
    }
    await tx.alerts.endSilence(input.id, now);
    const causeId = await tx.journal.append({
      actor,
      fact: ALERT_FACTS.silenceEnded,
      subject: { kind: 'silence', id: input.id },
      summary: `${actor.name} ended the silence on ${matcherWords(found.matchers)}.`,
      reason: 'ended-by-hand',
    });
    await endWindowNow(tx, { kind: 'silence', id: input.id }, causeId, now);
  });
}
