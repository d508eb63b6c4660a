import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { CoreTx } from '../../core/transaction.ts';
import { compareIncidentSeverity } from '../assess.ts';
import { loadIncident, readReason, writeIncident, type IncidentChange } from '../change.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { Incident, IncidentPhase, IncidentSeverity } from '../incident.ts';
import type { IncidentDeps } from '../settings.ts';

export interface UpdateInput {
  readonly id: string;
  readonly version?: number | undefined;
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly severity?: IncidentSeverity | undefined;
  readonly phase?: IncidentPhase | undefined;
  /** Required when something goes back: a phase, a severity. */
  readonly reason?: string | undefined;
}

const PHASES: readonly IncidentPhase[] = ['investigating', 'identified', 'monitoring', 'resolved'];

/**
 * Changes what an incident says. A title or severity set by a person is not overwritten by the machine.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `body_invalid` when something goes back without a reason;
 * `state_conflict` for a merged incident, or for the phase or severity of one that is over
 */
export async function update(deps: IncidentDeps, actor: Actor, input: UpdateInput): Promise<Incident> {
  permit(actor, 'incident.update');
  const title = input.title?.trim();
  if (title === '') throw new Fault('body_invalid', { what: 'title is empty; leave it out to keep the one there is' });
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id, input.version);
    const change = readChange(incident, { ...input, title });
    if (Object.keys(change).length === 0) return incident;
    const pins = new Set(incident.pinned);
    if (change.title !== undefined) pins.add('title');
    if (change.severity !== undefined) pins.add('severity');
    const after = await writeIncident(tx, incident, { ...change, pinned: [...pins] });
    await tell(tx, actor, incident, change, input.reason?.trim());
    return after;
  });
}

function readChange(incident: Incident, input: UpdateInput): IncidentChange {
  const { severity, phase } = input;
  if (incident.state === 'merged') throw overAlready(incident);
  const change: { -readonly [K in keyof IncidentChange]: IncidentChange[K] } = {};
  if (input.title !== undefined && input.title !== incident.title) change.title = input.title;
  if (input.summary !== undefined && input.summary !== incident.summary) change.summary = input.summary;
  if (severity !== undefined && severity !== incident.severity) {
    if (incident.state === 'resolved') throw overAlready(incident);
    if (compareIncidentSeverity(severity, incident.severity) < 0) {
      readReason(input.reason, 'say why fewer members are hurt than was thought');
    }
    change.severity = severity;
  }
  if (phase !== undefined && phase !== incident.phase) {
    if (incident.state === 'resolved') throw overAlready(incident);
    if (phase === 'resolved') {
      throw new Fault('body_invalid', { what: 'phase cannot be set to resolved; resolve the incident instead' });
    }
    if (PHASES.indexOf(phase) < PHASES.indexOf(incident.phase)) {
      readReason(input.reason, `say why it is ${phase} again`);
    }
    change.phase = phase;
  }
  return change;
}

async function tell(
  tx: CoreTx,
  actor: Actor,
  before: Incident,
  change: IncidentChange,
  reason: string | undefined,
): Promise<void> {
  const row = {
    actor,
    subject: { kind: 'incident' as const, id: before.id },
    incidentId: before.id,
    reason: reason === '' ? undefined : reason,
  };
  if (change.severity !== undefined) {
    const raised = compareIncidentSeverity(change.severity, before.severity) > 0;
    await tx.journal.append({
      ...row,
      fact: raised ? INCIDENT_FACTS.severityRaised : INCIDENT_FACTS.severityLowered,
      summary: `${actor.name} ${raised ? 'raised' : 'lowered'} it from ${before.severity} to ${change.severity}.`,
      data: { before: before.severity, severity: change.severity },
    });
  }
  const parts: string[] = [];
  if (change.title !== undefined) parts.push(`the title is "${change.title}"`);
  if (change.phase !== undefined) parts.push(`it is ${change.phase}`);
  if (change.summary !== undefined) parts.push('the summary is rewritten');
  if (parts.length === 0) return;
  const { title, phase, summary } = change;
  const data = {
    ...(title === undefined ? {} : { title, titleBefore: before.title }),
    ...(phase === undefined ? {} : { phase, phaseBefore: before.phase }),
    ...(summary === undefined ? {} : { text: summary }),
  };
  await tx.journal.append({
    ...row,
    fact: INCIDENT_FACTS.updated,
    summary: `${actor.name}: ${parts.join(', ')}.`,
    data,
  });
}

function overAlready(incident: Incident): Fault {
  return new Fault('state_conflict', {
    what: 'incident',
    id: incident.number,
    state: incident.state,
    verb: 'changed like this',
  });
}
