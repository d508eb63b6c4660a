import type { Labels } from '../core/labels.ts';
import { rankCauses, type CauseAlert } from './cause/rank.ts';
import type { ProbableCause, Ranking } from './incident.ts';
import type { Topology } from './topology.ts';

export type { CauseAlert } from './cause/rank.ts';

/** The cause that a ranking means, or null where it abstains. */
export function causeOf(ranking: Pick<Ranking, 'abstained' | 'causes'>): ProbableCause | null {
  const best = ranking.causes[0];
  if (!best || ranking.abstained !== null) return null;
  const { component, kind, reasons, probability } = best;
  return { component, kind, reasons, probability };
}

/** The probable cause by the alerts alone, with the evidence in words, or null. */
export function rankCause(
  alerts: readonly CauseAlert[],
  topology: Topology,
  elsewhere: readonly Labels[] = [],
): ProbableCause | null {
  return alerts.length === 0 ? null : causeOf(rankCauses(alerts, topology, { elsewhere }));
}
