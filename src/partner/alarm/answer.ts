import { systemActor } from '../../core/actor.ts';
import { fingerprint } from '../../core/labels.ts';
import { DONE, mustHold, type Handler, type WorkItem } from '../../core/work.ts';
import { rowOf } from '../../incident/change.ts';
import { INCIDENT_FACTS } from '../../incident/index.ts';
import { PARTNER_FACTS, PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import { again, headersTo, isTaken, refused, triesOf } from '../link/call.ts';
import type { AlarmRecord } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { setAck } from './acknowledge.ts';
import { notifyHubs } from './notify.ts';
import { alarmWords, iso } from './take.ts';

const MOST_TRIES = 8;
/** Answers of partners that have no task resources: the alarm itself is changed instead. */
const NO_TASKS = [404, 405, 501];
type Task = 'ackAlarms' | 'clearAlarms';

/** An incident was accepted or resolved: the partner of each alarm in it is told, as configured. */
export function answerIncidentWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.answerIncident,
    async inside(tx, item) {
      const entry = await rowOf(tx, item);
      const incidentId = entry?.incidentId;
      if (!entry || !incidentId) return DONE;
      const task: Task = entry.fact === INCIDENT_FACTS.accepted ? 'ackAlarms' : 'clearAlarms';
      for (const { partner, record } of await alarmsOf(tx, services, incidentId)) {
        await answer(tx, deps, services, partner, record, task, entry.id);
      }
      return DONE;
    },
  };
}

/** The partners' open alarms in an incident. */
async function alarmsOf(
  tx: PartnerTx,
  services: PartnerServices,
  incidentId: string,
): Promise<{ partner: PartnerConfig; record: AlarmRecord }[]> {
  const alerts = (await tx.alerts.list({ incidentId, limit: 500 })).items;
  const found: { partner: PartnerConfig; record: AlarmRecord }[] = [];
  for (const name of new Set(alerts.map(({ source }) => /^tmf642:(.+)$/.exec(source)?.[1]))) {
    const partner = name === undefined ? null : partnerOf(services, name);
    if (!partner) continue;
    const prints = new Set(alerts.map((alert) => alert.fingerprint));
    for (const record of await tx.partners.openAlarms({ partner: partner.name, origin: 'partner' })) {
      if (prints.has(fingerprint({ source: `tmf642:${partner.name}`, key: record.key })))
        found.push({ partner, record });
    }
  }
  return found;
}

async function answer(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  partner: PartnerConfig,
  record: AlarmRecord,
  task: Task,
  causeId: string,
): Promise<void> {
  const { alarms } = partner;
  if (!alarms) return;
  const setting = services.setting();
  if (task === 'ackAlarms') {
    if (!alarms.acknowledge || record.ackState === 'acknowledged') return;
    const by = { ackState: 'acknowledged', ackSystemId: setting.url, ackUserId: setting.name } as const;
    const after = await setAck(tx, deps, systemActor('partner'), record, by);
    if (alarms.url === undefined) return notifyHubs(tx, deps, services, after, 'AlarmStateChangeEvent', causeId);
  }
  if ((task === 'clearAlarms' && !alarms.clear) || alarms.url === undefined || record.remoteId === null) return;
  await tx.work.put({
    kind: PARTNER_WORK.answerAlarm,
    key: `${record.id}:${task}`,
    priority: PARTNER_PRIORITY,
    payload: { recordId: record.id, number: record.number, task, at: deps.clock.now() },
    causeId,
  });
}

/** Tells a partner what we did with its alarm. */
export function answerAlarmWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.answerAlarm,
    async outside(item) {
      const record = await deps.store.read((tx) => tx.partners.alarmByNumber(Number(item.payload['number'])));
      const partner = record && partnerOf(services, record.partner);
      // Over meanwhile: there is nothing left to answer.
      if (!record || record.remoteId === null || partner?.alarms?.url === undefined || record.state === 'cleared') {
        return () => Promise.resolve(DONE);
      }
      mustHold(item, deps.clock.now());
      try {
        await tellPartner(services, partner, record, item);
        return () => Promise.resolve(DONE);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return async (tx) => {
          if (triesOf(item) < MOST_TRIES) return again(item, deps.clock.now());
          await tx.journal.append({
            actor: systemActor('partner'),
            fact: PARTNER_FACTS.alarmAnswerFailed,
            subject: { kind: 'partner-alarm', id: record.id },
            causeId: item.causeId ?? undefined,
            summary: `${partner.title} could not be told of "${alarmWords(record.alarm)}": ${why}`,
            reason: 'given-up',
            data: { partner: partner.name },
          });
          return DONE;
        };
      }
    },
  };
}

async function tellPartner(
  services: PartnerServices,
  partner: PartnerConfig,
  record: AlarmRecord,
  item: WorkItem,
): Promise<void> {
  const { url, authorization } = partner.alarms!;
  const { name, url: systemId } = services.setting();
  const task = item.payload['task'] as Task;
  const at = iso(Number(item.payload['at']));
  const remote = record.remoteId!;
  // The swagger has whole numbers here; partners with other ids get theirs back as they wrote them.
  const id = /^\d{1,15}$/.test(remote) ? Number(remote) : remote;
  const said =
    task === 'ackAlarms'
      ? { ackSystemId: systemId, ackUserId: name, ackTime: at }
      : { clearSystemId: systemId, clearUserId: name, alarmClearedTime: at };
  const body = JSON.stringify({ ...said, alarmPattern: [{ id }] });
  const call = { timeout: 15_000, headers: { ...headersTo(authorization), 'idempotency-key': item.key } };
  const done = await services.request({ ...call, method: 'POST', url: `${url}/${task}`, body });
  if (isTaken(done)) return;
  if (!NO_TASKS.includes(done.status)) throw refused(done);
  const { ackTime: _time, ...fields } = { ackTime: at, ...said };
  const change = task === 'ackAlarms' ? { ackState: 'acknowledged', ...fields } : { state: 'cleared', ...fields };
  const patched = await services.request({
    ...call,
    headers: { ...call.headers, 'content-type': 'application/merge-patch+json' },
    method: 'PATCH',
    url: `${url}/alarm/${encodeURIComponent(remote)}`,
    body: JSON.stringify(change),
  });
  if (!isTaken(patched)) throw refused(patched);
}
