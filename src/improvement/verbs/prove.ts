import type { Actor } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Improvement, RuleChange } from '../improvement.ts';
import type { ImprovementTx, Replay } from '../ports.ts';
import { weigh, type Span } from '../proof.ts';

/** An alert belongs to an incident when it fires within this time around it. */
const AROUND_MS = 15 * 60_000;

/**
 * Replays today's rule and the changed one over the recorded signals, and keeps what was found.
 * @throws Fault `forbidden`, `not_found`; `conflict` when the improvement changes no rule, was decided, or was changed meanwhile
 */
export async function prove(
  deps: Deps<ImprovementTx> & { readonly replay: Replay },
  actor: Actor,
  id: string,
): Promise<Improvement> {
  permit(actor, 'improvement.prove');
  const { improvement, incident, incidents } = await deps.store.read(async (tx) => {
    const improvement = await tx.improvements.byId(id);
    if (!improvement) throw new Fault('not_found', { what: 'improvement', id });
    const incident = improvement.incidentId === null ? null : await tx.incidents.byId(improvement.incidentId);
    const incidents = (await tx.incidents.list({ limit: 1000 })).items;
    return { improvement, incident, incidents };
  });
  const change = improvement.change;
  if (!change)
    throw new Fault('conflict', {
      what: `Improvement ${improvement.number} changes no rule: there is nothing to replay.`,
    });
  if (improvement.state === 'adopted' || improvement.state === 'rejected') {
    throw new Fault('state_conflict', {
      what: 'Improvement',
      id: String(improvement.number),
      state: improvement.state,
      verb: 'proved',
    });
  }
  const proof = await proofOf(deps, change, incident, incidents);
  return deps.store.transact(async (tx) => {
    const now = deps.clock.now();
    const updated = await tx.improvements.update(id, improvement.version, { proof, state: 'proved', updatedAt: now });
    if (!updated)
      throw new Fault('conflict', {
        what: `Improvement ${improvement.number} was changed while it was replayed. Try again.`,
      });
    await tx.journal.append({
      actor,
      fact: 'improvement.proved',
      subject: { kind: 'improvement', id },
      incidentId: improvement.incidentId ?? undefined,
      causeId: improvement.retroId ?? improvement.incidentId ?? undefined,
      summary: `Improvement ${improvement.number} replayed: ${proof.verdict}`,
      data: { proof },
    });
    return { ...improvement, proof, state: 'proved', updatedAt: now, version: improvement.version + 1 };
  });
}

/** The proof itself, without keeping it: what `lamplighter replay` prints. */
export async function proofOf(
  deps: { readonly replay: Replay; readonly clock: { now(): number } },
  change: RuleChange,
  incident: Incident | null,
  incidents: readonly Incident[],
): Promise<ReturnType<typeof weigh>> {
  const now = deps.clock.now();
  const historyFrom = (await deps.replay.historyStart()) ?? now;
  const today = { kind: change.kind, rule: change.rule, definition: change.before };
  const changed = { kind: change.kind, rule: change.rule, definition: change.after };
  const before = await deps.replay.firings(today, historyFrom, now);
  const after = await deps.replay.firings(changed, historyFrom, now);
  const others = incidents.filter(({ id, state }) => id !== incident?.id && state !== 'merged');
  return weigh({
    at: now,
    incidentId: incident?.id ?? null,
    window: incident ? spanOf(incident, now) : null,
    knownIncidents: others.map((other) => spanOf(other, now)),
    historyFrom,
    historyTo: now,
    before,
    after,
  });
}

function spanOf(incident: Incident, now: number): Span {
  return { from: incident.startedAt - AROUND_MS, to: (incident.resolvedAt ?? now) + AROUND_MS };
}
