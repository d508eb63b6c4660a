import { opensIncident } from '../../alert/severity.ts';
import { systemActor } from '../../core/actor.ts';
import { DONE, type Handler, type Outcome } from '../../core/work.ts';
import { isLive } from '../change.ts';
import {
  askNormal,
  explainByMeasures,
  measuredUntil,
  onGrid,
  silenceOf,
  type MeasuredAnswer,
  type MeasureQuestion,
} from '../cause/measured.ts';
import type { RawMeasures } from '../cause/read-measures.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import { alertsOf } from '../move.ts';
import { CORRELATION_LOCK, type IncidentTx } from '../ports.ts';
import type { AskMeasures, IncidentDeps, IncidentSettings } from '../settings.ts';
import { changesBefore, reassess } from './assess.ts';
import { GREW_AFTER } from './explain-soon.ts';

/** How often they are asked again while values since the onset still come in. */
const AGAIN_AFTER = 60_000;
/** While the engine cannot answer: the pauses grow up to this. */
const AWAY_MOST = 600_000;
/** Of how many incidents the normal period is kept: it does not change, and is most of what is asked for. */
const KEPT = 8;

interface Asked extends MeasureQuestion {
  readonly settings: IncidentSettings;
  readonly alerts: number;
}

/**
 * Asks the measures what explains an incident, and again while values come in and while it grows. An engine that is slow
 * or away is a reason for silence, never for a row that fails: pages and incidents go on by the alerts.
 */
export function explainWork(deps: IncidentDeps, ask: AskMeasures): Handler<IncidentTx> {
  const kept = new NormalKeeper();
  return {
    kind: INCIDENT_WORK.explain,
    lock: CORRELATION_LOCK,
    async outside(item) {
      const asked = await questionOf(deps, item.key);
      if (!asked) return async () => DONE;
      const { settings, onset, now } = asked;
      const cause = settings.cause!;
      const failures = Number(item.payload['failures'] ?? 0);
      let answer: MeasuredAnswer;
      try {
        answer = await ask(async (measure) => {
          const { topology } = settings;
          const normal = await kept.of(item.key, settings, onGrid(onset, cause.step), (from) =>
            askNormal(measure, cause, topology, from),
          );
          return explainByMeasures(measure, cause, topology, asked, normal);
        });
      } catch (error) {
        const silence = silenceOf(error);
        if (silence === null) throw error;
        answer = { askedAt: now, ...silence, explanation: null, calls: [] };
      }
      return async (tx) => {
        const current = await tx.incidents.byId(item.key);
        if (!current || !isLive(current)) return DONE;
        const before = (await tx.correlation.ranking(item.key))?.measures ?? null;
        const told = keepAnswer(answer, before);
        await tell(tx, settings, item.key, before, told, item.causeId);
        await reassess(tx, deps, item.key, told, item.causeId);
        const grew = (await alertsOf(tx, item.key)).length > asked.alerts;
        return nextTime(answer, { now, failures, until: measuredUntil(cause, onset), grew });
      };
    },
  };
}

async function questionOf(deps: IncidentDeps, incidentId: string): Promise<Asked | null> {
  const settings = deps.incidents();
  const { topology, past } = settings;
  if (settings.cause === null) return null;
  const now = deps.clock.now();
  return deps.store.read(async (tx) => {
    const incident = await tx.incidents.byId(incidentId);
    if (!incident || !isLive(incident)) return null;
    const alerts = await alertsOf(tx, incident.id);
    const places = alerts.map(({ labels }) => topology.placeOf(labels).root);
    // A warning may have come long before: the onset is the first alert that was loud enough to open an incident.
    const loud = alerts.filter(({ severity }) => opensIncident(severity)).map(({ startsAt }) => startsAt);
    const onset = Math.min(now, loud.length > 0 ? Math.min(...loud) : incident.startedAt);
    const felt = places.filter((name) => !places.some((other) => topology.needs(other, name)));
    return {
      settings,
      alerts: alerts.length,
      symptoms: [...new Set([...felt, ...places])],
      onset,
      now,
      changes: await changesBefore(tx, incident.startedAt),
      rejected: (caller, callee) => past.rejected(caller, callee),
    };
  });
}

/** What an engine said while it was there stays while it is away; why it says nothing now is told with it. */
function keepAnswer(answer: MeasuredAnswer, before: MeasuredAnswer | null): MeasuredAnswer {
  if (answer.explanation !== null || before === null || before.explanation === null) return answer;
  return { ...answer, explanation: before.explanation, calls: before.calls };
}

function nextTime(
  { abstained }: MeasuredAnswer,
  at: { readonly now: number; readonly failures: number; readonly until: number; readonly grew: boolean },
): Outcome {
  const { now, failures, until, grew } = at;
  if (abstained === 'engine-away' || abstained === 'engine-slow') {
    const pause = Math.min(AWAY_MOST, AGAIN_AFTER * 2 ** failures);
    return { kind: 'again', dueAt: now + pause, payload: { failures: failures + 1 } };
  }
  if (grew) return { kind: 'again', dueAt: now + GREW_AFTER, payload: {} };
  // A question that is refused, or too large, is so again; where nothing is measured, only new alerts change that.
  const final = abstained === 'query-refused' || abstained === 'too-many-series' || abstained === 'not-measured';
  return final || now > until ? DONE : { kind: 'again', dueAt: now + AGAIN_AFTER, payload: {} };
}

/** A row when the measures say something else than before. That nothing is measured there is shown, and no news. */
async function tell(
  tx: IncidentTx,
  { topology }: IncidentSettings,
  incidentId: string,
  before: MeasuredAnswer | null,
  { abstained, why, explanation, askedAt }: MeasuredAnswer,
  causeId: string | null,
): Promise<void> {
  const [first] = abstained === null ? (explanation?.causes ?? []) : [];
  const said = abstained ?? first?.component ?? null;
  const [firstBefore] = before?.abstained === null ? (before.explanation?.causes ?? []) : [];
  if (said === null || said === 'not-measured' || said === (before?.abstained ?? firstBefore?.component)) return;
  const share = first ? `${Math.round(first.probability * 100)} %` : '';
  await tx.journal.append({
    actor: systemActor('incident'),
    fact: INCIDENT_FACTS.causeMeasured,
    subject: { kind: 'incident', id: incidentId },
    incidentId,
    causeId: causeId ?? undefined,
    summary: first
      ? `The measures point at ${topology.titleOf(first.component)} (${share}).`
      : 'The measures name no cause.',
    reason: first ? first.reasons.join('; ') : (why ?? said),
    data: first
      ? { component: first.component, kind: first.kind, probability: first.probability }
      : { abstained: said },
    at: askedAt,
  });
}

/** The normal period of the last few incidents. */
class NormalKeeper {
  readonly #kept = new Map<
    string,
    { readonly settings: IncidentSettings; readonly onset: number; readonly raw: RawMeasures }
  >();

  async of(
    incidentId: string,
    settings: IncidentSettings,
    onset: number,
    ask: (onset: number) => Promise<RawMeasures>,
  ): Promise<RawMeasures> {
    const known = this.#kept.get(incidentId);
    if (known?.settings === settings && known.onset === onset) return known.raw;
    const raw = await ask(onset);
    this.#kept.delete(incidentId);
    this.#kept.set(incidentId, { settings, onset, raw });
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return raw;
  }
}
