import { systemActor } from '../core/actor.ts';
import { formatDuration } from '../core/duration.ts';
import type { Deps } from '../core/transaction.ts';
import { DONE, type Handler } from '../core/work.ts';
import { rowOf } from '../incident/change.ts';
import { INCIDENT_FACTS, type IncidentSettings } from '../incident/index.ts';
import type { Incident } from '../incident/incident.ts';
import { alertsOf } from '../incident/move.ts';
import { RETRO_FACTS, RETRO_WORK } from './facts.ts';
import { gatherFacts } from './gather.ts';
import { lossesBehind, lossesByFunction, lossWords } from './losses.ts';
import type { RetroTx } from './ports.ts';
import type { Retro, RetroFacts } from './retro.ts';

export interface RetroDeps extends Deps<RetroTx> {
  /** The settings of the stage incident, for the partners behind alerts. */
  readonly incidents: () => Pick<IncidentSettings, 'partnerOf' | 'topology'>;
}

/** Writes the draft of a retro when its incident resolves; when it resolves again, gathers the facts anew. */
export function prefillWork(deps: RetroDeps): Handler<RetroTx> {
  return {
    kind: RETRO_WORK.prefill,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      const incident = row?.incidentId ? await tx.incidents.byId(row.incidentId) : null;
      if (!incident) return { kind: 'quarantine', reason: 'the work names no incident' };
      // Reopened meanwhile: the next resolve leads here again.
      if (incident.state !== 'resolved') return DONE;
      const facts = await factsOf(tx, deps, incident);
      const now = deps.clock.now();
      const known = await tx.retros.ofIncident(incident.id);
      const causeId = row?.id;
      if (!known) {
        await begin(tx, deps, incident, facts, causeId);
        return DONE;
      }
      // A corrected instant changes the facts, not what was agreed on; an incident that came back is to be held again.
      const corrected = row?.fact === INCIDENT_FACTS.corrected;
      const change = { facts, updatedAt: now, state: corrected ? known.state : ('draft' as const) };
      if (!(await tx.retros.update(known.id, known.version, change))) return { kind: 'again', dueAt: now };
      await tx.journal.append({
        actor: systemActor('retro'),
        fact: RETRO_FACTS.refreshed,
        subject: { kind: 'retro', id: known.id },
        incidentId: incident.id,
        causeId,
        summary: `The facts of incident ${incident.number} were gathered anew.`,
        reason: corrected ? 'its timeline was corrected' : 'it resolved again',
      });
      return DONE;
    },
  };
}

async function factsOf(tx: RetroTx, deps: RetroDeps, incident: Incident): Promise<RetroFacts> {
  const { id } = incident;
  const alerts = await alertsOf(tx, id);
  return gatherFacts({
    incident,
    entries: await tx.journal.ofIncident(id),
    alerts,
    pages: await tx.actions.pagesOf(id),
    notices: await tx.actions.noticesOf(id),
    contacts: await tx.actions.partnerContactsOf(id),
    observations: (await tx.signals.observations({ incidentId: id })).length,
    losses: lossesByFunction(await lossesBehind(tx, alerts), alerts),
    partnerOf: deps.incidents().partnerOf,
  });
}

async function begin(
  tx: RetroTx,
  deps: RetroDeps,
  incident: Incident,
  facts: RetroFacts,
  causeId: string | undefined,
): Promise<void> {
  const now = deps.clock.now();
  const retro: Retro = {
    id: deps.ids.next('ret'),
    incidentId: incident.id,
    title: incident.title,
    state: 'draft',
    facts,
    summary: firstSummary(incident, facts, deps.incidents()),
    rootCause: '',
    wentWell: '',
    wentBadly: '',
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  await tx.retros.insert(retro);
  await tx.journal.append({
    actor: systemActor('retro'),
    fact: RETRO_FACTS.prefilled,
    subject: { kind: 'retro', id: retro.id },
    incidentId: incident.id,
    causeId,
    summary: `A retro of incident ${incident.number} was drafted from its facts.`,
  });
}

/** What the facts say in a few sentences. The root cause is left for people: a probable one is no proof. */
function firstSummary(incident: Incident, facts: RetroFacts, settings: Pick<IncidentSettings, 'topology'>): string {
  const lasted = (facts.resolvedAt ?? facts.startedAt) - facts.startedAt;
  const rounded = Math.round(lasted / 60_000) * 60_000;
  const lines = [`${incident.title}. It lasted ${formatDuration(rounded)}.`];
  if (incident.cause) {
    const { component, reasons } = incident.cause;
    lines.push(`Probable cause: ${settings.topology.titleOf(component)} (${reasons.join('; ')}).`);
  }
  const lost = (facts.losses ?? []).filter(({ amount }) => amount >= 0.5);
  if (lost.length > 0) {
    const { functions } = settings.topology;
    const titleOf = (name: string) => wordsOf(functions.find((one) => one.name === name)?.title ?? name);
    lines.push(`Lost: ${lost.map((loss) => lossWords(loss, titleOf)).join('; ')}.`);
  }
  return lines.join('\n');
}

/** A title may be there in several languages; the draft is written in English. */
function wordsOf(title: string | Readonly<Record<string, string>>): string {
  return typeof title === 'string' ? title : (title['en'] ?? Object.values(title)[0] ?? '');
}
