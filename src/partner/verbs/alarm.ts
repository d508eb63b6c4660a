import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { instantOf, isCleared, readAlarm, readNewAlarm, type TmfAlarm } from '../../signal/tmf642/index.ts';
import { changeOf, iso, merged, severityOf, signalAlarm, takePartnerAlarm, alarmWords } from '../alarm/take.ts';
import { setAck } from '../alarm/acknowledge.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { AlarmRecord } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerDeps, type PartnerServices } from '../services.ts';
import { actingAs, askingPartner, mustBePartner } from './who.ts';

/**
 * `POST /alarm`: durable when this resolves. The same alarm sent again is the same row.
 * @throws Fault `forbidden`, `bad_request` for a token of no partner, `body_invalid`, `state_conflict` for an alarm that
 *   came from us
 */
export async function createAlarm(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  body: unknown,
): Promise<AlarmRecord> {
  permit(actor, 'partner.exchange');
  const partner = mustBePartner(services, actor);
  const read = readNewAlarm(body);
  const at = instantOf(read.alarm, 'alarmRaisedTime') ?? deps.clock.now();
  const { record, decision } = await deps.store.transact((tx) =>
    takePartnerAlarm(tx, deps, services, partner, read, { by: 'post', at }),
  );
  if (record) return record;
  const why = decision.kind === 'ignore' && decision.reason === 'own-alarm' ? 'our own' : 'cleared';
  throw new Fault('state_conflict', {
    what: 'The alarm',
    id: read.alarm.externalAlarmId ?? '',
    state: why,
    verb: 'created',
  });
}

/** One alarm that the asking partner may see. @throws Fault `not_found` */
export async function loadAlarm(
  tx: PartnerTx,
  services: Pick<PartnerServices, 'setting' | 'mappings'>,
  actor: Actor,
  id: string,
): Promise<AlarmRecord> {
  const partner = askingPartner(services, actor);
  const record = /^\d{1,15}$/.test(id) ? await tx.partners.alarmByNumber(Number(id)) : null;
  // Another partner's alarm is not there, rather than forbidden: ids tell nothing.
  if (!record || (partner && record.partner !== partner.name)) throw new Fault('not_found', { what: 'alarm', id });
  return record;
}

/**
 * `PATCH /alarm/{id}`. Of an alarm that we show, a partner changes only the acknowledgement.
 * @throws Fault `forbidden`, `not_found`, `body_invalid`, `state_conflict` when a cleared alarm is given a severity
 */
export async function changeAlarm(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  id: string,
  body: unknown,
): Promise<AlarmRecord> {
  permit(actor, 'partner.exchange');
  const { alarm } = readAlarm(body);
  return deps.store.transact(async (tx) => {
    const record = await loadAlarm(tx, services, actor, id);
    const asking = actingAs(askingPartner(services, actor), actor);
    if (record.origin === 'own') {
      const { ackState, ackSystemId, ackUserId, comment, ...rest } = alarm;
      const refused = Object.keys(rest).filter((field) => !field.startsWith('@'));
      if (refused.length > 0) {
        throw new Fault('body_invalid', {
          what: `${refused.join(', ')} is ours to say; change ackState or send a comment`,
        });
      }
      const commented = comment === undefined ? record : await writeComment(tx, asking, record, comment);
      return ackState === undefined
        ? commented
        : setAck(tx, deps, asking, commented, { ackState, ackSystemId, ackUserId });
    }
    if (record.state === 'cleared') return changeCleared(tx, deps, record, alarm);
    const partner = partnerOf(services, record.partner);
    if (!partner) throw new Fault('not_found', { what: 'partner', id: record.partner });
    const at = Math.max(deps.clock.now(), record.changedAt);
    // The key of an alarm stays: a PATCH cannot make it another one.
    const { externalAlarmId: _external, sourceSystemId: _source, ...said } = alarm;
    const read = { id: record.remoteId, alarm: { ...keyFields(record), ...said } };
    const taken = await takePartnerAlarm(tx, deps, services, partner, read, { by: 'post', at });
    return taken.record ?? record;
  });
}

function keyFields({ alarm }: AlarmRecord): TmfAlarm {
  const { externalAlarmId, sourceSystemId } = alarm;
  return {
    ...(externalAlarmId === undefined ? {} : { externalAlarmId }),
    ...(sourceSystemId === undefined ? {} : { sourceSystemId }),
  };
}

/** A cleared alarm keeps its end: only what says nothing about it may still be added. */
async function changeCleared(
  tx: PartnerTx,
  deps: PartnerDeps,
  record: AlarmRecord,
  alarm: TmfAlarm,
): Promise<AlarmRecord> {
  const reopens =
    (alarm.perceivedSeverity !== undefined && alarm.perceivedSeverity !== 'cleared') ||
    (alarm.state !== undefined && alarm.state !== 'cleared');
  if (reopens) {
    throw new Fault('state_conflict', { what: 'The alarm', id: record.number, state: 'cleared', verb: 'raised' });
  }
  const now = deps.clock.now();
  const after = { ...record, alarm: { ...record.alarm, ...alarm, state: 'cleared' as const }, seenAt: now };
  await tx.partners.updateAlarm(record.id, changeOf(after));
  return after;
}

async function writeComment(tx: PartnerTx, actor: Actor, record: AlarmRecord, comment: unknown): Promise<AlarmRecord> {
  const list = Array.isArray(comment) ? comment.slice(0, 100) : [];
  const after = { ...record, alarm: { ...record.alarm, comment: list } };
  await tx.partners.updateAlarm(record.id, { alarm: after.alarm });
  await tx.journal.append({
    actor,
    fact: PARTNER_FACTS.alarmCommented,
    subject: { kind: 'partner-alarm', id: record.id },
    summary: `${actor.name} commented on the alarm: ${alarmWords(record.alarm)}`,
  });
  return after;
}

/** `DELETE /alarm/{id}`: the partner takes its alarm back; its alert ends. @throws Fault `forbidden`, `not_found`, `state_conflict` */
export async function deleteAlarm(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  id: string,
): Promise<void> {
  permit(actor, 'partner.exchange');
  await deps.store.transact(async (tx) => {
    const record = await loadAlarm(tx, services, actor, id);
    if (record.origin === 'own') {
      throw new Fault('state_conflict', { what: 'The alarm', id: record.number, state: 'ours', verb: 'deleted' });
    }
    await removeAlarm(tx, deps, services, actingAs(askingPartner(services, actor), actor), record);
  });
}

/** Takes a partner's alarm away, in the caller's transaction. */
export async function removeAlarm(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  record: AlarmRecord,
): Promise<void> {
  const causeId = await tx.journal.append({
    actor,
    fact: PARTNER_FACTS.alarmDeleted,
    subject: { kind: 'partner-alarm', id: record.id },
    summary: `${actor.name} took its alarm back: ${alarmWords(record.alarm)}`,
    data: { partner: record.partner, key: record.key },
  });
  const partner = partnerOf(services, record.partner);
  if (partner && !isCleared(record.alarm)) {
    const now = deps.clock.now();
    const over = { id: record.remoteId, alarm: { state: 'cleared', alarmClearedTime: iso(now) } as const };
    const ended = merged(record, over, { by: 'post', at: now }, now);
    await signalAlarm(tx, deps, services, partner, ended, severityOf(record.alarm), causeId);
  }
  await tx.partners.deleteAlarm(record.id);
}
