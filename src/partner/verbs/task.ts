import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { isObject } from '../../signal/alertmanager-body.ts';
import { fitsPattern, readAlarm, readId, type TmfAlarm } from '../../signal/tmf642/index.ts';
import { setAck } from '../alarm/acknowledge.ts';
import { alarmRef, renderAlarm, taskRef } from '../alarm/render.ts';
import { alarmWords, iso, takePartnerAlarm } from '../alarm/take.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { AlarmRecord, AlarmTask, AlarmTaskKind } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerDeps, type PartnerServices } from '../services.ts';
import { actingAs, askingPartner } from './who.ts';

/** What each task must carry, and under which name it answers which alarms it reached. */
const TASKS: Readonly<Record<AlarmTaskKind, { readonly required: readonly string[]; readonly done: string }>> = {
  ackAlarms: { required: ['ackSystemId', 'ackUserId', 'alarmPattern'], done: 'ackedAlarm' },
  unAckAlarms: { required: ['ackSystemId', 'ackUserId', 'alarmPattern'], done: 'unAckedAlarm' },
  clearAlarms: { required: ['clearSystemId', 'clearUserId', 'alarmClearedTime', 'alarmPattern'], done: 'clearedAlarm' },
  commentAlarms: { required: ['comment', 'alarmPattern'], done: 'commentedAlarm' },
  groupAlarms: {
    required: ['sourceSystemId', 'alarmChangedTime', 'parentAlarm', 'correlatedAlarm'],
    done: 'groupedAlarm',
  },
  unGroupAlarms: {
    required: ['sourceSystemId', 'alarmChangedTime', 'parentAlarm', 'correlatedAlarm'],
    done: 'unGroupedAlarm',
  },
};
const MOST_PATTERNS = 100;
const MOST_COMMENTS = 100;

/**
 * `POST /ackAlarms` and its siblings: done at once, and kept to be read again. Of several patterns one is enough; within
 * one every field must fit.
 * @throws Fault `forbidden`, `body_invalid`
 */
export async function runAlarmTask(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  kind: AlarmTaskKind,
  body: unknown,
): Promise<AlarmTask> {
  permit(actor, 'partner.exchange');
  const input = readTask(kind, body);
  const partner = askingPartner(services, actor);
  const asking = actingAs(partner, actor);
  return deps.store.transact(async (tx) => {
    const url = services.setting().url;
    const open = await tx.partners.openAlarms(partner ? { partner: partner.name } : {});
    const reached = kind.endsWith('roupAlarms') ? referenced(input, open) : matching(input, open, url);
    const done: AlarmRecord[] = [];
    for (const record of reached) {
      const after = await apply(tx, deps, services, asking, kind, input, record, reached[0]!);
      if (after) done.push(after);
    }
    const task: AlarmTask = {
      id: deps.ids.next('pts'),
      partner: partner?.name ?? '',
      kind,
      body: { ...input, state: 'done', [TASKS[kind].done]: done.map((record) => taskRef(record, url)) },
      createdAt: deps.clock.now(),
    };
    await tx.partners.insertTask(task);
    return task;
  });
}

function readTask(kind: AlarmTaskKind, body: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(body))
    throw new Fault('body_invalid', { what: `send an object with ${TASKS[kind].required.join(', ')}` });
  const missing = TASKS[kind].required.filter((field) => body[field] === undefined || body[field] === null);
  if (missing.length > 0) throw new Fault('body_invalid', { what: `${kind} lacks ${missing.join(', ')}` });
  const patterns = body['alarmPattern'];
  if (patterns === undefined) return body;
  if (!Array.isArray(patterns) || patterns.length === 0 || patterns.length > MOST_PATTERNS) {
    throw new Fault('body_invalid', { what: `alarmPattern must be a list of 1 to ${MOST_PATTERNS} patterns` });
  }
  for (const pattern of patterns) {
    if (!isObject(pattern) || Object.keys(pattern).length === 0) {
      throw new Fault('body_invalid', {
        what: 'a pattern without a field would mean every alarm; write at least its id',
      });
    }
  }
  return body;
}

