import type { Actor } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Definition, DefinitionKind } from '../definition.ts';
import { IMPROVEMENT_FACTS } from '../facts.ts';
import type { ImprovementTx } from '../ports.ts';
import type { RuleBook } from './propose.ts';

export interface ActivateInput {
  readonly kind: DefinitionKind;
  /** The rule it changes; where the definition names itself otherwise it stands beside it. */
  readonly rule: string;
  readonly definition: string;
  readonly reason: string;
  readonly improvementId?: string | null | undefined;
  readonly backtestId?: string | null | undefined;
}

/**
 * Puts a definition in force while the server runs, in place of the one of the configuration with the same name. One that
 * was activated before for this name is superseded.
 * @throws Fault `forbidden`; `not_found` (improvement, back-test); `bad_request` (the definition does not hold)
 */
export async function activate(
  deps: Deps<ImprovementTx> & { readonly rules: RuleBook },
  actor: Actor,
  input: ActivateInput,
): Promise<Definition> {
  permit(actor, 'improvement.decide');
  const wrong = deps.rules.check(input.kind, input.rule, input.definition);
  if (wrong !== null) throw new Fault('bad_request', { what: `The ${input.kind} does not hold: ${wrong}` });
  const rule = deps.rules.nameOf(input.kind, input.definition, input.rule);
  const definition: Definition = {
    id: deps.ids.next('def'),
    kind: input.kind,
    rule,
    definition: input.definition,
    before: deps.rules.definition(input.kind, rule),
    reason: input.reason.trim(),
    improvementId: input.improvementId ?? null,
    backtestId: input.backtestId ?? null,
    activatedBy: actor.name,
    activatedAt: deps.clock.now(),
    withdrawnBy: null,
    withdrawnAt: null,
    version: 1,
  };
  return deps.store.transact(async (tx) => {
    await putInForce(tx, actor, definition);
    return definition;
  });
}

/** Writes the definition and ends the one it supersedes, inside the caller's transaction. */
export async function putInForce(tx: ImprovementTx, actor: Actor, definition: Definition): Promise<void> {
  const { kind, rule, backtestId, improvementId } = definition;
  if (backtestId !== null && !(await tx.backtests.byId(backtestId)))
    throw new Fault('not_found', { what: 'back-test', id: backtestId });
  if (improvementId !== null && !(await tx.improvements.byId(improvementId)))
    throw new Fault('not_found', { what: 'improvement', id: improvementId });
  const before = await tx.definitions.inForce(kind, rule);
  if (before) {
    const ended = { withdrawnBy: actor.name, withdrawnAt: definition.activatedAt };
    await tx.definitions.update(before.id, before.version, ended);
  }
  await tx.definitions.insert(definition);
  await tx.journal.append({
    actor,
    fact: IMPROVEMENT_FACTS.definitionActivated,
    subject: { kind: 'definition', id: definition.id },
    causeId: backtestId ?? improvementId ?? undefined,
    summary: `${actor.name} activated the ${kind} ${rule}.`,
    reason: definition.reason === '' ? undefined : definition.reason,
    data: { kind, rule, definition: definition.definition, ...(before ? { supersedes: before.id } : {}) },
  });
}

/**
 * Withdraws a definition: what the configuration says is in force again.
 * @throws Fault `forbidden`, `not_found`, `state_conflict` (not in force), `conflict` (changed meanwhile)
 */
export async function withdrawDefinition(
  deps: Deps<ImprovementTx>,
  actor: Actor,
  id: string,
  input: { readonly version: number; readonly reason: string },
): Promise<Definition> {
  permit(actor, 'improvement.decide');
  return deps.store.transact(async (tx) => {
    const definition = await tx.definitions.byId(id);
    if (!definition) throw new Fault('not_found', { what: 'definition', id });
    if (definition.withdrawnAt !== null)
      throw new Fault('state_conflict', { what: 'Definition', id, state: 'withdrawn', verb: 'withdrawn' });
    return endDefinition(tx, actor, definition, { ...input, at: deps.clock.now() });
  });
}

/**
 * Ends a definition that is in force, inside the caller's transaction.
 * @param at ms
 * @throws Fault `conflict` when it was changed meanwhile
 */
export async function endDefinition(
  tx: ImprovementTx,
  actor: Actor,
  definition: Definition,
  { version, reason, at }: { readonly version: number; readonly reason: string; readonly at: number },
): Promise<Definition> {
  const change = { withdrawnBy: actor.name, withdrawnAt: at };
  if (!(await tx.definitions.update(definition.id, version, change)))
    throw new Fault('conflict', { what: 'The definition was changed by somebody else meanwhile. Look at it again.' });
  await tx.journal.append({
    actor,
    fact: IMPROVEMENT_FACTS.definitionWithdrawn,
    subject: { kind: 'definition', id: definition.id },
    summary: `${actor.name} withdrew the ${definition.kind} ${definition.rule}: the configuration counts again.`,
    reason,
  });
  return { ...definition, ...change, version: version + 1 };
}
