import { INCIDENT_WORK } from '../facts.ts';
import type { IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

/** How soon the measures are asked once an incident is there, and once it grew: one question for many changes, ms. */
const FIRST_AFTER = 1000;
export const GREW_AFTER = 15_000;

/** Asks for the measures soon: when an incident opened, and when it grew. */
export async function explainSoon(
  tx: IncidentTx,
  deps: IncidentDeps,
  incidentId: string,
  causeId: string | null,
): Promise<void> {
  if (deps.incidents().cause === null) return;
  const asked = (await tx.correlation.ranking(incidentId))?.measures ?? null;
  await tx.work.put({
    kind: INCIDENT_WORK.explain,
    key: incidentId,
    dueAt: deps.clock.now() + (asked === null ? FIRST_AFTER : GREW_AFTER),
    sooner: true,
    // Behind everything that tells somebody something: it only says more about what is known already.
    priority: 5,
    payload: { incidentId },
    causeId: causeId ?? undefined,
  });
}
