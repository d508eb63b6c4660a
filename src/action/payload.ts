import type { WorkItem } from '../core/work.ts';
import type { Incident } from '../incident/incident.ts';
import type { ActionTx } from './ports.ts';

/** A text of a row's payload. @throws when it is missing: such a row can never be done and ends up put aside */
export function textOf(item: WorkItem, name: string): string {
  const value = item.payload[name];
  if (typeof value !== 'string') throw new Error(`work ${item.kind} ${item.key} has no ${name} in its payload`);
  return value;
}

/** A whole number of a row's payload, or 0. */
export function countOf(item: WorkItem, name: string): number {
  const value = item.payload[name];
  return typeof value === 'number' ? value : 0;
}

/** The incident that a row is about: named in the payload, or by the journal row that caused it. */
export async function incidentOf(tx: ActionTx, item: WorkItem): Promise<Incident | null> {
  const { incidentId, entryId } = item.payload;
  if (typeof incidentId === 'string') return tx.incidents.byId(incidentId);
  const cause = typeof entryId === 'string' ? entryId : item.causeId;
  const entry = cause === null ? null : await tx.journal.byId(cause);
  const id = entry?.incidentId ?? (entry?.subject.kind === 'incident' ? entry.subject.id : null);
  return id === null ? null : tx.incidents.byId(id);
}
