import { publicStatus } from '../../src/api/contract.ts';
import { pause } from '../clock.ts';
import { pressAccept } from '../send/accept.ts';
import { notYet, seen, type Act, type Stage } from './act.ts';
import { acceptLink, afterOnset, levels, shown, theIncident, withLabels } from './look-up.ts';

/** The alarm in the partner's own form, which the configuration maps to ours. */
async function partnerAlarm(stage: Stage, state: 'raised' | 'cleared'): Promise<void> {
  const raised = (stage.memory.onsetAt ?? stage.clock.now()) + 30_000;
  const alarm = {
    id: 48_211,
    state,
    place: 'Berlin',
    perceivedSeverity: 'critical',
    specificProblem: 'Packet core: loss of signalling, region Berlin',
    probableCause: 'Failed software update of two gateways',
    alarmRaisedTime: new Date(raised).toISOString(),
  };
  await stage.server.tell('/in/carrier-north', alarm, stage.token);
}

const partnerComesLate: Act = {
  number: 10,
  title: 'The partner’s own alarm comes late and joins the incident',
  within: 5,
  expects: 'the alert CarrierAlarm on the same incident',
  play: (stage) => partnerAlarm(stage, 'raised'),
  async look(stage) {
    const detail = await theIncident(stage);
    const alarm = detail?.alerts.find(({ name }) => name === 'CarrierAlarm');
    if (alarm === undefined) return notYet(`${detail?.alerts.length ?? 0} alerts on the incident, none of the partner`);
    const link = detail?.links.find(({ memberId }) => memberId === alarm.id);
    return seen(
      `${alarm.annotations['summary'] ?? alarm.name} (${alarm.annotations['description'] ?? ''})`,
      `received ${afterOnset(stage, link?.linkedAt ?? alarm.lastSeenAt)}, joined because ${link?.reason ?? 'of its place'}`,
    );
  },
};

/** The deputy opens the link of the e-mail, which must change nothing, and then presses its button. */
async function deputyAccepts(stage: Stage): Promise<string | null> {
  const letter = stage.mail.letters.find(({ to }) => to.includes('jonas@'));
  const link = letter === undefined ? null : acceptLink(letter.text);
  if (link === null) return 'no acceptance link in an e-mail to the deputy';
  const page = await pressAccept(link, 'open');
  const before = await theIncident(stage);
  if (before?.incident.state !== 'open')
    return `opening the link made the incident ${before?.incident.state ?? 'vanish'}`;
  await pressAccept(link, 'press', page);
  stage.memory.linkPosted = true;
  return null;
}

const playbookSwitches: Act = {
  number: 11,
  title: 'The playbook moves the cars to Carrier South; the deputy accepts',
  within: 25,
  expects:
    'one call to the vehicle router, the run recovered, the incident accepted by the link of the deputy’s e-mail',
  async look(stage) {
    const { router, memory } = stage;
    if (router.calls.length === 0) {
      const runs = (await theIncident(stage))?.playbookRuns ?? [];
      return notYet(`the vehicle router was not called; runs: ${runs.map(({ state }) => state).join(', ') || 'none'}`);
    }
    if (!memory.linkPosted) {
      const trouble = await deputyAccepts(stage);
      if (trouble !== null) return notYet(trouble);
    }
    const detail = await theIncident(stage);
    const run = detail?.playbookRuns.at(-1);
    const state = detail?.incident.state ?? 'gone';
    const found = `the run ${run?.state ?? 'missing'}: ${run?.results.at(-1)?.detail ?? ''}; the incident ${state}`;
    if (detail === null || run?.state !== 'recovered' || state === 'open') return notYet(found);
    const south = withLabels(await levels(stage, 'vehicle-heartbeats'), { city: 'berlin', carrier: 'south' });
    return seen(
      `router called with ${router.calls[0] ?? ''}; ${run.results.at(-1)?.detail ?? ''}`,
      `recovered ${afterOnset(stage, run.finishedAt)}; heartbeats over South in Berlin ${shown(south?.value ?? null)} a minute`,
      `opening the link changed nothing; pressing it: accepted by ${detail.incident.acceptedBy ?? '?'} ${afterOnset(stage, detail.incident.acceptedAt)}`,
    );
  },
};

/** How long Carrier North needs after the cars were moved, in simulated minutes. */
const REPAIR_TAKES = 8;

const allClear: Act = {
  number: 12,
  title: 'Carrier North is back: alarms resolve, the incident closes, members get the all-clear',
  within: 50,
  expects: 'all alerts resolved, the incident resolved, a last word to members, the status page ok',
  async play(stage) {
    await pause((REPAIR_TAKES * 60_000) / stage.clock.speed, stage.signal);
    const at = stage.clock.now();
    stage.memory.recoveredAt = at;
    // The router notices that North is back and lets the cars return a minute later.
    stage.world.change({ recoveredAt: at, northAt: at + 60_000 });
    await partnerAlarm(stage, 'cleared');
  },
  async look(stage) {
    const detail = await theIncident(stage);
    if (detail === null) return notYet('no incident');
    const firing = detail.alerts.filter(({ state }) => state !== 'resolved').map(({ name }) => name);
    const notice = detail.notices.find(({ phase }) => phase === 'resolved');
    const status = await stage.server.ask('/status/data.json', publicStatus);
    if (detail.incident.state !== 'resolved' || notice === undefined || status.state !== 'ok') {
      const alarms = firing.length === 0 ? 'all alerts resolved' : `firing: ${firing.join(', ')}`;
      return notYet(
        `incident ${detail.incident.state}; ${alarms}; all-clear ${notice === undefined ? 'not' : ''} told; status page ${status.state}`,
      );
    }
    return seen(
      `incident ${detail.incident.number} resolved ${afterOnset(stage, detail.incident.resolvedAt)}, ${detail.alerts.length} alerts, 1 incident`,
      `to members: ${notice.title['en'] ?? ''}. ${notice.body['en'] ?? ''}`,
    );
  },
};

export const RECOVERY_ACTS: readonly Act[] = [partnerComesLate, playbookSwitches, allClear];
