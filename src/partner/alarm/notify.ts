import { DONE, mustHold, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import { systemActor } from '../../core/actor.ts';
import { passes, readResourceQuery } from '../../signal/tmf642/index.ts';
import { PARTNER_FACTS, PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import type { AlarmRecord, PartnerHub } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerDeps, type PartnerServices } from '../services.ts';
import { again, headersTo, isTaken, refused, triesOf } from '../link/call.ts';
import { renderAlarm, renderEvent } from './render.ts';
import { alarmWords } from './take.ts';

export type AlarmEventType =
  'AlarmCreateEvent' | 'AlarmAttributeValueChangeEvent' | 'AlarmStateChangeEvent' | 'AlarmDeleteEvent';

/** A notification is tried this often, over about two hours; then the partner finds it when it compares the lists. */
const MOST_TRIES = 12;
/** A hub that took nothing of this many notifications in a row is taken away. */
const MOST_FAILURES = 20;

/** Puts a notification in line for each hub of the partner that wants it, in the caller's transaction. */
export async function notifyHubs(
  tx: PartnerTx,
  deps: Pick<PartnerDeps, 'clock' | 'ids'>,
  services: Pick<PartnerServices, 'setting' | 'mappings'>,
  record: AlarmRecord,
  eventType: AlarmEventType,
  causeId?: string,
): Promise<void> {
  const alarm = renderAlarm(record, services.setting().url);
  for (const hub of await tx.partners.hubsOf(record.partner)) {
    if (!wants(hub, eventType, alarm)) continue;
    const eventId = deps.ids.next('evt');
    const event = renderEvent(eventType, eventId, deps.clock.now(), { alarm }, { title: alarmWords(record.alarm) });
    await tx.work.put({
      kind: PARTNER_WORK.notify,
      key: `${hub.id}:${eventId}`,
      priority: PARTNER_PRIORITY,
      payload: { hubId: hub.id, event },
      causeId,
    });
  }
}

/** Whether a hub's query, such as `eventType=AlarmCreateEvent&perceivedSeverity=critical`, lets the event through. */
export function wants(
  hub: Pick<PartnerHub, 'query'>,
  eventType: string,
  alarm: Readonly<Record<string, unknown>>,
): boolean {
  if (hub.query === null || hub.query.trim() === '') return true;
  const { eventType: wanted, ...rest } = Object.fromEntries(new URLSearchParams(hub.query));
  if (wanted !== undefined && !wanted.split(',').includes(eventType)) return false;
  const filters = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name.replace(/^event\.alarm\./, ''), value]),
  );
  return passes(alarm, readResourceQuery(filters).filters);
}

/** Brings a notification to a partner's hub, with the same event id at every try. */
export function notifyWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.notify,
    async outside(item) {
      const hubId = String(item.payload['hubId']);
      const hub = await deps.store.read((tx) => tx.partners.hub(hubId));
      const partner = hub && partnerOf(services, hub.partner);
      if (!hub || !partner) return () => Promise.resolve(DONE);
      const event = item.payload['event'] as { eventType?: string };
      const name = `${(event.eventType ?? '').charAt(0).toLowerCase()}${(event.eventType ?? '').slice(1)}`;
      const full = partner.alarms?.callback === 'full';
      mustHold(item, deps.clock.now());
      try {
        const answer = await services.request({
          method: 'POST',
          url: full ? hub.callback : `${hub.callback.replace(/\/+$/, '')}/listener/${name}`,
          headers: headersTo(null),
          body: JSON.stringify(event),
          timeout: 10_000,
        });
        if (isTaken(answer)) return (tx) => delivered(tx, hub);
        if (answer.status === 410) return (tx) => dropHub(tx, hub, 'the partner answered 410: it is gone', item);
        throw refused(answer);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return (tx) => failed(tx, deps, hub, why, item);
      }
    },
  };
}

async function delivered(tx: PartnerTx, hub: PartnerHub): Promise<Outcome> {
  if (hub.failures > 0) await tx.partners.updateHub(hub.id, { failures: 0 });
  return DONE;
}

async function failed(
  tx: PartnerTx,
  deps: PartnerDeps,
  hub: PartnerHub,
  why: string,
  item: WorkItem,
): Promise<Outcome> {
  if (triesOf(item) < MOST_TRIES) return again(item, deps.clock.now());
  const now = await tx.partners.hub(hub.id);
  if (!now) return DONE;
  if (now.failures + 1 >= MOST_FAILURES)
    return dropHub(tx, now, `it took nothing of ${MOST_FAILURES} notifications: ${why}`, item);
  await tx.partners.updateHub(now.id, { failures: now.failures + 1 });
  return DONE;
}

async function dropHub(tx: PartnerTx, hub: PartnerHub, why: string, item: WorkItem): Promise<Outcome> {
  if (!(await tx.partners.deleteHub(hub.id))) return DONE;
  await tx.journal.append({
    actor: systemActor('partner'),
    fact: PARTNER_FACTS.hubRemoved,
    subject: { kind: 'partner', id: hub.partner },
    causeId: item.causeId ?? undefined,
    summary: `Notifications to ${new URL(hub.callback).host} ended; the partner can register again`,
    reason: why,
    data: { partner: hub.partner, hub: hub.id },
  });
  return DONE;
}
