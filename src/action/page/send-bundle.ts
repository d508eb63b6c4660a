import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import type { Incident } from '../../incident/incident.ts';
import { pauseAfter, spreadOf } from '../backoff.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { Page, PageChannelName } from '../nouns.ts';
import { textOf } from '../payload.ts';
import type { ActionTx, OutgoingMessage, Taken } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { oneLine } from './text.ts';

/** Tries after which each page of the bundle is sent by itself, with its own ways to fail over. */
const TRIES = 3;
/** Incidents that are named in one message. */
const NAMED = 15;

interface Gathered {
  readonly page: Page;
  readonly incident: Incident;
}

/**
 * Sends the pages that were gathered for one person and channel as one message. What was accepted or resolved meanwhile
 * is left out; when the message fails three times, each page goes its own way.
 */
export function sendBundle(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.sendBundle,
    async outside(item) {
      const person = textOf(item, 'person');
      const channel = textOf(item, 'channel') as PageChannelName;
      const gathered = await deps.store.read((tx) => gather(tx, person, channel));
      const open = gathered.filter(({ incident }) => incident.state === 'open');
      const moot = gathered.filter(({ incident }) => incident.state !== 'open').map(({ page }) => page);
      if (open.length === 0) return (tx) => settle(tx, deps, [], moot, null);
      mustHold(item, deps.clock.now());
      try {
        const out = services.channel(channel);
        if (!out) throw new Error(`the channel ${channel} is not configured; write it under outside`);
        const taken = await out.send(bundleMessage(services, open));
        return (tx) => settle(tx, deps, open, moot, taken);
      } catch (error) {
        return (tx) => failed(tx, deps, services, open, item, error instanceof Error ? error.message : String(error));
      }
    },
  };
}

async function gather(tx: ActionTx, person: string, channel: PageChannelName): Promise<readonly Gathered[]> {
  const found: Gathered[] = [];
  for (const page of await tx.actions.bundledPages(person, channel)) {
    const incident = await tx.incidents.byId(page.incidentId);
    if (incident) found.push({ page, incident });
  }
  return found;
}

function bundleMessage(services: ActionServices, open: readonly Gathered[]): OutgoingMessage {
  const setting = services.setting();
  const base = setting.url.replace(/\/+$/, '');
  const key = `bundle-${services.secrets.hash(open.map(({ page }) => page.key).join()).slice(0, 40)}`;
  const lines = open
    .slice(0, NAMED)
    .flatMap(({ page, incident }) => [
      `#${incident.number} ${incident.severity}: ${oneLine(incident.title, 160)}`,
      `Accept: ${base}/accept/${services.secrets.derive(page.key)}`,
      '',
    ]);
  const rest = open.length > NAMED ? [`and ${open.length - NAMED} more`, ''] : [];
  return {
    key,
    to: open[0]!.page.address,
    subject: oneLine(`[${setting.name}] ${open.length} further incidents`, 200),
    text: [...lines, ...rest, `All incidents: ${base}/incidents`].join('\n'),
    data: { type: 'incident.bundle', incidents: open.map(({ incident }) => incident.id) },
  };
}

async function settle(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  sent: readonly Gathered[],
  moot: readonly Page[],
  taken: Taken | null,
): Promise<Outcome> {
  for (const { id } of moot) await tx.actions.updatePage(id, { state: 'cancelled' });
  for (const { page, incident } of sent) {
    const receipt = `${taken?.said ?? ''} (in one message with ${sent.length - 1} others)`;
    const handedOverAt = deps.clock.now();
    await tx.actions.updatePage(page.id, { state: 'handed-over', handedOverAt, attempts: page.attempts + 1, receipt });
    await tx.journal.append({
      actor: systemActor('action'),
      fact: ACTION_FACTS.pageHandedOver,
      subject: { kind: 'page', id: page.id },
      incidentId: incident.id,
      summary: `${page.person} was paged by ${page.channel}, in one message with ${sent.length - 1} others: ${page.reason}`,
      reason: 'over-the-page-budget',
      data: { person: page.person, channel: page.channel, receipt },
    });
  }
  return DONE;
}

async function failed(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  open: readonly Gathered[],
  item: WorkItem,
  why: string,
): Promise<Outcome> {
  const tries = Number(item.payload['tries'] ?? 0) + 1;
  if (tries < TRIES) {
    const dueAt = deps.clock.now() + pauseAfter(tries, spreadOf(services.secrets.hash(item.key)));
    return { kind: 'again', dueAt, payload: { ...item.payload, tries } };
  }
  for (const { page } of open) {
    await tx.actions.updatePage(page.id, { state: 'due', lastError: why });
    await tx.work.put({ kind: ACTION_WORK.sendPage, key: page.key, priority: 0, payload: { pageId: page.id } });
  }
  return DONE;
}
