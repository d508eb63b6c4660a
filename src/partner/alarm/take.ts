import type { Actor } from '../../core/actor.ts';
import { storeSignal } from '../../signal/store-signal.ts';
import {
  alarmEvent,
  alarmKey,
  instantOf,
  type PerceivedSeverity,
  type ReadAlarm,
  type TmfAlarm,
} from '../../signal/tmf642/index.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { AlarmRecord } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { mappedLabels, partnerActor, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { changedAt, decideAlarm, type AlarmDecision } from './decide.ts';

/** How a message about an alarm came: which door, and when it was said. */
export interface Told {
  readonly by: 'post' | 'event' | 'list' | 'task';
  /** ms, by the sender's clock; the present where it says none. */
  readonly at: number;
}

export interface TakenAlarm {
  readonly record: AlarmRecord | null;
  readonly decision: AlarmDecision;
}

/**
 * Takes what a partner says about one of its alarms, in the caller's transaction: the row, the journal, and the alert
 * event that it stands for. The same message taken twice changes nothing.
 */
export async function takePartnerAlarm(
  tx: PartnerTx,
  deps: Pick<PartnerDeps, 'clock' | 'ids'>,
  services: Pick<PartnerServices, 'setting' | 'mappings'>,
  partner: PartnerConfig,
  read: ReadAlarm,
  told: Told,
): Promise<TakenAlarm> {
  const known = await knownAlarm(tx, partner.name, read);
  const decision = decideAlarm(known, read, told.at, services.setting().url);
  const now = deps.clock.now();
  if (decision.kind === 'ignore') {
    if (known && known.state !== 'cleared') await tx.partners.updateAlarm(known.id, { seenAt: now });
    return { record: known, decision };
  }
  const record =
    decision.kind === 'raise'
      ? newRecord(deps, partner.name, read, told, await tx.partners.nextAlarmNumber())
      : merged(known!, read, told, now);
  if (decision.kind === 'raise') await tx.partners.insertAlarm(record);
  else await tx.partners.updateAlarm(record.id, changeOf(record));
  const causeId = await journalAlarm(tx, partnerActor(partner), record, decision, told);
  await signalAlarm(tx, deps, services, partner, record, severityOf(known?.alarm), causeId);
  return { record, decision };
}

/** The newest row of the alarm that a message speaks of: by the source's key, else by the id at the partner. */
async function knownAlarm(tx: PartnerTx, partner: string, read: ReadAlarm): Promise<AlarmRecord | null> {
  const key = alarmKey(read);
  const byKey = key === null ? null : await tx.partners.alarmByKey(partner, 'partner', key);
  if (byKey || read.id === null) return byKey;
  return tx.partners.alarmByRemote(partner, read.id);
}

function newRecord(
  deps: Pick<PartnerDeps, 'clock' | 'ids'>,
  partner: string,
  read: ReadAlarm,
  told: Told,
  number: number,
): AlarmRecord {
  const now = deps.clock.now();
  const { id, alarm } = read;
  return {
    id: deps.ids.next('pal'),
    number,
    partner,
    origin: 'partner',
    key: alarmKey(read) ?? `number:${number}`,
    remoteId: id,
    alarm: { ackState: 'unacknowledged', ...alarm, state: alarm.state ?? 'raised' },
    state: alarm.state === 'updated' ? 'updated' : 'raised',
    ackState: alarm.ackState ?? 'unacknowledged',
    raisedAt: instantOf(alarm, 'alarmRaisedTime') ?? now,
    changedAt: changedAt(alarm, told.at),
    clearedAt: null,
    seenAt: now,
  };
}

