import type { Actor } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Improvement } from '../improvement.ts';
import type { ImprovementTx } from '../ports.ts';
import { endDefinition, putInForce } from './activate.ts';
import type { RuleBook } from './propose.ts';

export interface DecideInput {
  readonly version: number;
  readonly decision: 'adopted' | 'rejected';
  readonly reason: string;
}

/**
 * Adopts or rejects. Adopting a proved change of a rule, watermark, watch or indicator puts it in force at once, in place
 * of what the configuration says; the file stays as it is. A decision may be taken back by deciding again: rejecting
 * withdraws what this improvement had put in force.
 * @throws Fault `forbidden`, `not_found`; `conflict` (changed meanwhile, not proved, or the rule is another one by now);
 *   `bad_request` (the change no longer fits the configuration)
 */
export async function decide(
  deps: Deps<ImprovementTx> & { readonly rules: RuleBook },
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
    if (input.decision === 'adopted') await putChangeInForce(tx, deps, actor, improvement, input.reason);
    else await withdrawChange(tx, deps, actor, improvement, input.reason);
    return { ...improvement, state: input.decision, updatedAt: now, version: input.version + 1 };
  });
}

async function putChangeInForce(
  tx: ImprovementTx,
  deps: Deps<ImprovementTx> & { readonly rules: RuleBook },
  actor: Actor,
  improvement: Improvement,
  reason: string,
): Promise<void> {
  const { change, number } = improvement;
  if (!change) return;
  if (!improvement.proof)
    throw new Fault('conflict', { what: `Improvement ${number} changes a rule and is not proved. Prove it first.` });
  // What was activated a moment ago is in force before the configuration that is read here says so.
  const own = await tx.definitions.inForce(change.kind, change.rule);
  const present = own?.definition ?? deps.rules.definition(change.kind, change.rule);
  // The file, or an earlier decision, says so already.
  if (present === change.after) return;
  if (present !== change.before)
    throw new Fault('conflict', {
      what: `The ${change.kind} ${change.rule} was changed since improvement ${number} was proposed, and the proof holds for the earlier one. Propose the change anew.`,
    });
  const wrong = deps.rules.check(change.kind, change.rule, change.after);
  if (wrong !== null) throw new Fault('bad_request', { what: `The ${change.kind} does not hold: ${wrong}` });
  const rule = deps.rules.nameOf(change.kind, change.after, change.rule);
  await putInForce(tx, actor, {
    id: deps.ids.next('def'),
    kind: change.kind,
    rule,
    definition: change.after,
    before: deps.rules.definition(change.kind, rule),
    reason,
    improvementId: improvement.id,
    backtestId: null,
    activatedBy: actor.name,
    activatedAt: deps.clock.now(),
    withdrawnBy: null,
    withdrawnAt: null,
    version: 1,
  });
}

async function withdrawChange(
  tx: ImprovementTx,
  deps: Deps<ImprovementTx>,
  actor: Actor,
  improvement: Improvement,
  reason: string,
): Promise<void> {
  const inForce = await tx.definitions.list({ inForce: true });
  for (const definition of inForce.filter(({ improvementId }) => improvementId === improvement.id))
    await endDefinition(tx, actor, definition, { version: definition.version, reason, at: deps.clock.now() });
}
