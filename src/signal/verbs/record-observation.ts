import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import type { SignalTx } from '../ports.ts';
import type { Observation } from '../signal.ts';

export interface ObservationDeps extends Deps<SignalTx> {
  /** The names that an observation may carry, from the topology as configured now. */
  readonly known: () => { readonly functions: readonly string[]; readonly cities: readonly string[] };
}

export interface ObservationInput {
  readonly text: string;
  readonly functionName?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly inTrip?: boolean | undefined;
  /** The incident that the agent saw it belongs to; left out, the correlation finds it. */
  readonly incidentId?: string | undefined;
}

/**
 * Records what a member told the call centre.
 * @throws Fault `forbidden`; `body_invalid` naming the functions or cities that exist
 */
export async function recordObservation(
  deps: ObservationDeps,
  actor: Actor,
  input: ObservationInput,
): Promise<Observation> {
  permit(actor, 'observation.record');
  const text = input.text.trim();
  if (text === '' || text.length > 4000) {
    throw new Fault('body_invalid', { what: 'text: write what the member said, in 1 to 4000 characters' });
  }
  const known = deps.known();
  const functionName = oneOf('functionName', input.functionName ?? null, known.functions);
  const city = oneOf('city', input.city ?? null, known.cities);
  const observation: Observation = {
    id: deps.ids.next('obs'),
    at: deps.clock.now(),
    agent: actor.name,
    text,
    functionName,
    city,
    inTrip: input.inTrip ?? false,
    incidentId: null,
  };
  const wanted = input.incidentId;
  await deps.store.transact(async (tx) => {
    await tx.signals.insertObservation(observation);
    const place = [functionName, city].filter((part) => part !== null).join(', ');
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.observationRecorded,
      subject: { kind: 'observation', id: observation.id },
      // The member's words stay out of the journal: it is kept for ever, and they may hold personal data.
      summary: `${actor.name} recorded an observation${place ? ` (${place})` : ''}${observation.inTrip ? ', in a trip' : ''}.`,
      data: { functionName, city, inTrip: observation.inTrip, ...(wanted === undefined ? {} : { wanted }) },
    });
  });
  return observation;
}

function oneOf(field: string, value: string | null, names: readonly string[]): string | null {
  if (value === null || names.includes(value)) return value;
  throw new Fault('body_invalid', {
    what: `${field} is "${value}"; write one of ${names.join(', ')}, or leave it out`,
  });
}
