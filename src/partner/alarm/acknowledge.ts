import type { Actor } from '../../core/actor.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { AlarmRecord } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import type { PartnerDeps } from '../services.ts';
import { alarmWords, iso } from './take.ts';

export interface AckInput {
  readonly ackState: 'acknowledged' | 'unacknowledged';
  readonly ackSystemId?: string | undefined;
  readonly ackUserId?: unknown;
}

/**
 * Writes who knows of an alarm, in the caller's transaction. A partner's acknowledgement of an alarm of ours stands in the
 * timeline of the incident: it says that they have seen it.
 */
export async function setAck(
  tx: PartnerTx,
  deps: Pick<PartnerDeps, 'clock'>,
  actor: Actor,
  record: AlarmRecord,
  { ackState, ackSystemId, ackUserId }: AckInput,
): Promise<AlarmRecord> {
  if (record.ackState === ackState) return record;
  const now = deps.clock.now();
  const after: AlarmRecord = {
    ...record,
    ackState,
    alarm: {
      ...record.alarm,
      ackState,
      ...(ackSystemId === undefined ? {} : { ackSystemId }),
      ...(typeof ackUserId === 'string' ? { ackUserId } : {}),
      alarmChangedTime: iso(Math.max(now, record.changedAt)),
    },
  };
  await tx.partners.updateAlarm(record.id, { alarm: after.alarm, ackState });
  const alert = record.origin === 'own' ? await tx.alerts.byId(record.key) : null;
  const acknowledged = ackState === 'acknowledged';
  await tx.journal.append({
    actor,
    fact: acknowledged ? PARTNER_FACTS.alarmAcknowledged : PARTNER_FACTS.alarmUnacknowledged,
    subject: { kind: 'partner-alarm', id: record.id },
    incidentId: alert?.incidentId ?? undefined,
    summary: `${actor.name} ${acknowledged ? 'acknowledged' : 'took back the acknowledgement of'} ${record.origin === 'own' ? 'our' : 'the'} alarm: ${alarmWords(record.alarm)}`,
    data: { partner: record.partner, origin: record.origin },
  });
  return after;
}
