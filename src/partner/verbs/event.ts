import { permit, systemActor, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { isObject } from '../../signal/alertmanager-body.ts';
import { readInstant } from '../../signal/instant.ts';
import { SIGNAL_FACTS } from '../../signal/index.ts';
import { alarmKey, readAlarm, readId, type ReadAlarm } from '../../signal/tmf642/index.ts';
import { takePartnerAlarm } from '../alarm/take.ts';
import { noteEvent } from '../link/state.ts';
import { partnerActor, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { removeAlarm } from './alarm.ts';
import { mustBePartner } from './who.ts';

const KEPT_BODY = 100_000;

/** The secret in the address that a partner's server calls: it can rarely send a token. */
export function listenerSecret(services: Pick<PartnerServices, 'secrets'>, partner: string): string {
  return services.secrets.derive(`listener:${partner}`);
}

/** The partner that an address of the listener was made for, or null. Compared by hash, so that time tells nothing. */
export function partnerOfSecret(services: PartnerServices, secret: string): PartnerConfig | null {
  const wanted = services.secrets.hash(secret);
  return (
    services.setting().partners.find(({ name }) => services.secrets.hash(listenerSecret(services, name)) === wanted) ??
    null
  );
}

/** The partner behind a token at `/listener`. @throws Fault `forbidden`, `bad_request` */
export function partnerOfListener(services: PartnerServices, actor: Actor): PartnerConfig {
  permit(actor, 'partner.exchange');
  return mustBePartner(services, actor);
}

/**
 * Takes a notification of a partner's alarm server: durable when this resolves. What cannot be read is kept aside.
 * @param name as the path says it, such as `alarmCreateEvent`, or null where the body says it
 * @throws Fault `body_invalid`
 */
export async function takeAlarmNotification(
  deps: PartnerDeps,
  services: PartnerServices,
  partner: PartnerConfig,
  name: string | null,
  body: unknown,
): Promise<void> {
  let told: { type: string; at: number; alarms: readonly ReadAlarm[] };
  try {
    told = readNotification(name, body, deps.clock.now());
  } catch (error) {
    if (error instanceof Fault) await putAside(deps, partner, body, error.message);
    throw error;
  }
  await deps.store.transact(async (tx) => {
    for (const read of told.alarms) {
      if (told.type !== 'alarmdeleteevent') {
        await takePartnerAlarm(tx, deps, services, partner, read, { by: 'event', at: told.at });
        continue;
      }
      const key = alarmKey(read);
      const record = key === null ? null : await tx.partners.alarmByKey(partner.name, 'partner', key);
      const known = record ?? (read.id === null ? null : await tx.partners.alarmByRemote(partner.name, read.id));
      if (known?.origin === 'partner') await removeAlarm(tx, deps, services, partnerActor(partner), known);
    }
    await noteEvent(tx, partner.name, 'alarm', deps.clock.now());
  });
}

/** Tasks of the partner's own people come as events too: the alarms they reached stand in them. */
const TASK_LISTS: Readonly<
  Record<string, { readonly list: string; readonly change: Readonly<Record<string, string>> }>
> = {
  ackalarms: { list: 'ackedAlarm', change: { ackState: 'acknowledged' } },
  unackalarms: { list: 'unAckedAlarm', change: { ackState: 'unacknowledged' } },
  clearalarms: { list: 'clearedAlarm', change: { state: 'cleared', perceivedSeverity: 'cleared' } },
};

function readNotification(
  name: string | null,
  body: unknown,
  now: number,
): { type: string; at: number; alarms: readonly ReadAlarm[] } {
  if (!isObject(body))
    throw new Fault('body_invalid', { what: 'a notification is an object with eventType and event' });
  const given = name ?? body['eventType'];
  const type = typeof given === 'string' ? given.toLowerCase() : '';
  const eventTime = typeof body['eventTime'] === 'string' ? readInstant(body['eventTime']) : null;
  // A sender whose clock runs ahead must not make all that follows late.
  const at = Math.min(eventTime ?? now, now);
  const event = body['event'];
  if (!isObject(event)) throw new Fault('body_invalid', { what: 'event is missing; it holds the alarm' });
  const task = /^(\w+alarms)(create|statechange)event$/.exec(type)?.[1];
  if (task !== undefined) return { type, at, alarms: alarmsOfTask(task, event) };
  const read = readAlarm(event['alarm'], 'event.alarm');
  if (alarmKey(read) === null) {
    throw new Fault('body_invalid', {
      what: 'event.alarm has neither id nor externalAlarmId: nothing tells which alarm it is',
    });
  }
  return { type, at, alarms: [read] };
}

function alarmsOfTask(task: string, event: Readonly<Record<string, unknown>>): ReadAlarm[] {
  const known = TASK_LISTS[task];
  if (!known) return [];
  const named = Object.entries(event).find(([field]) => field.toLowerCase() === task)?.[1];
  const list = isObject(named) ? named[known.list] : undefined;
  if (!Array.isArray(list)) return [];
  return list.slice(0, 1000).flatMap((ref) => {
    const id = isObject(ref) ? readId(ref['id'], `event.${task}`) : null;
    return id === null ? [] : [{ id, alarm: readAlarm(known.change).alarm }];
  });
}

async function putAside(deps: PartnerDeps, partner: PartnerConfig, body: unknown, reason: string): Promise<void> {
  const id = deps.ids.next('qua');
  const kind = `tmf642:${partner.name}`;
  const text = (JSON.stringify(body) ?? '').slice(0, KEPT_BODY);
  await deps.store.transact(async (tx) => {
    await tx.signals.quarantine({ id, kind, receivedAt: deps.clock.now(), reason, body: text });
    await tx.journal.append({
      actor: systemActor('partner'),
      fact: SIGNAL_FACTS.signalQuarantined,
      subject: { kind: 'signal', id },
      summary: `A notification of ${partner.title} could not be read and was put aside.`,
      reason,
    });
  });
}
