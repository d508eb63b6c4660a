import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { insertIncident } from '../begin.ts';
import type { Incident, IncidentSeverity } from '../incident.ts';
import { joinObservation } from '../join.ts';
import { observationFits } from '../observe.ts';
import type { IncidentDeps } from '../settings.ts';

export interface OpenInput {
  readonly title: string;
  readonly severity: IncidentSeverity;
  readonly functions?: readonly string[] | undefined;
  readonly cities?: readonly string[] | undefined;
  readonly summary?: string | undefined;
}

/**
 * Opens an incident by hand. The machine does not change its title or severity. Observations that fit are brought in.
 * @throws Fault `forbidden`; `body_invalid` naming the functions or cities that exist
 */
export async function open(deps: IncidentDeps, actor: Actor, input: OpenInput): Promise<Incident> {
  permit(actor, 'incident.open');
  const title = input.title.trim();
  if (title === '') throw new Fault('body_invalid', { what: 'title is empty; say what members feel' });
  const { topology, join } = deps.incidents();
  const functions = known('functions', input.functions ?? [], topology.functions);
  const cities = known('cities', input.cities ?? [], topology.cities);
  const now = deps.clock.now();
  const made = {
    title: title.slice(0, 200),
    summary: (input.summary ?? '').trim(),
    severity: input.severity,
    state: 'open' as const,
    phase: 'investigating' as const,
    startedAt: now,
    acceptedAt: null,
    acceptedBy: null,
    resolvedAt: null,
    components: [],
    functions,
    cities,
    cause: null,
    mergedInto: null,
    pinned: ['title', 'severity'] as const,
  };
  return deps.store.transact(async (tx) => {
    await tx.incidents.lockCorrelation();
    const told = { actor, reason: 'opened by hand', causeId: null };
    const { incident, entryId } = await insertIncident(tx, deps, made, told);
    let after = incident;
    for (const observation of await tx.signals.observations({ unattached: true, since: now - join.within })) {
      const reasons = observationFits(observation, after, topology);
      if (reasons) after = await joinObservation(tx, deps, after, observation, { reasons, causeId: entryId });
    }
    return after;
  });
}

function known(field: string, values: readonly string[], items: readonly { readonly name: string }[]): string[] {
  const names = items.map(({ name }) => name);
  const wrong = values.find((value) => !names.includes(value));
  if (wrong === undefined) return [...new Set(values)];
  throw new Fault('body_invalid', { what: `${field} holds "${wrong}"; write any of ${names.join(', ')}` });
}
