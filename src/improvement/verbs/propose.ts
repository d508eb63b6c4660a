import type { Actor } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { DefinitionKind } from '../definition.ts';
import type { Improvement } from '../improvement.ts';
import type { ImprovementTx } from '../ports.ts';

export interface ProposeInput {
  readonly title: string;
  readonly body: string;
  readonly retroId: string | null;
  readonly incidentId: string | null;
  readonly owner: string | null;
  readonly dueAt: number | null;
  readonly change: { readonly kind: DefinitionKind; readonly rule: string; readonly after: string } | null;
}

/** The rules of the configuration as they stand. */
export interface RuleBook {
  /** Every rule that can be changed, with its definition as YAML text. */
  all(): readonly {
    readonly kind: DefinitionKind;
    readonly rule: string;
    readonly title: string;
    readonly definition: string;
  }[];
  definition(kind: DefinitionKind, rule: string): string | null;
  /** The name that a definition gives itself. @param rule what it was made from */
  nameOf(kind: DefinitionKind, definition: string, rule: string): string;
  /** What is wrong with a changed definition, or null. */
  check(kind: DefinitionKind, rule: string, definition: string): string | null;
  /** Why a name stands for no calendar, or null. */
  calendarMistake(name: string): string | null;
}

/**
 * Proposes an improvement; a change of a rule is checked before it is taken.
 * @throws Fault `forbidden`, `not_found` (retro, incident, rule), `bad_request` (a definition that does not parse)
 */
export async function propose(
  deps: Deps<ImprovementTx> & { readonly rules: RuleBook },
  actor: Actor,
  input: ProposeInput,
): Promise<Improvement> {
  permit(actor, 'improvement.propose');
  const change = input.change && changeOf(deps.rules, input.change);
  return deps.store.transact(async (tx) => {
    const retro = input.retroId === null ? null : await tx.retros.byId(input.retroId);
    if (input.retroId !== null && !retro) throw new Fault('not_found', { what: 'retro', id: input.retroId });
    const incidentId = input.incidentId ?? retro?.incidentId ?? null;
    const incident = incidentId === null ? null : await tx.incidents.byId(incidentId);
    if (incidentId !== null && !incident) throw new Fault('not_found', { what: 'incident', id: incidentId });
    const now = deps.clock.now();
    const improvement: Improvement = {
      id: deps.ids.next('imp'),
      number: await tx.improvements.nextNumber(),
      title: input.title,
      body: input.body,
      state: 'proposed',
      retroId: input.retroId,
      incidentId,
      owner: input.owner,
      dueAt: input.dueAt,
      change,
      proof: null,
      createdBy: actor.name,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    await tx.improvements.insert(improvement);
    await tx.journal.append({
      actor,
      fact: 'improvement.proposed',
      subject: { kind: 'improvement', id: improvement.id },
      incidentId: incidentId ?? undefined,
      causeId: retro?.id ?? incidentId ?? undefined,
      summary: `${actor.name} proposed improvement ${improvement.number}: ${improvement.title}`,
      data: change ? { kind: change.kind, rule: change.rule } : undefined,
    });
    return improvement;
  });
}

function changeOf(rules: RuleBook, change: NonNullable<ProposeInput['change']>): Improvement['change'] {
  const before = rules.definition(change.kind, change.rule);
  if (before === null) throw new Fault('not_found', { what: change.kind, id: change.rule });
  const wrong = rules.check(change.kind, change.rule, change.after);
  if (wrong !== null) throw new Fault('bad_request', { what: `The changed ${change.kind} does not hold: ${wrong}` });
  return { kind: change.kind, rule: change.rule, before, after: change.after };
}
