import { systemActor } from '../../core/actor.ts';
import { alertWords } from '../../alert/words.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { loudestOf } from '../../alert/severity.ts';
import { compareIncidentSeverity, severityByImpact, titleFor } from '../assess.ts';
import { causeOf } from '../cause.ts';
import type { Call } from '../cause/graph.ts';
import type { MeasuredAnswer } from '../cause/measured.ts';
import { rankCauses } from '../cause/rank.ts';
import { isLive, writeIncident, type IncidentChange } from '../change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import type { Incident } from '../incident.ts';
import { propose, type SeenCall } from '../learn.ts';
import { signOfAlert } from '../place.ts';
import { CORRELATION_LOCK, type IncidentTx, type RecordedChange } from '../ports.ts';
import type { IncidentDeps, IncidentSettings } from '../settings.ts';
import { explainSoon } from './explain-soon.ts';

/** How many alerts are weighed: beyond that the evidence does not change. */
const WEIGHED = 300;

/** How long before the onset changes count, and after it. */
const CHANGED = { before: 7_200_000, after: 300_000, most: 200 };

/** How often a call must have been named in the past before an alert counts as explained by it. */
const NAMED_LEAST = 2;

/** Looks at cause, title and severity of an incident again, once for many changes. What people set stays. */
export function assessWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.assess,
    lock: CORRELATION_LOCK,
    async inside(tx, item) {
      await reassess(tx, deps, item.key, null, item.causeId);
      await explainSoon(tx, deps, item.key, item.causeId);
      return DONE;
    },
  };
}

/** Changes that may have to do with what began at the instant. */
export async function changesBefore(tx: IncidentTx, startedAt: number): Promise<RecordedChange[]> {
  return tx.correlation.changes(startedAt - CHANGED.before, startedAt + CHANGED.after, CHANGED.most);
}

/**
 * Ranks the causes anew, and sets what follows from it.
 * @param measures what the measures just said; null to go by what they said before
 */
export async function reassess(
  tx: IncidentTx,
  deps: IncidentDeps,
  incidentId: string,
  measures: MeasuredAnswer | null,
  causeId: string | null,
): Promise<void> {
  const incident = await tx.incidents.byId(incidentId);
  if (!incident || !isLive(incident)) return;
  const change = await assess(tx, deps, incident, measures);
  if (Object.keys(change).length === 0) return;
  await writeIncident(tx, incident, change);
  await tell(tx, deps, incident, change, causeId);
}

async function assess(
  tx: IncidentTx,
  deps: IncidentDeps,
  incident: Incident,
  fresh: MeasuredAnswer | null,
): Promise<IncidentChange> {
  const settings = deps.incidents();
  const { topology, partnerOf, past } = settings;
  const alerts = (await tx.alerts.list({ incidentId: incident.id, limit: WEIGHED })).items;
  const first = alerts.at(-1);
  if (!first) return {};
  const firing = (await tx.alerts.list({ states: ['firing'], limit: WEIGHED })).items;
  const now = deps.clock.now();
  const calls: SeenCall[] = [];
  const roots = new Set<string>();
  const weighed = alerts.map((alert) => {
    const { mentions, place } = signOfAlert(settings, alert, now);
    roots.add(place.root);
    for (const callee of mentions) {
      const evidence = { words: `alert ${alert.name} names it`, value: 1 };
      if (topology.component(place.root) !== null) calls.push({ caller: place.root, callee, evidence });
    }
    return { labels: alert.labels, startsAt: alert.startsAt, partner: partnerOf(alert.source), mentions };
  });
  if (calls.length > 0) await propose(tx, deps, calls);
  const measures = fresh ?? (await tx.correlation.ranking(incident.id))?.measures ?? null;
  const ranked = rankCauses(weighed, topology, {
    elsewhere: firing.map(({ labels }) => labels),
    changes: await changesBefore(tx, incident.startedAt),
    measured: measures?.explanation ?? null,
    calls: [...(measures?.calls ?? []), ...namedBefore(settings, roots)],
    rejected: (caller, callee) => past.rejected(caller, callee),
  });
  await tx.correlation.putRanking(incident.id, { at: now, ...ranked, measures });
  const found = causeOf(ranked);
  const pinned = (field: Incident['pinned'][number]): boolean => incident.pinned.includes(field);
  const cause = pinned('cause') ? incident.cause : (found ?? incident.cause);
  const fallback = incident.components.length === 0 ? incident.title : alertWords(first);
  const title = pinned('title') ? incident.title : titleFor(incident, topology, cause?.component ?? null, fallback);
  const loudest = loudestOf(alerts.map(({ severity }) => severity));
  const { severity } = severityByImpact(topology, incident.functions, loudest, false);
  const louder = !pinned('severity') && compareIncidentSeverity(severity, incident.severity) > 0;
  return {
    ...(JSON.stringify(cause) === JSON.stringify(incident.cause) ? {} : { cause }),
    ...(title === incident.title ? {} : { title }),
    ...(louder ? { severity } : {}),
  };
}

/** Calls that alerts of these places named in the past: once may be a mistake of a label. */
function namedBefore({ topology, past }: IncidentSettings, places: ReadonlySet<string>): Call[] {
  return [...places]
    .filter((name) => topology.component(name) !== null)
    .flatMap((name) => past.namedBy(name, NAMED_LEAST).map((callee) => [name, callee] as const));
}

/** A new cause, title or severity is worth a row; more evidence for the same cause is not. */
async function tell(
  tx: IncidentTx,
  deps: IncidentDeps,
  before: Incident,
  change: IncidentChange,
  causeId: string | null,
): Promise<void> {
  const row = {
    actor: systemActor('incident'),
    subject: { kind: 'incident' as const, id: before.id },
    incidentId: before.id,
    causeId: causeId ?? undefined,
  };
  if (change.cause && change.cause.component !== before.cause?.component) {
    await tx.journal.append({
      ...row,
      fact: INCIDENT_FACTS.causeFound,
      summary: `Probable cause: ${deps.incidents().topology.titleOf(change.cause.component)}.`,
      reason: change.cause.reasons.join('; '),
      data: { component: change.cause.component, kind: change.cause.kind },
    });
  }
  if (change.title !== undefined) {
    const summary = `Now called: ${change.title}`;
    const data = { before: before.title, title: change.title };
    await tx.journal.append({
      ...row,
      fact: INCIDENT_FACTS.updated,
      summary,
      reason: 'its reach or cause is clearer',
      data,
    });
  }
  if (change.severity !== undefined) {
    await tx.journal.append({
      ...row,
      fact: INCIDENT_FACTS.severityRaised,
      summary: `Raised from ${before.severity} to ${change.severity}.`,
      reason: 'an alert became louder',
      data: { before: before.severity, severity: change.severity },
    });
  }
}
