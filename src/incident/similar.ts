import { similarity } from './correlate/minhash.ts';
import { keysOfIncident, type Signature } from './correlate/sign.ts';
import type { Incident } from './incident.ts';
import type { IncidentTx } from './ports.ts';
import type { Topology } from './topology.ts';

/** A past incident that looks like this one. */
export interface SimilarIncident {
  readonly incident: Incident;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly string[];
}

const LOOKED_AT = 30;
const LEAST = 0.35;
const WEIGHTS = { kinds: 0.45, components: 0.3, text: 0.25 };

/** Resolved incidents that look most like one: by the kinds of alerts, the components, and the words. */
export async function similarIncidents(
  tx: IncidentTx,
  topology: Topology,
  incident: Incident,
  limit = 3,
): Promise<SimilarIncident[]> {
  const signature = await tx.correlation.signature(incident.id);
  const keys = keysOfIncident(topology, { ...incident, signature }).filter((key) => !key.startsWith('l:'));
  const found: SimilarIncident[] = [];
  for (const { id } of await tx.correlation.alike(keys, incident.id, LOOKED_AT)) {
    const other = await tx.incidents.byId(id);
    if (!other) continue;
    const judged = judge(topology, incident, signature, other, await tx.correlation.signature(id));
    if (judged.score >= LEAST) found.push({ incident: other, ...judged });
  }
  return found.toSorted((a, b) => b.score - a.score || b.incident.openedAt - a.incident.openedAt).slice(0, limit);
}

function judge(
  topology: Topology,
  incident: Incident,
  signature: Signature,
  other: Incident,
  known: Signature,
): { readonly score: number; readonly reasons: string[] } {
  const reasons: string[] = [];
  const kinds = overlap(signature.kinds, known.kinds);
  if (kinds.shared.length > 0) {
    const names = [...new Set(kinds.shared.map((kind) => kind.slice(kind.indexOf('/') + 1)))];
    reasons.push(`the same alerts (${names.slice(0, 3).join(', ')})`);
  }
  const components = overlap(incident.components, other.components);
  if (components.shared.length > 0) {
    reasons.push(
      `the same components (${components.shared
        .slice(0, 3)
        .map((name) => topology.titleOf(name))
        .join(', ')})`,
    );
  }
  const text = Math.max(0, ...signature.sketches.flatMap((one) => known.sketches.map((two) => similarity(one, two))));
  if (text >= 0.5) reasons.push(`much the same words (${Math.round(text * 100)} %)`);
  const score = WEIGHTS.kinds * kinds.share + WEIGHTS.components * components.share + WEIGHTS.text * text;
  return { score: Math.round(score * 100) / 100, reasons };
}

function overlap(a: readonly string[], b: readonly string[]): { readonly share: number; readonly shared: string[] } {
  const shared = a.filter((one) => b.includes(one));
  const all = new Set([...a, ...b]).size;
  return { share: all === 0 ? 0 : shared.length / all, shared };
}
