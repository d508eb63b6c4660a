import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { DutyHandover } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { lookAgain } from '../look-again.ts';
import { mustBe, personById } from './who.ts';

/**
 * The next person takes the duty over. After the deputy has stepped in, it ends the deputy's time.
 * @throws Fault `forbidden`, `not_found`
 */
export async function acceptHandover(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  actor: Actor,
  id: string,
): Promise<DutyHandover> {
  permit(actor, 'duty.override');
  return deps.store.transact(async (tx) => {
    const handover = await tx.actions.handover(id);
    if (!handover) throw new Fault('not_found', { what: 'hand-over', id });
    mustBe(services, actor, handover.to, 'accept this hand-over');
    if (handover.state === 'accepted') return handover;
    const acceptedAt = deps.clock.now();
    if (handover.override !== null) {
      await tx.actions.cancelOverride(handover.override, acceptedAt);
      await lookAgain(tx);
    }
    await tx.actions.updateHandover(id, { state: 'accepted', acceptedAt });
    const late = handover.state === 'missed' ? ', late: the deputy is relieved' : '';
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.handoverAccepted,
      subject: { kind: 'hand-over', id },
      summary: `${personById(services, handover.to).name} took the duty over from ${personById(services, handover.from).name}${late}`,
      reason: late === '' ? 'in-time' : 'late',
    });
    return { ...handover, state: 'accepted', acceptedAt };
  });
}
