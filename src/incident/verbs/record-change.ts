import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import type { ChangeKind } from '../../signal/mapped-events.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import { assessSoon } from '../join.ts';
import type { RecordedChange } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

export interface ChangeInput {
  /** The sender's own id, so that telling it twice records it once. */
  readonly id?: string | undefined;
  /** When it was made, ms; now if left out. */
  readonly at?: number | undefined;
  readonly kind: ChangeKind;
  /** The component by name, title or service; or labels that place it, as an alert's do. */
  readonly component?: string | undefined;
  readonly labels?: Labels | undefined;
  readonly title: string;
  readonly source?: string | undefined;
  readonly url?: string | undefined;
}

/** How far ahead a sender's clock may be, ms. */
const AHEAD = 3_600_000;

/**
 * Records that something was changed: a deploy, a setting, a campaign. It raises the suspicion against its component for
 * incidents that begin soon after, and only where the component deviates itself.
 * @returns the change, and whether it was new
 * @throws Fault `forbidden`; `body_invalid` when it names no known component
 */
export async function recordChange(
  deps: IncidentDeps,
  actor: Actor,
  input: ChangeInput,
): Promise<{ readonly change: RecordedChange; readonly isNew: boolean }> {
  permit(actor, 'change.record');
  const now = deps.clock.now();
  const { topology } = deps.incidents();
  const component = input.component === undefined ? placed(input.labels ?? {}) : topology.named(input.component);
  if (component === null) {
    const known = topology.components.map(({ name }) => name).slice(0, 20);
    const got = input.component ?? JSON.stringify(input.labels ?? {});
    throw new Fault('body_invalid', {
      what: `component: ${got} is none of the topology; write one of ${known.join(', ')}`,
    });
  }
  const at = input.at ?? now;
  if (at > now + AHEAD) throw new Fault('body_invalid', { what: 'at lies in the future; write when it was made' });
  const change: RecordedChange = {
    id: input.id === undefined ? deps.ids.next('chg') : `${actor.id}:${input.id}`,
    at,
    kind: input.kind,
    component,
    title: input.title.trim().slice(0, 300),
    source: input.source ?? actor.name,
    url: input.url ?? null,
    recordedAt: now,
  };
  const isNew = await deps.store.transact(async (tx) => {
    if (!(await tx.correlation.insertChange(change))) return false;
    const causeId = await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.changeRecorded,
      subject: { kind: 'change', id: change.id },
      summary: `${change.kind} at ${topology.titleOf(component)}: ${change.title}`,
      data: { component, kind: change.kind },
      at,
    });
    for (const incident of await tx.incidents.live()) await assessSoon(tx, incident.id, now, causeId);
    return true;
  });
  return { change, isNew };

  function placed(labels: Labels): string | null {
    const { root } = topology.placeOf(labels);
    return topology.component(root)?.name ?? null;
  }
}
