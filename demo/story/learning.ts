import { parseDocument } from 'yaml';
import { improvementView, retroList, ruleDefinitionList } from '../../src/api/contract.ts';
import { notYet, seen, type Act, type Stage } from './act.ts';
import { theIncident } from './look-up.ts';

const WATERMARK = 'vehicle-heartbeats-low';

const retroFilled: Act = {
  number: 13,
  title: 'A ticket stands, and the retro is filled in from the facts',
  within: 10,
  expects: 'a ticket of the incident, and a retro with the instants of detection, page and acceptance',
  async look(stage) {
    const detail = await theIncident(stage);
    const retros = await stage.server.ask('/ops/v1/retros', retroList);
    const retro = retros.items.find(({ incidentId }) => incidentId === stage.memory.incidentId);
    const ticket = detail?.tickets[0];
    if (retro === undefined || ticket === undefined) {
      return notYet(`${detail?.tickets.length ?? 0} tickets, retro ${retro === undefined ? 'missing' : 'there'}`);
    }
    stage.memory.retroId = retro.id;
    const { facts } = retro;
    if (facts.firstAlertAt === null || facts.firstPageAt === null || facts.acceptedAt === null) {
      return notYet(`a retro without all instants: ${JSON.stringify(facts)}`);
    }
    const since = (at: number) => ((at - (stage.memory.onsetAt ?? facts.startedAt)) / 60_000).toFixed(1);
    return seen(
      `ticket ${ticket.number} (${ticket.state}): ${ticket.title}`,
      `minutes after the onset: detected ${since(facts.firstAlertAt)}, paged ${since(facts.firstPageAt)}, ` +
        `accepted ${since(facts.acceptedAt)}${facts.recoveredAt === null ? '' : `, recovered ${since(facts.recoveredAt)}`}`,
      `${facts.alerts} alerts, ${facts.pages} pages, ${facts.observations} observations, ${facts.escalations} escalations`,
    );
  },
};

/**
 * The definition of the watermark with a tighter mark: heartbeats below 300 for one minute instead of 150 for four.
 * @param definition YAML (or JSON, which is YAML) as the server gives it
 */
export function tighter(definition: string): string {
  const document = parseDocument(definition);
  document.setIn(['low', 'critical'], 300);
  document.set('for', '1m');
  return document.toString({ lineWidth: 0 });
}

/** Proposes the tighter watermark and asks for its proof. */
async function propose(stage: Stage): Promise<void> {
  const { items } = await stage.server.ask('/ops/v1/rules/definitions', ruleDefinitionList);
  const rule = items.find((one) => one.kind === 'watermark' && one.rule.includes(WATERMARK));
  if (rule === undefined)
    throw new Error(`no definition of ${WATERMARK} among ${items.map((one) => one.rule).join(', ')}`);
  const created = await stage.server.ask('/ops/v1/improvements', improvementView, {
    method: 'POST',
    body: {
      title: 'Hear sooner that a carrier falls silent',
      body: 'Less than a third of the cars heard for one minute is no noise: alert then.',
      retroId: stage.memory.retroId,
      incidentId: stage.memory.incidentId,
      change: { kind: rule.kind, rule: rule.rule, after: tighter(rule.definition) },
    },
  });
  stage.memory.improvementId = created.id;
  await stage.server.ask(`/ops/v1/improvements/${created.id}/prove`, improvementView, { method: 'POST', body: {} });
}

const improvementProved: Act = {
  number: 14,
  title: 'An improvement is proposed and proved by replay',
  within: 15,
  expects: 'the verdict that the changed rule would have alerted earlier, with no extra alerts',
  play: propose,
  async look(stage) {
    if (stage.memory.improvementId === null) return notYet('no improvement');
    const improvement = await stage.server.ask(`/ops/v1/improvements/${stage.memory.improvementId}`, improvementView);
    const { proof } = improvement;
    if (proof === null) return notYet(`improvement ${improvement.number} is ${improvement.state}, without a proof`);
    const better = (proof.earlierBy ?? 0) > 0 && proof.extraAlerts === 0;
    if (!better) return notYet(proof.verdict);
    return seen(`improvement ${improvement.number} (${improvement.state}): ${proof.verdict}`);
  },
};

export const LEARNING_ACTS: readonly Act[] = [retroFilled, improvementProved];
