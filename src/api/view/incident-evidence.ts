import type { z } from 'zod';
import { ACTION_FACTS } from '../../action/index.ts';
import {
  CORRELATION_PRIOR,
  INCIDENT_FACTS,
  similarIncidents,
  suppressedBy,
  type Topology,
} from '../../incident/index.ts';
import type { Incident, Ranking } from '../../incident/incident.ts';
import type { ApiContext, Tx } from '../context.ts';
import type * as contract from '../contract.ts';
import { findIncident } from './incident-detail.ts';

const MAX_ALERTS = 500;

/** Why its alerts belong to an incident, what may have caused it, and which past ones were like it. */
export async function incidentEvidence(
  tx: Tx,
  context: ApiContext,
  id: string,
): Promise<z.infer<typeof contract.incidentEvidence>> {
  const incident = await findIncident(tx, id);
  const { topology } = context.config().incidentSettings;
  const titled = (name: string) => ({ name, title: topology.titleOf(name) });
  const alerts = (await tx.alerts.list({ incidentId: incident.id, limit: MAX_ALERTS })).items;
  const under = suppressedBy(alerts, topology);
  const ranking = await tx.correlation.ranking(incident.id);
  return {
    ranking:
      ranking === null
        ? null
        : {
            ...ranking,
            measures: ranking.measures === null ? null : measuresView(ranking.measures, topology),
            causes: ranking.causes.map((cause) => ({
              ...cause,
              title: topology.titleOf(cause.component),
              path: cause.path.map(titled),
            })),
          },
    links: (await tx.incidents.links(incident.id)).slice(0, MAX_ALERTS).map((link) => {
      const parent = link.memberKind === 'alert' ? under.get(link.memberId) : undefined;
      const sum = link.evidence.reduce((all, { weight }) => all + weight, CORRELATION_PRIOR);
      return {
        ...link,
        score: link.evidence.length === 0 ? null : Math.round(sum * 100) / 100,
        under: parent === undefined ? null : titled(parent),
      };
    }),
    merged: await mergedInto(tx, incident),
    similar: await Promise.all(
      (await similarIncidents(tx, topology, incident)).map(async (one) => ({
        ...one,
        helped: await helpedThen(tx, context, one.incident),
      })),
    ),
  };
}

type MeasuresView = NonNullable<NonNullable<z.infer<typeof contract.incidentEvidence>['ranking']>['measures']>;

function measuresView(
  { askedAt, abstained, why, explanation }: NonNullable<Ranking['measures']>,
  topology: Topology,
): MeasuresView {
  const [first] = explanation?.abstained === null ? explanation.causes : [];
  return {
    askedAt,
    abstained,
    why,
    first: first
      ? { component: first.component, title: topology.titleOf(first.component), probability: first.probability }
      : null,
  };
}

async function mergedInto(tx: Tx, incident: Incident): Promise<z.infer<typeof contract.incidentEvidence>['merged']> {
  const found = new Map<string, z.infer<typeof contract.incidentEvidence>['merged'][number]>();
  for (const { fact, data, actorName, at, reason } of await tx.journal.ofIncident(incident.id)) {
    const from = data['from'];
    if (fact !== INCIDENT_FACTS.absorbed || typeof from !== 'string') continue;
    const other = await tx.incidents.byId(from);
    if (other?.mergedInto !== incident.id) continue;
    found.set(from, { id: from, number: other.number, title: other.title, by: actorName, at, reason: reason ?? '' });
  }
  return [...found.values()];
}

/** How a past incident ended, in words: its reason, playbooks that recovered it, and what was improved after it. */
async function helpedThen(tx: Tx, context: ApiContext, incident: Incident): Promise<string[]> {
  const { playbooks } = context.config();
  const words: string[] = [];
  const entries = await tx.journal.ofIncident(incident.id);
  const recovered = entries.filter(({ fact }) => fact === ACTION_FACTS.playbookRecovered);
  const runs = await tx.actions.playbookRunsOf(incident.id);
  for (const run of runs.filter(({ state }) => state === 'recovered')) {
    words.push(`Playbook "${playbooks.find(({ name }) => name === run.playbook)?.title ?? run.playbook}" recovered it`);
  }
  if (runs.length === 0) for (const { summary } of recovered) words.push(summary);
  const ended = entries.findLast(({ fact }) => fact === INCIDENT_FACTS.resolved);
  if (ended?.reason) words.push(`${ended.summary.replace(/\.$/, '')}: ${ended.reason}`);
  for (const { incidentId, title, state } of await tx.improvements.list()) {
    if (incidentId === incident.id && state !== 'rejected') words.push(`Improvement (${state}): ${title}`);
  }
  return words.slice(0, 5);
}
