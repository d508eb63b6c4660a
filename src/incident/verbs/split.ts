import type { Alert } from '../../alert/alert.ts';
import { loudestOf } from '../../alert/severity.ts';
import { alertWords } from '../../alert/words.ts';
import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { severityByImpact, titleFor } from '../assess.ts';
import { insertIncident } from '../begin.ts';
import { rankCause } from '../cause.ts';
import { loadIncident, mustBeLive, readReason, writeIncident } from '../change.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { Incident } from '../incident.ts';
import { assessSoon } from '../join.ts';
import { remember } from '../lesson.ts';
import { alertsOf, moveAlert } from '../move.ts';
import { recognise, signOfAlert } from '../place.ts';
import { reachOf } from '../reach.ts';
import type { IncidentDeps, IncidentSettings } from '../settings.ts';

export interface SplitInput {
  readonly id: string;
  readonly version?: number | undefined;
  /** Ids of the alerts that have a cause of their own. */
  readonly alerts: readonly string[];
  readonly title?: string | undefined;
  readonly reason: string;
}

/**
 * Takes alerts out of an incident into one of their own. Merging them again undoes it. Remembered for the next time.
 * @returns the new incident
 * @throws Fault `forbidden`, `not_found`, `conflict`, `state_conflict`; `body_invalid` when the alerts are none of the
 * incident's, or all of them
 */
export async function split(deps: IncidentDeps, actor: Actor, input: SplitInput): Promise<Incident> {
  permit(actor, 'incident.split');
  const reason = readReason(input.reason, 'say why they are two');
  return deps.store.transact(async (tx) => {
    await tx.incidents.lockCorrelation();
    const source = await loadIncident(tx, input.id, input.version);
    mustBeLive(source, 'split');
    const all = await alertsOf(tx, source.id);
    const taken = pick(all, input.alerts);
    const kept = all.filter((alert) => !taken.includes(alert));
    const settings = deps.incidents();
    const now = deps.clock.now();
    const told = { actor, reason: `split from incident ${source.number}: ${reason}`, causeId: null };
    const { incident, entryId } = await insertIncident(tx, deps, rowFor(taken, settings, input.title?.trim()), told);
    const move = { from: source.id, to: incident.id, at: now, by: actor.name, reason };
    const links = new Map((await tx.incidents.links(source.id)).map((link) => [link.memberId, link]));
    for (const alert of taken) {
      await moveAlert(tx, alert.id, move, links.get(alert.id));
      await recognise(tx, settings, incident, signOfAlert(settings, alert, now));
    }
    const kindsOf = (alerts: readonly Alert[]): string[] =>
      alerts.map((alert) => signOfAlert(settings, alert, now).kind);
    await remember(tx, deps.ids, {
      left: kindsOf(kept),
      right: kindsOf(taken),
      verdict: 'apart',
      by: actor.name,
      incidentId: incident.id,
      at: now,
    });
    await writeIncident(tx, source, { ...reachOf(kept, settings) });
    await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.split,
      subject: { kind: 'incident', id: source.id },
      incidentId: source.id,
      causeId: entryId,
      summary: `${actor.name} took ${taken.length} of ${all.length} alerts out into incident ${incident.number}.`,
      reason,
      data: { into: incident.id, alerts: taken.map(({ id }) => id) },
      at: now,
    });
    await assessSoon(tx, source.id, now, entryId);
    await assessSoon(tx, incident.id, now, entryId);
    return incident;
  });
}

function pick(all: readonly Alert[], ids: readonly string[]): Alert[] {
  const taken = all.filter(({ id }) => ids.includes(id));
  const strange = ids.find((id) => !all.some((alert) => alert.id === id));
  if (strange !== undefined) {
    throw new Fault('body_invalid', { what: `alerts holds "${strange}", which does not belong to this incident` });
  }
  if (taken.length === 0) throw new Fault('body_invalid', { what: 'alerts is empty; name those to take out' });
  if (taken.length === all.length) {
    throw new Fault('body_invalid', { what: 'alerts names all of them; at least one must stay' });
  }
  return taken;
}

function rowFor(
  alerts: readonly Alert[],
  settings: IncidentSettings,
  title: string | undefined,
): Omit<Incident, 'id' | 'number' | 'version' | 'openedAt'> {
  const { topology, partnerOf } = settings;
  const reach = reachOf(alerts, settings);
  const sources = alerts.map(({ labels, startsAt, source }) => ({ labels, startsAt, partner: partnerOf(source) }));
  const cause = rankCause(sources, topology);
  const loudest = loudestOf(alerts.map(({ severity }) => severity));
  const named = title !== undefined && title !== '';
  return {
    title: named ? title : titleFor(reach, topology, cause?.component ?? null, alertWords(alerts[0]!)),
    summary: '',
    severity: severityByImpact(topology, reach.functions, loudest, false).severity,
    state: 'open',
    phase: 'investigating',
    startedAt: Math.min(...alerts.map(({ startsAt }) => startsAt)),
    acceptedAt: null,
    acceptedBy: null,
    resolvedAt: null,
    ...reach,
    cause,
    mergedInto: null,
    pinned: named ? ['title'] : [],
  };
}
