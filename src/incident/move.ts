import type { Alert } from '../alert/alert.ts';
import { compareIncidentSeverity } from './assess.ts';
import type { Incident, IncidentSeverity, Link } from './incident.ts';
import type { IncidentTx } from './ports.ts';

const PAGE = 500;

export interface Move {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  /** The whole incident moves; where its members came from is kept, so that it can be taken back. */
  readonly merge?: boolean;
}

/** Moves every alert and observation of one incident to another, links included. Returns how many. */
export async function moveMembers(tx: IncidentTx, move: Move): Promise<{ alerts: number; observations: number }> {
  const alerts = await alertsOf(tx, move.from);
  const links = new Map(
    (await tx.incidents.links(move.from)).map((link) => [`${link.memberKind} ${link.memberId}`, link]),
  );
  for (const alert of alerts) await moveAlert(tx, alert.id, move, links.get(`alert ${alert.id}`));
  const observations = await tx.signals.observations({ incidentId: move.from });
  for (const { id } of observations) {
    await tx.signals.attachObservation(id, move.to);
    await relink(tx, 'observation', id, move, links.get(`observation ${id}`));
  }
  return { alerts: alerts.length, observations: observations.length };
}

/** Moves one alert, link included; the evidence that it once joined by is kept. */
export async function moveAlert(tx: IncidentTx, alertId: string, move: Move, link?: Link): Promise<void> {
  await tx.alerts.update(alertId, { incidentId: move.to });
  await relink(tx, 'alert', alertId, move, link);
}

/** All alerts of an incident, oldest first. */
export async function alertsOf(tx: IncidentTx, incidentId: string): Promise<Alert[]> {
  const found: Alert[] = [];
  let after: string | null = null;
  do {
    const filter = { incidentId, limit: PAGE, ...(after === null ? {} : { after }) };
    const page: Awaited<ReturnType<IncidentTx['alerts']['list']>> = await tx.alerts.list(filter);
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found.reverse();
}

/** The worse severity of two; one set by a person on the first stays. */
export function worseSeverity(kept: Incident, other: Incident): IncidentSeverity {
  if (kept.pinned.includes('severity')) return kept.severity;
  return compareIncidentSeverity(other.severity, kept.severity) > 0 ? other.severity : kept.severity;
}

async function relink(
  tx: IncidentTx,
  memberKind: 'alert' | 'observation',
  memberId: string,
  move: Move,
  link: Link | undefined,
): Promise<void> {
  await tx.incidents.unlink(move.from, memberKind, memberId);
  const { to: incidentId, at: linkedAt, by: linkedBy, reason } = move;
  const cameFrom = move.merge === true ? move.from : null;
  await tx.incidents.link({
    incidentId,
    memberKind,
    memberId,
    linkedAt,
    linkedBy,
    reason,
    evidence: link?.evidence ?? [],
    cameFrom,
  });
}
