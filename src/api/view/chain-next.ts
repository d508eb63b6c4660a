import { chainSteps } from '../../action/index.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Tx } from '../context.ts';

/** What happens next by itself, and when. */
export interface NextStep {
  readonly title: string;
  readonly at: number;
}

/** The next thing that the chains of an incident do unless somebody acts before; null when none waits. */
export async function nextStepOf(tx: Tx, { id, state }: Pick<Incident, 'id' | 'state'>): Promise<NextStep | null> {
  const waiting = (await tx.actions.chainsOf(id)).flatMap((run): NextStep[] => {
    if (run.nextActionAt === null) return [];
    // Once somebody has it, nobody else is paged.
    const pages = run.state !== 'accepted' && state !== 'accepted';
    const steps = chainSteps(run, []).filter((step) => pages || step.do !== 'page');
    // After the last step the chain pages again from the first.
    const step =
      steps.find(({ state }) => state === 'waiting') ?? (pages ? steps.find((one) => one.do === 'page') : null);
    return step ? [{ title: step.title, at: run.nextActionAt }] : [];
  });
  return waiting.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

/** So many observations are looked through; more of them change nothing about what to do. */
const MOST_TOLD = 500;

/** How many observations of an incident tell of a member who is in a trip: the safety case. */
export async function tripsOf(tx: Tx, incidentId: string): Promise<number> {
  return (await tx.signals.observations({ incidentId, limit: MOST_TOLD })).filter(({ inTrip }) => inTrip).length;
}
