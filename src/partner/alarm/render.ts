import type { AlarmRecord, AlarmTask, PartnerHub } from '../nouns.ts';
import { iso } from './take.ts';

export const ALARM_BASE = '/tmf-api/alarm/v4';

/** A record as TMF642 v4 shows it: the id a number here, a text in references. */
export function renderAlarm(record: AlarmRecord, url: string): Record<string, unknown> {
  const { alarm } = record;
  return {
    ...alarm,
    id: record.number,
    href: `${url}${ALARM_BASE}/alarm/${record.number}`,
    '@type': alarm['@type'] ?? 'Alarm',
    state: record.state,
    ackState: record.ackState,
    alarmRaisedTime: alarm.alarmRaisedTime ?? iso(record.raisedAt),
    alarmChangedTime: iso(record.changedAt),
    ...(record.clearedAt === null ? {} : { alarmClearedTime: iso(record.clearedAt), perceivedSeverity: 'cleared' }),
  };
}

/** A reference in the answer of a task, where the specification has the id as a number again. */
export function taskRef(record: AlarmRecord, url: string): Record<string, unknown> {
  return { ...alarmRef(record, url), id: record.number };
}

export function alarmRef(record: AlarmRecord, url: string): Record<string, unknown> {
  return { id: String(record.number), href: `${url}${ALARM_BASE}/alarm/${record.number}`, '@referredType': 'Alarm' };
}

export function renderTask(task: AlarmTask, url: string): Record<string, unknown> {
  return { ...task.body, id: task.id, href: `${url}${ALARM_BASE}/${task.kind}/${task.id}` };
}

export function renderHub({ id, callback, query }: PartnerHub): Record<string, unknown> {
  return { id, callback, ...(query === null ? {} : { query }) };
}

/** An event as a hub is told it. `timeOcurred` is how the specification spells it. */
export function renderEvent(
  eventType: string,
  eventId: string,
  at: number,
  event: Readonly<Record<string, unknown>>,
  words: { readonly title: string; readonly domain?: string },
): Record<string, unknown> {
  return {
    eventId,
    eventTime: iso(at),
    eventType,
    correlationId: eventId,
    domain: words.domain ?? 'assurance',
    title: words.title.slice(0, 200),
    timeOcurred: iso(at),
    event,
  };
}
