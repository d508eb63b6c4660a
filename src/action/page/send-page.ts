import { alertWords } from '../../alert/words.ts';
import { systemActor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import type { Incident } from '../../incident/incident.ts';
import { LAST_TRY, OTHER_WAY_AFTER, pauseAfter, spreadOf } from '../backoff.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { IncidentHandover } from '../care/nouns.ts';
import type { Page, PushDevice } from '../nouns.ts';
import { textOf } from '../payload.ts';
import type { ActionTx, OutgoingMessage, PageChannel, Taken } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { codeOf } from './code.ts';
import { isMoot } from './moot.ts';
import { pageAnotherWay } from './other-way.ts';
import { subscriptionOf } from './push-device.ts';
import { expectReceipt } from './receipt.ts';
import { replyAddress } from './reply-token.ts';
import { writePage } from './text.ts';

/** Alerts whose words are in a page. */
const WORDS = 4;

interface Seen {
  readonly page: Page;
  readonly incident: Incident;
  readonly alerts: number;
  readonly words: readonly string[];
  /** The vendors that had the page before and left it without a receipt. */
  readonly avoid: readonly string[];
  /** The hand-over that it asks for, or null. */
  readonly handover: IncidentHandover | null;
  /** For pages by push: the browsers of the person's account. */
  readonly devices: readonly PushDevice[];
}

/**
 * Hands one page to its channel. A page that the other side did not take, or whose fate is unknown, is tried again with
 * the same key; after three tries the person is reached another way beside it.
 */
export function sendPage(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.sendPage,
    async outside(item) {
      const seen = await deps.store.read((tx) => look(tx, textOf(item, 'pageId')));
      if (!seen || seen.page.state !== 'due') return () => Promise.resolve(DONE);
      if (isMoot(seen.page, seen.incident, seen.handover)) return (tx) => cancel(tx, seen.page);
      mustHold(item, deps.clock.now());
      try {
        const { taken, gone } = await handOver(deps, services, seen);
        return (tx) => handedOver(tx, deps, services, seen, taken, gone, item);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const hopeless = error instanceof Fault && error.code === 'recipient_gone';
        return (tx) => failed(tx, deps, services, seen, why, hopeless, item);
      }
    },
  };
}

async function look(tx: ActionTx, pageId: string): Promise<Seen | null> {
  const page = await tx.actions.page(pageId);
  const incident = page && (await tx.incidents.byId(page.incidentId));
  if (!page || !incident) return null;
  const alerts = await tx.alerts.list({ incidentId: incident.id, limit: 200 });
  const firing = alerts.items.filter(({ state }) => state === 'firing');
  // Each alert with its name: the one who is woken looks it up by that.
  const words = firing.slice(0, WORDS).map((alert) => `${alert.name}: ${alertWords(alert)}`);
  const avoid = (await tx.actions.deliveriesOfPage(pageId)).map(({ vendor }) => vendor);
  const devices = page.channel === 'push' ? await tx.actions.pushDevices(page.address) : [];
  const handover = page.about === null ? null : await tx.actions.incidentHandover(page.about);
  return { page, incident, alerts: alerts.items.length, words, avoid, handover, devices };
}

interface HandedOver {
  readonly taken: Taken;
  /** Devices that are not there any more. */
  readonly gone: readonly string[];
}

async function handOver(deps: Deps<ActionTx>, services: ActionServices, seen: Seen): Promise<HandedOver> {
  const { page, incident, alerts, words, avoid } = seen;
  const channel = services.channel(page.channel);
  if (!channel) throw new Error(`the channel ${page.channel} is not configured; write it under outside`);
  const secret = services.secrets.derive(page.key);
  const code = codeOf(services.secrets, page);
  const setting = services.setting();
  const replyTo = page.channel === 'email' ? replyAddress(setting, services.secrets, page) : null;
  const facts = { alerts, words, now: deps.clock.now(), secret, code, replyTo };
  const message = { ...writePage(setting, incident, page, facts), avoid };
  return page.channel === 'push' ? toDevices(channel, message, seen) : { taken: await channel.send(message), gone: [] };
}

/** To every browser of the account; one that takes it is enough. */
async function toDevices(channel: PageChannel, message: OutgoingMessage, { page, devices }: Seen): Promise<HandedOver> {
  const sent = await Promise.allSettled(
    devices.map((device) => channel.send({ ...message, to: subscriptionOf(device) })),
  );
  const gone = devices.filter((_, index) => {
    const one = sent[index]!;
    return one.status === 'rejected' && one.reason instanceof Fault && one.reason.code === 'recipient_gone';
  });
  const taken = sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (taken.length > 0) {
    const said = `${taken[0]!.said} (${taken.length} of ${devices.length} devices)`;
    return { taken: { ...taken[0]!, said }, gone: gone.map(({ id }) => id) };
  }
  if (gone.length === devices.length) {
    const why = 'no browser shows pages for it; allow it in one under Account';
    throw new Fault('recipient_gone', { what: `The account ${page.address}`, why });
  }
  const reasons = sent.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  throw new Fault('outside_failed', { what: 'Web Push', why: reasons.join('; ') });
}

async function cancel(tx: ActionTx, page: Page): Promise<Outcome> {
  await tx.actions.updatePage(page.id, { state: 'cancelled' });
  return DONE;
}

async function handedOver(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  { page }: Seen,
  taken: Taken,
  gone: readonly string[],
  item: WorkItem,
): Promise<Outcome> {
  const attempts = page.attempts + 1;
  const handedOverAt = deps.clock.now();
  const receipt = taken.said;
  for (const id of gone) await tx.actions.deletePushDevice(id);
  await tx.actions.updatePage(page.id, { state: 'handed-over', handedOverAt, attempts, receipt, lastError: null });
  await tx.journal.append({
    actor: systemActor('action'),
    fact: ACTION_FACTS.pageHandedOver,
    subject: { kind: 'page', id: page.id },
    incidentId: page.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `${nameOf(services, page.person)} was paged by ${page.channel}: ${page.reason}`,
    data: { person: page.person, channel: page.channel, attempts, receipt, vendor: taken.vendor },
  });
  await expectReceipt(tx, deps, page, taken);
  return DONE;
}

async function failed(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  { page }: Seen,
  why: string,
  hopeless: boolean,
  item: WorkItem,
): Promise<Outcome> {
  const attempts = page.attempts + 1;
  const last = hopeless || attempts >= LAST_TRY;
  await tx.actions.updatePage(page.id, { attempts, lastError: why, ...(last ? { state: 'failed' } : {}) });
  if (last || attempts === OTHER_WAY_AFTER) {
    const causeId = await tx.journal.append({
      actor: systemActor('action'),
      fact: ACTION_FACTS.pageFailed,
      subject: { kind: 'page', id: page.id },
      incidentId: page.incidentId,
      causeId: item.causeId ?? undefined,
      summary: `${nameOf(services, page.person)} could not be paged by ${page.channel} in ${attempts} tries: ${why}`,
      reason: last ? 'given-up' : 'another-way-is-tried',
      data: { person: page.person, channel: page.channel, attempts },
    });
    if (!last || hopeless) await pageAnotherWay(tx, deps, services, page, causeId);
  }
  if (last) return DONE;
  return { kind: 'again', dueAt: deps.clock.now() + pauseAfter(attempts, spreadOf(services.secrets.hash(page.key))) };
}

function nameOf(services: Pick<ActionServices, 'setting'>, person: string): string {
  return services.setting().people.find(({ id }) => id === person)?.name ?? person;
}
