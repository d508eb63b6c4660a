import type { Handler, Outcome, WorkItem } from '../../core/work.ts';
import { DONE, mustHold } from '../../core/work.ts';
import { systemActor } from '../../core/actor.ts';
import { isObject } from '../../signal/alertmanager-body.ts';
import {
  alarmKey,
  instantOf,
  readAlarm,
  readId,
  type PartnerAlarmsConfig,
  type ReadAlarm,
} from '../../signal/tmf642/index.ts';
import { PARTNER_FACTS, PARTNER_WORK } from '../facts.ts';
import { headersTo, isTaken, jsonOf, pauseAfter, refused } from '../link/call.ts';
import { linkDown, linkOf, linkUp } from '../link/state.ts';
import type { PartnerLink } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { listenerSecret } from '../verbs/event.ts';
import { iso, takePartnerAlarm } from './take.ts';

const PAGE = 100;
const MOST_PAGES = 50;
const TIMEOUT = 20_000;
/** A notification may be on its way this long before the list is said to know more. */
const ON_THE_WAY = 60_000;
/** Answers of partners that have no hub. */
const NO_HUB = [404, 405, 501];

interface Linked extends PartnerConfig {
  readonly alarms: PartnerAlarmsConfig & { readonly url: string };
}

interface Fetched {
  readonly startedAt: number;
  readonly hub: Pick<PartnerLink, 'hubId' | 'callback'>;
  readonly alarms: readonly ReadAlarm[];
  /** Whether it is the whole list: only then is an alarm that is missing over. */
  readonly whole: boolean;
  readonly unreadable: number;
}

/**
 * Registers at the partner's hub where that is due, fetches its list of alarms and takes what no notification told: at
 * the start, every `poll`, and at once after the link was lost.
 */
export function syncAlarmsWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.syncAlarms,
    async outside(item) {
      const partner = linkedPartner(services, item);
      if (!partner) return () => Promise.resolve(DONE);
      const link = await deps.store.read((tx) => linkOf(tx, partner.name, 'alarm'));
      mustHold(item, deps.clock.now());
      try {
        const fetched = await exchange(deps, services, partner, link);
        return (tx) => settle(tx, deps, services, partner, fetched);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return async (tx) => {
          const now = await linkOf(tx, partner.name, 'alarm');
          await linkDown(tx, partner, now, why);
          return { kind: 'again', dueAt: deps.clock.now() + Math.min(partner.alarms.poll, pauseAfter(now.failures)) };
        };
      }
    },
  };
}

function linkedPartner(services: PartnerServices, item: WorkItem): Linked | null {
  const partner = partnerOf(services, String(item.payload['partner']));
  return partner?.alarms?.url === undefined ? null : (partner as Linked);
}

/** The address at which the partner's server tells us of alarms. */
export function alarmCallback(services: PartnerServices, partner: PartnerConfig): string {
  const base = `${services.setting().url.replace(/\/+$/, '')}/tmf-api/partner/${listenerSecret(services, partner.name)}/alarm/v4`;
  return partner.alarms?.callback === 'full' ? `${base}/listener` : base;
}

async function exchange(
  deps: PartnerDeps,
  services: PartnerServices,
  partner: Linked,
  link: PartnerLink,
): Promise<Fetched> {
  const startedAt = deps.clock.now();
  const hub = partner.alarms.subscribe ? await subscribe(services, partner, link) : { hubId: null, callback: null };
  const alarms: ReadAlarm[] = [];
  let unreadable = 0;
  let whole = false;
  let offset = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await services.request({
      method: 'GET',
      url: `${partner.alarms.url}/alarm?offset=${offset}&limit=${PAGE}`,
      headers: headersTo(partner.alarms.authorization),
      body: null,
      timeout: TIMEOUT,
      maxBytes: 8 << 20,
    });
    if (!isTaken(answer)) throw refused(answer);
    const list = jsonOf(answer);
    if (!Array.isArray(list)) throw refused({ ...answer, body: 'the list of alarms is no list' });
    for (const one of list) {
      try {
        alarms.push(readAlarm(one, 'an alarm of the list'));
      } catch {
        unreadable++;
      }
    }
    offset += list.length;
    const total = Number(answer.headers['x-total-count'] ?? NaN);
    // Some send no total: a page that is not full is then the last one, and so is one that is longer than asked for.
    whole = Number.isFinite(total) ? offset >= total : list.length !== PAGE;
    if (whole || list.length === 0) break;
  }
  return { startedAt, hub, alarms, whole: whole && unreadable === 0, unreadable };
}