/** The row with what the message says; what it leaves out stays. */
export function merged(known: AlarmRecord, { id, alarm }: ReadAlarm, told: Told, now: number): AlarmRecord {
  const cleared = alarm.state === 'cleared' || alarm.perceivedSeverity === 'cleared';
  const state = cleared ? 'cleared' : 'updated';
  const at = changedAt(alarm, told.at);
  const clearedAt = cleared ? (instantOf(alarm, 'alarmClearedTime') ?? Math.max(at, known.raisedAt)) : null;
  const ending = clearedAt === null ? {} : { perceivedSeverity: 'cleared' as const, alarmClearedTime: iso(clearedAt) };
  return {
    ...known,
    remoteId: id ?? known.remoteId,
    alarm: { ...known.alarm, ...alarm, state, ...ending },
    state,
    ackState: alarm.ackState ?? known.ackState,
    changedAt: at,
    clearedAt,
    seenAt: now,
  };
}

/** What of a row can change. */
export function changeOf({ alarm, state, ackState, changedAt: at, clearedAt, seenAt, remoteId }: AlarmRecord) {
  return { alarm, state, ackState, changedAt: at, clearedAt, seenAt, remoteId };
}

async function journalAlarm(
  tx: PartnerTx,
  actor: Actor,
  record: AlarmRecord,
  decision: Exclude<AlarmDecision, { kind: 'ignore' }>,
  told: Told,
): Promise<string> {
  const facts = {
    raise: PARTNER_FACTS.alarmRaised,
    change: PARTNER_FACTS.alarmChanged,
    clear: PARTNER_FACTS.alarmCleared,
  };
  const words = {
    raise: `${actor.name} reported an alarm: ${alarmWords(record.alarm)}`,
    change: `${actor.name} changed its alarm: ${alarmWords(record.alarm)}`,
    clear: `${actor.name} cleared its alarm: ${alarmWords(record.alarm)}`,
  };
  const { perceivedSeverity, probableCause, alarmType } = record.alarm;
  return tx.journal.append({
    actor,
    fact: facts[decision.kind],
    subject: { kind: 'partner-alarm', id: record.id },
    summary: words[decision.kind],
    reason: decision.reason,
    data: {
      partner: record.partner,
      by: told.by,
      key: record.key,
      perceivedSeverity: perceivedSeverity ?? null,
      probableCause: probableCause ?? null,
      alarmType: alarmType ?? null,
      ...(decision.kind === 'change' ? { fields: decision.fields } : {}),
    },
  });
}

/** Puts the alert event of an alarm in line; every row of an alarm has the same fingerprint. */
export async function signalAlarm(
  tx: PartnerTx,
  deps: Pick<PartnerDeps, 'clock' | 'ids'>,
  services: Pick<PartnerServices, 'setting' | 'mappings'>,
  partner: PartnerConfig,
  record: AlarmRecord,
  severityBefore: PerceivedSeverity | null,
  causeId: string,
): Promise<void> {
  const { labels = {}, severities = {} } = partner.alarms ?? {};
  const now = deps.clock.now();
  const event = alarmEvent({
    alarm: record.alarm,
    partner: partner.name,
    key: record.key,
    labels: { ...labels, ...(await mappedLabels(services, partner, record.alarm)) },
    severities,
    severityBefore,
    now,
  });
  await storeSignal(tx, {
    id: deps.ids.next('sig'),
    source: event.source,
    receivedAt: now,
    idempotencyKey: null,
    events: [event],
    body: { causeId, alarm: record.alarm },
  });
}

/** The severity of an alarm that is not over. */
export function severityOf(alarm: TmfAlarm | undefined): PerceivedSeverity | null {
  const severity = alarm?.perceivedSeverity;
  return severity === undefined || severity === 'cleared' ? null : severity;
}

/** An alarm in one line. */
export function alarmWords(alarm: TmfAlarm): string {
  const what = alarm.specificProblem ?? alarm.probableCause ?? alarm.alarmDetails ?? alarm.alarmType ?? 'an alarm';
  return what.replaceAll(/\s+/g, ' ').slice(0, 200);
}

/** An instant as TMF642 writes it. */
export function iso(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'millisecond' });
}
