import type { Actor } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Improvement } from '../improvement.ts';
import type { ImprovementTx } from '../ports.ts';

export interface DecideInput {
  readonly version: number;
  readonly decision: 'adopted' | 'rejected';
  readonly reason: string;
}

/**
 * Adopts or rejects. Configuration is code: adopting records the decision, and the change itself goes into the
 * configuration file as shown. A decision may be taken back by deciding again.
 * @throws Fault `forbidden`, `not_found`, `conflict`
 */
export async function decide(
  deps: Deps<ImprovementTx>,
  actor: Actor,
  id: string,
  input: DecideInput,
): Promise<Improvement> {
  permit(actor, 'improvement.decide');
  return deps.store.transact(async (tx) => {
    const improvement = await tx.improvements.byId(id);
    if (!improvement) throw new Fault('not_found', { what: 'improvement', id });
    const now = deps.clock.now();
    if (!(await tx.improvements.update(id, input.version, { state: input.decision, updatedAt: now }))) {
      throw new Fault('conflict', {
        what: `Improvement ${improvement.number} was changed by somebody else meanwhile. Look at it again.`,
      });
    }
    await tx.journal.append({
      actor,
      fact: `improvement.${input.decision}`,
      subject: { kind: 'improvement', id },
      incidentId: improvement.incidentId ?? undefined,
      summary: `${actor.name} ${input.decision} improvement ${improvement.number}: ${improvement.title}`,
      reason: input.reason,
    });
    return { ...improvement, state: input.decision, updatedAt: now, version: input.version + 1 };
  });
}
