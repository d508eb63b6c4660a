import { alertWords } from '../../alert/words.ts';
import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import type { Incident } from '../../incident/incident.ts';
import { LAST_TRY, OTHER_WAY_AFTER, pauseAfter, spreadOf } from '../backoff.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { Page } from '../nouns.ts';
import { textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { pageAnotherWay } from './other-way.ts';
import { writePage } from './text.ts';

/** Alerts whose words are in a page. */
const WORDS = 4;

interface Seen {
  readonly page: Page;
  readonly incident: Incident;
  readonly alerts: number;
  readonly words: readonly string[];
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
      if (isMoot(seen)) return (tx) => cancel(tx, seen.page);
      try {
        const receipt = await handOver(deps, services, seen);
        return (tx) => handedOver(tx, deps, services, seen, receipt, item);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return (tx) => failed(tx, deps, services, seen, why, item);
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
  return { page, incident, alerts: alerts.items.length, words };
}

/** Somebody accepted after the page was written, or it is over: nobody needs to be woken for it. */
function isMoot({ page, incident }: Seen): boolean {
  if (incident.state === 'resolved' || incident.state === 'merged') return true;
  return incident.state === 'accepted' && incident.acceptedAt !== null && incident.acceptedAt >= page.createdAt;
}

async function handOver(deps: Deps<ActionTx>, services: ActionServices, seen: Seen): Promise<string> {
  const { page, incident, alerts, words } = seen;
  const channel = services.channel(page.channel);
  if (!channel) throw new Error(`the channel ${page.channel} is not configured; write it under outside`);
  const secret = services.secrets.derive(page.key);
  const facts = { alerts, words, now: deps.clock.now(), secret };
  return channel.send(writePage(services.setting(), incident, page, facts));
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
  receipt: string,
  item: WorkItem,
): Promise<Outcome> {
  const attempts = page.attempts + 1;
  const handedOverAt = deps.clock.now();
  await tx.actions.updatePage(page.id, { state: 'handed-over', handedOverAt, attempts, receipt, lastError: null });
  await tx.journal.append({
    actor: systemActor('action'),
    fact: ACTION_FACTS.pageHandedOver,
    subject: { kind: 'page', id: page.id },
    incidentId: page.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `${nameOf(services, page.person)} was paged by ${page.channel}: ${page.reason}`,
    data: { person: page.person, channel: page.channel, attempts, receipt },
  });
  return DONE;
}

async function failed(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  { page }: Seen,
  why: string,
  item: WorkItem,
): Promise<Outcome> {
  const attempts = page.attempts + 1;
  const last = attempts >= LAST_TRY;
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
    if (!last) await pageAnotherWay(tx, deps, services, page, causeId);
  }
  if (last) return DONE;
  return { kind: 'again', dueAt: deps.clock.now() + pauseAfter(attempts, spreadOf(services.secrets.hash(page.key))) };
}

function nameOf(services: Pick<ActionServices, 'setting'>, person: string): string {
  return services.setting().people.find(({ id }) => id === person)?.name ?? person;
}
