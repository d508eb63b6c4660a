import type { Alert } from '../../alert/alert.ts';
import { ALERT_FACTS } from '../../alert/index.ts';
import { isQuiet } from '../../alert/quiet.ts';
import { alertWords } from '../../alert/words.ts';
import { systemActor } from '../../core/actor.ts';
import { DONE, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import { beginByAlert } from '../begin.ts';
import { isLive } from '../change.ts';
import type { Sign } from '../correlate/sign.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import { Gathered } from '../gathered.ts';
import { assessSoon, joinAlert } from '../join.ts';
import { mergeIncidents } from '../merge.ts';
import { knownForAll, place, rareKeys, signOfAlert } from '../place.ts';
import { CORRELATION_LOCK, type IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';
import { settleSoon } from './settle.ts';

/** A new or louder alert: joins the incident it belongs to, opens one, or stays loose. */
export function attachWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.attach,
    lock: CORRELATION_LOCK,
    async inside(tx, item) {
      return attach(tx, deps, item);
    },
    async insideAll(tx, items) {
      const gathered = new Gathered(tx, deps);
      await lookAhead(gathered, deps, items);
      const outcomes: Outcome[] = [];
      for (const item of items) outcomes.push(await attach(gathered.tx, deps, item));
      await gathered.flush();
      return outcomes;
    },
  };
}

/** Whoever looks for a page that never came finds here why: we were away, or very late, and it was over by then. */
async function passed(tx: IncidentTx, alert: Alert, causeId: string | null, at: number): Promise<void> {
  await tx.journal.append({
    actor: systemActor('incident'),
    fact: INCIDENT_FACTS.alertPassed,
    subject: { kind: 'alert', id: alert.id },
    causeId: causeId ?? undefined,
    summary: `Was over before it could be told, nobody was paged: ${alertWords(alert)}`,
    reason: 'over-before-its-turn',
    data: { name: alert.name, severity: alert.severity },
    at,
  });
}

/** Reads at once what the placing of many alerts will ask for one by one. */
async function lookAhead(gathered: Gathered, deps: IncidentDeps, items: readonly WorkItem[]): Promise<void> {
  await gathered.look(items.flatMap((item) => alertIdOf(item) ?? []));
  const settings = deps.incidents();
  const now = deps.clock.now();
  const signs = gathered
    .alerts()
    .filter((alert) => alert.incidentId === null && alert.state === 'firing' && !isQuiet(alert))
    .map((alert) => signOfAlert(settings, alert, now));
  const knownOf = await knownForAll(gathered.tx, settings, signs);
  const keys = new Set<string>();
  for (const sign of signs) for (const key of rareKeys(settings, sign, knownOf(sign))) keys.add(key);
  await gathered.find([...keys]);
}

/** The alert that a row of work is about: a fact that leads to work says whom it is about, and the journal need not be asked. */
function alertIdOf({ payload: { subjectKind, subjectId } }: WorkItem): string | null {
  return subjectKind === 'alert' && typeof subjectId === 'string' ? subjectId : null;
}

async function attach(tx: IncidentTx, deps: IncidentDeps, item: WorkItem): Promise<Outcome> {
  const id = alertIdOf(item);
  if (id === null) return { kind: 'quarantine', reason: 'the work names no alert' };
  const alert = await tx.alerts.byId(id);
  if (!alert) return { kind: 'quarantine', reason: `there is no alert ${id}` };
  const { causeId } = item;
  if (alert.incidentId !== null) {
    if (causeId !== null) await assessSoon(tx, alert.incidentId, deps.clock.now(), causeId);
    return DONE;
  }
  if (alert.state === 'pending') return DONE;
  if (isQuiet(alert)) {
    await tellLater(tx, alert, causeId, deps.clock.now());
    return DONE;
  }
  const sign = signOfAlert(deps.incidents(), alert, deps.clock.now());
  const { decision, candidates } = await decide(tx, deps, alert, sign);
  if (decision.kind === 'attach') {
    const incident = candidates.find((candidate) => candidate.id === decision.incidentId)!;
    const { score, evidence, bridges } = decision;
    const why = { reasons: evidence.map(({ words }) => words), evidence, score, causeId };
    const joined = await joinAlert(tx, deps, incident, alert, why);
    for (const { incidentId, reason } of bridges) await bridge(tx, deps, joined.id, incidentId, reason, causeId);
    if (alert.state === 'resolved') await settleSoon(tx, deps, incident.id, causeId);
  } else if (decision.kind === 'open' && alert.state === 'firing') {
    await beginByAlert(tx, deps, alert, { reasons: decision.reasons, causeId });
  } else if (sign.opens && alert.state === 'resolved') await passed(tx, alert, causeId, deps.clock.now());
  return DONE;
}

/** It became quiet before it was its turn: the end of its quietness tells it then. */
async function tellLater(tx: IncidentTx, alert: Alert, causeId: string | null, at: number): Promise<void> {
  await tx.journal.append({
    actor: systemActor('incident'),
    fact: ALERT_FACTS.silenced,
    subject: { kind: 'alert', id: alert.id },
    causeId: causeId ?? undefined,
    summary: `Became quiet before it was correlated: ${alertWords(alert)}`,
    reason: 'quiet-by-now',
    data: { name: alert.name, severity: alert.severity },
    at,
  });
}

/** Paging fails open: when correlation itself breaks, a loud alert gets an incident of its own. */
async function decide(
  tx: IncidentTx,
  deps: IncidentDeps,
  alert: Alert,
  sign: Sign,
): Promise<Awaited<ReturnType<typeof place>>> {
  try {
    return await place(tx, deps.incidents(), sign, alert.state === 'resolved');
  } catch (error) {
    // A conflict of the database is not a fault of correlation: the store runs the transaction again.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const reasons = [`correlation failed: ${error.message}`];
    return { decision: sign.opens ? { kind: 'open', reasons } : { kind: 'leave', reasons }, candidates: [] };
  }
}

/** Two live incidents turn out to be one: the newer one, or the one nobody has accepted, ends in the other. */
async function bridge(
  tx: IncidentTx,
  deps: IncidentDeps,
  oneId: string,
  otherId: string,
  reason: string,
  causeId: string | null,
): Promise<void> {
  const one = await tx.incidents.byId(oneId);
  const other = await tx.incidents.byId(otherId);
  if (!one || !other || !isLive(one) || !isLive(other)) return;
  const first = one.openedAt <= other.openedAt ? one : other;
  const second = first === one ? other : one;
  // What a person has accepted stays theirs.
  const [into, from] = second.state === 'accepted' && first.state === 'open' ? [second, first] : [first, second];
  await mergeIncidents(tx, deps, { from, into, actor: systemActor('incident'), reason, causeId });
}