function matching(input: Readonly<Record<string, unknown>>, open: readonly AlarmRecord[], url: string): AlarmRecord[] {
  const patterns = input['alarmPattern'] as readonly unknown[];
  return open.filter((record) => {
    const shown = renderAlarm(record, url);
    return patterns.some((pattern) => fitsPattern(shown, pattern));
  });
}

/** The parent first, then those that belong to it. */
function referenced(input: Readonly<Record<string, unknown>>, open: readonly AlarmRecord[]): AlarmRecord[] {
  const ids = [input['parentAlarm'], ...[input['correlatedAlarm']].flat()].map((ref) =>
    isObject(ref) ? (readId(ref['id'], 'the reference') ?? '') : '',
  );
  const found = ids.map((id) => open.find(({ number }) => String(number) === id));
  const lost = ids.filter((_, index) => !found[index]);
  if (lost.length > 0) throw new Fault('body_invalid', { what: `there is no open alarm ${lost.join(', ')}` });
  return found as AlarmRecord[];
}

async function apply(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  kind: AlarmTaskKind,
  input: Readonly<Record<string, unknown>>,
  record: AlarmRecord,
  parent: AlarmRecord,
): Promise<AlarmRecord | null> {
  const now = deps.clock.now();
  switch (kind) {
    case 'ackAlarms':
    case 'unAckAlarms': {
      const { ackSystemId, ackUserId } = readAlarm({
        ackSystemId: input['ackSystemId'],
        ackUserId: input['ackUserId'],
      }).alarm;
      const ackState = kind === 'ackAlarms' ? 'acknowledged' : 'unacknowledged';
      return setAck(tx, deps, actor, record, { ackState, ackSystemId, ackUserId });
    }
    case 'clearAlarms': {
      // What we measure ends when the measurement says so, not when a partner does.
      const partner = record.origin === 'partner' ? partnerOf(services, record.partner) : null;
      if (!partner) return null;
      const { clearSystemId, clearUserId, alarmClearedTime } = input;
      const { alarm } = readAlarm({
        clearSystemId,
        clearUserId,
        alarmClearedTime,
        state: 'cleared',
        perceivedSeverity: 'cleared',
      });
      const read = {
        id: record.remoteId,
        alarm: { ...keyOf(record.alarm), ...alarm, alarmChangedTime: iso(Math.max(now, record.changedAt)) },
      };
      return (await takePartnerAlarm(tx, deps, services, partner, read, { by: 'task', at: now })).record;
    }
    case 'commentAlarms': {
      const before = Array.isArray(record.alarm['comment']) ? (record.alarm['comment'] as unknown[]) : [];
      const said = [input['comment']].flat();
      return rewrite(
        tx,
        actor,
        record,
        { comment: [...before, ...said].slice(-MOST_COMMENTS) },
        PARTNER_FACTS.alarmCommented,
        'commented on',
      );
    }
    case 'groupAlarms':
    case 'unGroupAlarms': {
      const url = services.setting().url;
      if (record.id === parent.id) return null;
      const parents = kind === 'groupAlarms' ? [alarmRef(parent, url)] : [];
      return rewrite(
        tx,
        actor,
        record,
        { parentAlarm: parents },
        PARTNER_FACTS.alarmGrouped,
        kind === 'groupAlarms' ? 'put under another one' : 'took from another one',
      );
    }
  }
}

function keyOf({ sourceSystemId, externalAlarmId }: TmfAlarm): TmfAlarm {
  return {
    ...(sourceSystemId === undefined ? {} : { sourceSystemId }),
    ...(externalAlarmId === undefined ? {} : { externalAlarmId }),
  };
}

async function rewrite(
  tx: PartnerTx,
  actor: Actor,
  record: AlarmRecord,
  change: Readonly<Record<string, unknown>>,
  fact: string,
  did: string,
): Promise<AlarmRecord> {
  const after = { ...record, alarm: { ...record.alarm, ...change } };
  await tx.partners.updateAlarm(record.id, { alarm: after.alarm });
  await tx.journal.append({
    actor,
    fact,
    subject: { kind: 'partner-alarm', id: record.id },
    summary: `${actor.name} ${did} the alarm: ${alarmWords(record.alarm)}`,
    data: { partner: record.partner },
  });
  return after;
}
