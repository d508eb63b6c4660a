import { alertWords } from '../../alert/words.ts';
import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler, type Outcome } from '../../core/work.ts';
import { rowOf } from '../../incident/change.ts';
import type { IncidentSeverity } from '../../incident/incident.ts';
import { TICKET_FACTS, TICKET_WORK } from '../facts.ts';
import { insertTicket } from '../insert.ts';
import type { TicketTx } from '../ports.ts';

const ACTOR = systemActor('ticket');
const PRIORITY: Readonly<Record<IncidentSeverity, number>> = { critical: 1, major: 2, minor: 3 };

/** Opens the ticket that a chain asks for, one per incident. */
export function openTicketWork(deps: Deps<TicketTx>): Handler<TicketTx> {
  return {
    kind: TICKET_WORK.open,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      const named = item.payload['incidentId'];
      const incidentId = typeof named === 'string' ? named : row?.incidentId;
      if (!incidentId) return { kind: 'quarantine', reason: 'the work names no incident' };
      return forIncident(tx, deps, incidentId, row?.id ?? item.causeId);
    },
  };
}

/** Opens the ticket of a warning that belongs to no incident. */
export function openForAlertWork(deps: Deps<TicketTx>): Handler<TicketTx> {
  return {
    kind: TICKET_WORK.openForAlert,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      if (row?.subject.kind !== 'alert') return { kind: 'quarantine', reason: 'the work names no alert' };
      return forWarning(tx, deps, row.subject.id, row.id);
    },
  };
}

async function forIncident(
  tx: TicketTx,
  deps: Deps<TicketTx>,
  incidentId: string,
  causeId: string | null,
): Promise<Outcome> {
  const incident = await tx.incidents.byId(incidentId);
  if (!incident) return { kind: 'quarantine', reason: `there is no incident ${incidentId}` };
  const known = await tx.tickets.ofIncident(incidentId);
  if (known.some(({ kind }) => kind === 'incident')) return DONE;
  const lines = incident.cause ? [`Probable cause: ${incident.cause.component}.`, ...incident.cause.reasons] : [];
  const draft = {
    title: incident.title,
    body: lines.join('\n'),
    kind: 'incident' as const,
    priority: PRIORITY[incident.severity],
    owner: null,
    incidentId,
    functionName: incident.functions[0] ?? null,
    city: incident.cities.length === 1 ? incident.cities[0]! : null,
    dueAt: null,
  };
  await insertTicket(tx, deps, draft, { actor: ACTOR, reason: `incident ${incident.number} asks for one`, causeId });
  return DONE;
}

/** A warning wakes nobody, but it is written down. Warnings of the same words share a ticket while it is open. */
async function forWarning(tx: TicketTx, deps: Deps<TicketTx>, alertId: string, causeId: string): Promise<Outcome> {
  const alert = await tx.alerts.byId(alertId);
  if (!alert || alert.severity !== 'warning' || alert.incidentId !== null) return DONE;
  const city = alert.labels['city'] ?? null;
  const service = alert.labels['service'];
  const place = [service, city].filter((part) => part !== undefined && part !== null && part !== '');
  const title = `${alert.name}${place.length > 0 ? ` (${place.join(', ')})` : ''}`.slice(0, 200);
  const open = await tx.tickets.list({ states: ['open', 'in-progress', 'waiting'], limit: 500 });
  const same = open.items.find((ticket) => ticket.title === title && ticket.incidentId === null);
  if (same) {
    await tx.journal.append({
      actor: ACTOR,
      fact: TICKET_FACTS.commented,
      subject: { kind: 'ticket', id: same.id },
      causeId,
      summary: `It fired again: ${alertWords(alert)}`,
    });
    return DONE;
  }
  const draft = {
    title,
    body: [alertWords(alert), alert.annotations['description'] ?? ''].filter((line) => line !== '').join('\n'),
    kind: 'technology' as const,
    priority: 3,
    owner: null,
    incidentId: null,
    functionName: null,
    city,
    dueAt: null,
  };
  await insertTicket(tx, deps, draft, { actor: ACTOR, reason: 'a warning fired', causeId });
  return DONE;
}
