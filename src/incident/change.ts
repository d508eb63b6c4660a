import { Fault } from '../core/fault.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { Entry } from '../core/journal.ts';
import type { WorkItem } from '../core/work.ts';
import type { Incident } from './incident.ts';
import type { IncidentTx } from './ports.ts';

export type IncidentChange = Partial<Omit<Incident, 'id' | 'number' | 'version'>>;

/**
 * Loads an incident for a verb and refuses a change that was based on an older one.
 * @param version what the change is based on; any if left out
 * @throws Fault `not_found`, `conflict`
 */
export async function loadIncident(tx: IncidentTx, id: string, version?: number): Promise<Incident> {
  const incident = await tx.incidents.byId(id);
  if (!incident) throw new Fault('not_found', { what: 'incident', id });
  if (version !== undefined && version !== incident.version) throw changedMeanwhile(incident);
  return incident;
}

/** Writes a change on the incident as it was loaded. @throws Fault `conflict` when somebody was faster */
export async function writeIncident(tx: IncidentTx, incident: Incident, change: IncidentChange): Promise<Incident> {
  if (!(await tx.incidents.update(incident.id, incident.version, change))) throw changedMeanwhile(incident);
  return { ...incident, ...change, version: incident.version + 1 };
}

/** Whether an incident is open or accepted. */
export function isLive(incident: Pick<Incident, 'state'>): boolean {
  return incident.state === 'open' || incident.state === 'accepted';
}

/** @throws Fault `state_conflict` unless the incident is open or accepted */
export function mustBeLive(incident: Incident, verb: string): void {
  if (isLive(incident)) return;
  throw new Fault('state_conflict', { what: 'incident', id: incident.number, state: incident.state, verb });
}

/** @throws Fault `body_invalid` when the reason is left empty */
export function readReason(reason: string | undefined, why: string): string {
  const text = (reason ?? '').trim();
  if (text === '') throw new Fault('body_invalid', { what: `reason is empty; ${why}` });
  return text;
}

/** The journal row that a row of work was put in line for. */
export async function rowOf(tx: CoreTx, item: WorkItem): Promise<Entry | null> {
  const id = entryIdOf(item);
  return id === null ? null : tx.journal.byId(id);
}

/** The id of that row, if there is one. */
export function entryIdOf({ payload, causeId }: WorkItem): string | null {
  const named = payload['entryId'];
  return typeof named === 'string' ? named : causeId;
}

function changedMeanwhile(incident: Incident): Fault {
  return new Fault('conflict', {
    what: `Incident ${incident.number} was changed meanwhile (it is at version ${incident.version}). Look at it again and repeat`,
  });
}