/** Registers at the hub unless that was done for this callback. */
async function subscribe(
  services: PartnerServices,
  partner: Linked,
  link: PartnerLink,
): Promise<Pick<PartnerLink, 'hubId' | 'callback'>> {
  const callback = alarmCallback(services, partner);
  if (link.callback === callback) return { hubId: link.hubId, callback };
  const { url, authorization, query } = partner.alarms;
  const call = { headers: headersTo(authorization), timeout: TIMEOUT };
  if (link.hubId !== null) {
    // The old registration would bring everything twice. If it is gone already, all the better.
    await services
      .request({ ...call, method: 'DELETE', url: `${url}/hub/${encodeURIComponent(link.hubId)}`, body: null })
      .catch(() => null);
  }
  const body = JSON.stringify({ callback, ...(query === undefined ? {} : { query }) });
  const answer = await services.request({ ...call, method: 'POST', url: `${url}/hub`, body });
  if (NO_HUB.includes(answer.status)) return { hubId: null, callback };
  if (!isTaken(answer)) throw refused(answer);
  const made = jsonOf(answer);
  return { hubId: isObject(made) ? readId(made['id'], 'the hub') : null, callback };
}

async function settle(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  partner: Linked,
  fetched: Fetched,
): Promise<Outcome> {
  const link = await linkOf(tx, partner.name, 'alarm');
  const { startedAt } = fetched;
  let missed = 0;
  for (const read of fetched.alarms) {
    const { decision } = await takePartnerAlarm(tx, deps, services, partner, read, { by: 'list', at: startedAt });
    const saidAt = instantOf(read.alarm, 'alarmChangedTime') ?? instantOf(read.alarm, 'alarmRaisedTime') ?? startedAt;
    if (decision.kind !== 'ignore' && startedAt - saidAt > ON_THE_WAY) missed++;
  }
  const gone = fetched.whole ? await clearGone(tx, deps, services, partner, fetched) : 0;
  const first = link.lastOkAt === null;
  // A hub that told nothing of what the list knows has forgotten us: register anew.
  const forgotten = !first && missed + gone > 0 && link.hubId !== null && link.state === 'up';
  await linkUp(
    tx,
    partner,
    link,
    deps.clock.now(),
    forgotten ? { hubId: fetched.hub.hubId, callback: null } : fetched.hub,
  );
  if (!first && missed + gone > 0) {
    await tx.journal.append({
      actor: systemActor('partner'),
      fact: PARTNER_FACTS.resynced,
      subject: { kind: 'partner', id: partner.name },
      summary: `The list of ${partner.title} brought what no notification had told: ${missed} alarms, ${gone} over`,
      data: { partner: partner.name, missed, gone, unreadable: fetched.unreadable },
    });
  }
  return { kind: 'again', dueAt: deps.clock.now() + (forgotten ? 1000 : partner.alarms.poll) };
}

/** What is open here and was not in the partner's whole list is over there. Returns how many that were. */
async function clearGone(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  partner: Linked,
  { alarms, startedAt }: Fetched,
): Promise<number> {
  const keys = new Set(alarms.map(alarmKey));
  const ids = new Set(alarms.map(({ id }) => id));
  let gone = 0;
  for (const record of await tx.partners.openAlarms({ partner: partner.name, origin: 'partner' })) {
    const listed = keys.has(record.key) || (record.remoteId !== null && ids.has(record.remoteId));
    // Told while the list was on its way: it could not stand in it.
    if (listed || record.seenAt >= startedAt) continue;
    const { sourceSystemId, externalAlarmId } = record.alarm;
    const at = Math.max(startedAt, record.changedAt);
    const { alarm } = readAlarm({
      sourceSystemId,
      externalAlarmId,
      state: 'cleared',
      perceivedSeverity: 'cleared',
      alarmClearedTime: iso(at),
    });
    const read = { id: record.remoteId, alarm };
    const { decision } = await takePartnerAlarm(tx, deps, services, partner, read, { by: 'list', at });
    if (decision.kind === 'clear') gone++;
  }
  return gone;
}
