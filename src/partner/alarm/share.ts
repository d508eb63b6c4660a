import type { Alert } from '../../alert/alert.ts';
import { systemActor } from '../../core/actor.ts';
import type { Labels } from '../../core/labels.ts';
import { DONE, type Handler } from '../../core/work.ts';
import type { Topology } from '../../incident/topology.ts';
import type { TmfAlarm } from '../../signal/tmf642/index.ts';
import { PARTNER_FACTS, PARTNER_WORK } from '../facts.ts';
import type { AlarmRecord } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { changedFields } from './decide.ts';
import { notifyHubs } from './notify.ts';
import { alarmWords, iso } from './take.ts';

const SEVERITIES = { page: 'critical', critical: 'major', warning: 'minor', info: 'warning' } as const;

/** How often our alerts are compared with what a partner is shown. */
const EVERY = 10_000;
const PAGE = 500;
const MOST_PAGES = 20;

/**
 * Shows a partner our alerts with the labels that are shared with it. The firing ones are compared with what it is shown,
 * every ten seconds: a storm of alerts costs no work for each, and what was missed once is found the next time.
 */
export function shareAlertsWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.shareAlerts,
    async inside(tx, item) {
      const partner = partnerOf(services, String(item.payload['partner']));
      if (!partner?.alarms || partner.alarms.share.length === 0) return DONE;
      const shown = new Map(
        (await tx.partners.openAlarms({ partner: partner.name, origin: 'own' })).map((row) => [row.key, row]),
      );
      for (const alert of await sharedAlerts(tx, deps, partner)) {
        await show(tx, deps, services, partner, alert, shown.get(alert.id) ?? null);
        shown.delete(alert.id);
      }
      for (const record of shown.values()) {
        const alert = await tx.alerts.byId(record.key);
        if (alert?.state === 'firing' && isShared(partner, alert.labels)) continue;
        await end(tx, deps, services, record, alert?.resolvedAt ?? deps.clock.now());
      }
      return { kind: 'again', dueAt: deps.clock.now() + EVERY };
    },
  };
}

/** The firing alerts that the partner is to see. What a partner told us is never told on: that would go round for ever. */
async function sharedAlerts(tx: PartnerTx, deps: PartnerDeps, partner: PartnerConfig): Promise<Alert[]> {
  const found: Alert[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await tx.alerts.list({
      states: ['firing'],
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    for (const alert of items) {
      if (isShared(partner, alert.labels) && deps.incidents().partnerOf(alert.source) === null) found.push(alert);
    }
    if (next === null) break;
    after = next;
  }
  return found;
}

/** Whether the labels of an alert are among those that a partner is shown. */
export function isShared({ alarms }: Pick<PartnerConfig, 'alarms'>, labels: Labels): boolean {
  return (alarms?.share ?? []).some((wanted) => {
    const pairs = Object.entries(wanted);
    return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value);
  });
}

async function show(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  partner: PartnerConfig,
  alert: Alert,
  known: AlarmRecord | null,
): Promise<void> {
  const now = deps.clock.now();
  const alarm = alarmOf(alert, deps.incidents().topology, services.setting().url);
  if (known) {
    if (changedFields(known.alarm, alarm).length === 0) return;
    const after: AlarmRecord = {
      ...known,
      alarm: { ...known.alarm, ...alarm },
      state: 'updated',
      changedAt: now,
      seenAt: now,
    };
    await tx.partners.updateAlarm(known.id, { alarm: after.alarm, state: 'updated', changedAt: now, seenAt: now });
    return notifyHubs(tx, deps, services, after, 'AlarmAttributeValueChangeEvent');
  }
  const record: AlarmRecord = {
    id: deps.ids.next('pal'),
    number: await tx.partners.nextAlarmNumber(),
    partner: partner.name,
    origin: 'own',
    key: alert.id,
    remoteId: null,
    alarm,
    state: 'raised',
    ackState: 'unacknowledged',
    raisedAt: alert.startsAt,
    changedAt: now,
    clearedAt: null,
    seenAt: now,
  };
  await tx.partners.insertAlarm(record);
  const causeId = await tx.journal.append({
    actor: systemActor('partner'),
    fact: PARTNER_FACTS.alarmShared,
    subject: { kind: 'partner-alarm', id: record.id },
    incidentId: alert.incidentId ?? undefined,
    causeId: alert.causeId ?? undefined,
    summary: `${partner.title} is shown the alarm: ${alarmWords(alarm)}`,
    data: { partner: partner.name, alert: alert.id },
  });
  await notifyHubs(tx, deps, services, record, 'AlarmCreateEvent', causeId);
}

async function end(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  known: AlarmRecord,
  clearedAt: number,
): Promise<void> {
  const now = deps.clock.now();
  const after: AlarmRecord = {
    ...known,
    alarm: { ...known.alarm, state: 'cleared', perceivedSeverity: 'cleared', alarmClearedTime: iso(clearedAt) },
    state: 'cleared',
    changedAt: now,
    clearedAt,
    seenAt: now,
  };
  const { alarm, state, changedAt, seenAt } = after;
  await tx.partners.updateAlarm(known.id, { alarm, state, changedAt, clearedAt, seenAt });
  await notifyHubs(tx, deps, services, after, 'AlarmStateChangeEvent');
}

/** An alert in the words of X.733. Only what describes it leaves the house: no labels beyond its place. */
function alarmOf(alert: Alert, topology: Topology, systemId: string): TmfAlarm {
  const place = topology.placeOf(alert.labels);
  const object = topology.component(place.root)?.name ?? alert.name;
  return {
    '@type': 'Alarm',
    alarmType: 'qualityOfServiceAlarm',
    perceivedSeverity: SEVERITIES[alert.severity],
    probableCause: alert.labels['probable_cause'] ?? 'thresholdCrossed',
    specificProblem: (alert.annotations['summary'] ?? alert.name).slice(0, 500),
    alarmedObjectType: topology.component(place.root)?.kind ?? 'service',
    alarmedObject: { id: object },
    sourceSystemId: systemId,
    externalAlarmId: alert.id,
    serviceAffecting: alert.severity === 'page' || alert.severity === 'critical',
    alarmRaisedTime: iso(alert.startsAt),
    ...(place.city === null
      ? {}
      : {
          place: [
            {
              id: place.city,
              name: topology.cityTitle(place.city),
              role: 'location',
              '@referredType': 'GeographicSite',
            },
          ],
        }),
  };
}
