import { Fault } from '../../core/fault.ts';
import { isObject } from '../alertmanager-body.ts';
import { readInstant } from '../instant.ts';

export type PerceivedSeverity = 'critical' | 'major' | 'minor' | 'warning' | 'indeterminate' | 'cleared';
export type AlarmState = 'raised' | 'updated' | 'cleared';
export type AckState = 'acknowledged' | 'unacknowledged';

/** An alarm as TMF642 v4 writes it, without its id and href. Fields beyond those checked here are kept as they are. */
export interface TmfAlarm {
  readonly [field: string]: unknown;
  readonly perceivedSeverity?: PerceivedSeverity;
  readonly state?: AlarmState;
  readonly ackState?: AckState;
  readonly alarmType?: string;
  readonly probableCause?: string;
  readonly specificProblem?: string;
  readonly alarmDetails?: string;
  readonly alarmedObjectType?: string;
  readonly alarmedObject?: { readonly [field: string]: unknown; readonly id?: unknown };
  readonly sourceSystemId?: string;
  readonly reportingSystemId?: string;
  readonly externalAlarmId?: string;
  readonly alarmRaisedTime?: string;
  readonly alarmChangedTime?: string;
  readonly alarmClearedTime?: string;
  readonly alarmReportingTime?: string;
  readonly proposedRepairedActions?: string;
  readonly serviceAffecting?: boolean;
  readonly clearSystemId?: string;
  readonly ackSystemId?: string;
}

/** An alarm read from a body: its id at the sender apart, because some write a number and some a text. */
export interface ReadAlarm {
  readonly id: string | null;
  readonly alarm: TmfAlarm;
}

const MOST_CHARACTERS = 20_000;
const MOST_TEXT = 4000;
/** Closed lists of the Alarm schema (the swagger has none). Partners also write them in capitals. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  perceivedSeverity: ['critical', 'major', 'minor', 'warning', 'indeterminate', 'cleared'],
  state: ['raised', 'updated', 'cleared'],
  ackState: ['acknowledged', 'unacknowledged'],
};
const TEXTS = new Set(
  `ackSystemId ackUserId alarmDetails alarmType alarmedObjectType clearSystemId clearUserId externalAlarmId
  plannedOutageIndicator probableCause proposedRepairedActions reportingSystemId sourceSystemId specificProblem
  @baseType @schemaLocation @type`.split(/\s+/),
);
const INSTANTS = new Set(['alarmChangedTime', 'alarmClearedTime', 'alarmRaisedTime', 'alarmReportingTime']);
const FLAGS = new Set(['alarmEscalation', 'isRootCause', 'serviceAffecting']);
const LISTS = new Set(['affectedService', 'comment', 'correlatedAlarm', 'parentAlarm', 'place']);
const OBJECTS = new Set(['alarmedObject', 'crossedThresholdInformation']);
/** What `POST /alarm` must carry. */
const REQUIRED = [
  'alarmType',
  'perceivedSeverity',
  'probableCause',
  'alarmedObject',
  'sourceSystemId',
  'state',
  'alarmRaisedTime',
] as const;

/**
 * Reads an alarm. Unknown fields are dropped, null is the same as absent.
 * @param where how the alarm is called in messages, such as `event.alarm`
 * @throws Fault `body_invalid`, naming field and remedy
 */
export function readAlarm(value: unknown, where = 'the alarm'): ReadAlarm {
  if (!isObject(value)) throw wrong(`${where} must be an object`);
  if (JSON.stringify(value).length > MOST_CHARACTERS) {
    throw wrong(`${where} is longer than ${MOST_CHARACTERS} characters; send details by reference`);
  }
  const alarm: Record<string, unknown> = {};
  for (const [field, raw] of Object.entries(value)) {
    if (raw === null || raw === undefined) continue;
    const read = readField(field, raw, where);
    if (read !== undefined) alarm[field] = read;
  }
  return { id: readId(value['id'], where), alarm };
}

/** Reads the alarm of `POST /alarm`. @throws Fault `body_invalid`, naming what is missing */
export function readNewAlarm(value: unknown): ReadAlarm {
  const read = readAlarm(value);
  const missing = REQUIRED.filter((field) => read.alarm[field] === undefined);
  if (missing.length > 0) throw wrong(`the alarm lacks ${missing.join(', ')}`);
  return read;
}

/** An id that may come as a number or as text. */
export function readId(value: unknown, where: string): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && value.length <= 255) return value;
  throw wrong(`${where}.id must be a whole number or a text of at most 255 characters`);
}

function readField(field: string, raw: unknown, where: string): unknown {
  const words = WORDS[field];
  if (words) {
    const word = typeof raw === 'string' ? raw.toLowerCase() : '';
    if (!words.includes(word)) throw wrong(`${where}.${field} is ${show(raw)}; write one of ${words.join(', ')}`);
    return word;
  }
  if (INSTANTS.has(field)) {
    if (typeof raw !== 'string' || typeof readInstant(raw) !== 'number') {
      throw wrong(`${where}.${field} is ${show(raw)}; write an RFC 3339 instant such as 2026-01-05T09:00:00Z`);
    }
    return raw;
  }
  if (TEXTS.has(field)) {
    if (typeof raw !== 'string' || raw.length > MOST_TEXT) throw wrong(`${where}.${field} must be a text`);
    return raw;
  }
  if (FLAGS.has(field)) {
    if (typeof raw !== 'boolean') throw wrong(`${where}.${field} must be true or false`);
    return raw;
  }
  if (LISTS.has(field)) {
    if (!Array.isArray(raw)) throw wrong(`${where}.${field} must be a list`);
    return raw;
  }
  if (!OBJECTS.has(field)) return undefined;
  if (!isObject(raw)) throw wrong(`${where}.${field} must be an object`);
  return raw;
}

/** The instant of a field, ms, or null. */
export function instantOf(
  alarm: TmfAlarm,
  field: 'alarmChangedTime' | 'alarmClearedTime' | 'alarmRaisedTime' | 'alarmReportingTime',
): number | null {
  const text = alarm[field];
  return text === undefined ? null : (readInstant(text) ?? null);
}

/** Whether the alarm says that it is over: by its state or, as some write it, by its severity alone. */
export function isCleared(alarm: TmfAlarm): boolean {
  return alarm.state === 'cleared' || alarm.perceivedSeverity === 'cleared';
}

/**
 * What makes two messages speak of the same alarm: the source's own key where there is one, because an id may be given
 * anew by whoever passes the alarm on.
 */
export function alarmKey({ id, alarm }: ReadAlarm): string | null {
  if (alarm.externalAlarmId) return `${alarm.sourceSystemId ?? ''}/${alarm.externalAlarmId}`;
  return id === null ? null : `id:${id}`;
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 100);
}

function wrong(what: string): Fault {
  return new Fault('body_invalid', { what });
}
