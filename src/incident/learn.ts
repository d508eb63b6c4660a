import { systemActor } from '../core/actor.ts';
import type { Labels } from '../core/labels.ts';
import { edgeId, type Edge, type EdgeEvidence } from './edge.ts';
import { INCIDENT_FACTS } from './facts.ts';
import { componentNamed } from './named.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps, IncidentSettings, Measure } from './settings.ts';
import type { Topology } from './topology.ts';

/** A call that was seen somewhere. */
export interface SeenCall {
  readonly caller: string;
  readonly callee: string;
  readonly evidence: EdgeEvidence;
}

/** How many proposals are kept: names from outside must not fill the database. */
const MOST = 500;
const EVIDENCE_KEPT = 5;

/** Calls seen in series, by the names of two labels; what a label value is called in the configuration is looked up. */
export async function seenCalls(settings: IncidentSettings, measure: Measure, now: number): Promise<SeenCall[]> {
  const found: SeenCall[] = [];
  for (const { expr, caller, callee } of settings.learn) {
    const metric = /[a-zA-Z_:][a-zA-Z0-9_:]*_(?:total|count|sum|bucket|minute)|[a-z]+_[a-z_]+/.exec(expr)?.[0] ?? expr;
    for (const { labels, value } of await measure.values(expr, now)) {
      const from = componentOf(settings.topology, caller, labels);
      const to = componentOf(settings.topology, callee, labels);
      if (from === null || to === null || from === to || !(value > 0)) continue;
      const words = `series of ${metric} with ${caller}="${labels[caller]}", ${callee}="${labels[callee]}"`;
      found.push({ caller: from, callee: to, evidence: { words, value } });
    }
  }
  return found;
}

/**
 * Proposes calls that stand in no configuration, each with where it was seen. Nothing is taken by itself, and what a
 * person rejected stays rejected. @returns how many are new
 */
export async function proposeEdges(deps: IncidentDeps, seen: readonly SeenCall[]): Promise<number> {
  const { topology } = deps.incidents();
  const unknown = seen.filter(({ caller, callee }) => !topology.knows(caller, callee));
  if (unknown.length === 0) return 0;
  return deps.store.transact((tx) => propose(tx, deps, unknown));
}

/** The same inside a transaction. */
export async function propose(tx: IncidentTx, deps: IncidentDeps, seen: readonly SeenCall[]): Promise<number> {
  const { topology } = deps.incidents();
  const now = deps.clock.now();
  const known = new Map((await tx.correlation.edges()).map((edge) => [edge.id, edge]));
  let fresh = 0;
  for (const { caller, callee, evidence } of seen) {
    if (topology.knows(caller, callee) || caller === callee) continue;
    const id = edgeId(caller, callee);
    const before = known.get(id);
    if (!before && known.size >= MOST) break;
    const kept = (before?.evidence ?? []).filter(({ words }) => words !== evidence.words);
    const edge: Edge = {
      ...(before ?? {
        id,
        caller,
        callee,
        state: 'proposed',
        firstSeenAt: now,
        decidedBy: null,
        decidedAt: null,
        reason: null,
      }),
      evidence: [evidence, ...kept].slice(0, EVIDENCE_KEPT),
      lastSeenAt: now,
    };
    known.set(id, edge);
    await tx.correlation.putEdge(edge);
    if (before) continue;
    fresh++;
    await tx.journal.append({
      actor: systemActor('incident'),
      fact: INCIDENT_FACTS.edgeProposed,
      subject: { kind: 'edge', id },
      summary: `Seen, and in no configuration: ${topology.titleOf(caller)} calls ${topology.titleOf(callee)}.`,
      reason: evidence.words,
    });
  }
  return fresh;
}

/** The component that a label's value names, or the value itself as a name, so that it can be shown. */
function componentOf(topology: Topology, label: string, labels: Labels): string | null {
  const value = labels[label];
  if (value === undefined) return null;
  return componentNamed(topology, label, labels) ?? (/^[\w.:/@-]{1,100}$/.test(value) ? value : null);
}
