import type { Incident } from '../../incident/incident.ts';
import type { Deps } from '../../core/transaction.ts';
import { channelsOf, type Target } from '../chain/target.ts';
import { ACTION_WORK, PRIORITY } from '../facts.ts';
import { PAGE_CHANNELS, type Page, type PageChannelName, type PagePurpose, type Person } from '../nouns.ts';
import { replyToken } from './reply-token.ts';
import type { ActionTx, Secrets } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { isBundled } from './budget.ts';

/** What makes a page the one that it is: the same parts give the same key. */
export interface PageOrigin {
  readonly incidentId: string;
  readonly chainRunId: string;
  readonly step: number;
  readonly round: number;
}

/** Pages to one person about one thing. `keyOf` gives the idempotency key of each. */
export interface NewPages {
  readonly incidentId: string;
  readonly chainRunId: string | null;
  readonly reason: string;
  readonly person: Person;
  readonly channels: Target['channels'];
  /** How long they are gathered with others into one message, ms; null or left out: each is sent by itself. */
  readonly bundle?: number | null;
  /** `page` when left out. */
  readonly purpose?: PagePurpose;
  readonly about?: string | null;
  keyOf(person: string, channel: PageChannelName): string;
}

/** The pages of a step: their key is a hash of incident, run, step, round, person and channel. */
export async function createPages(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  services: Pick<ActionServices, 'secrets' | 'setting'>,
  origin: PageOrigin,
  incident: Incident,
  target: Target,
  reason: string,
  causeId: string | undefined,
): Promise<void> {
  const { incidentId, chainRunId, step, round } = origin;
  const { secrets } = services;
  const { budget } = services.setting().duty;
  const keyOf = (person: string, channel: PageChannelName): string =>
    `page-${secrets.hash(JSON.stringify([incidentId, chainRunId, step, round, person, channel])).slice(0, 40)}`;
  const { person, channels } = target;
  const recent = await tx.actions.pagesOfPerson(person.id, deps.clock.now() - budget.within);
  const bundle = isBundled(budget, incident, recent) ? budget.bundle : null;
  await insertPages(tx, deps, secrets, { incidentId, chainRunId, reason, person, channels, keyOf, bundle }, causeId);
}

/**
 * Writes a page per channel and puts the sending in line, in the caller's transaction: either the step is taken and its
 * pages exist, or neither. A page whose key exists is left alone.
 */
export async function insertPages(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  secrets: Secrets,
  pages: NewPages,
  causeId: string | undefined,
): Promise<void> {
  const bundle = pages.bundle ?? null;
  const incident = await tx.incidents.byId(pages.incidentId);
  // After an outage the line drains the most severe first.
  const priority = incident?.severity === 'minor' ? PRIORITY.minorPage : PRIORITY.page;
  for (const { channel, address, after = 0 } of await withDevices(tx, pages)) {
    const key = pages.keyOf(pages.person.id, channel);
    const page: Page = {
      id: deps.ids.next('pag'),
      key,
      incidentId: pages.incidentId,
      chainRunId: pages.chainRunId,
      person: pages.person.id,
      channel,
      address,
      reason: pages.reason,
      state: bundle === null ? 'due' : 'bundled',
      createdAt: deps.clock.now(),
      handedOverAt: null,
      attempts: 0,
      lastError: null,
      receipt: null,
      acceptHash: secrets.hash(secrets.derive(key)),
      acceptedAt: null,
      purpose: pages.purpose ?? 'page',
      about: pages.about ?? null,
      replyHash: channel === 'email' ? secrets.hash(replyToken(secrets, { key })) : null,
      replyUsedAt: null,
    };
    if (!(await tx.actions.insertPage(page))) continue;
    await putInLine(tx, page, bundle, priority, deps.clock.now() + (bundle ?? after), causeId);
  }
}

/** The row that sends the page, or the one that sends everything gathered for the person and the channel. */
async function putInLine(
  tx: ActionTx,
  { id, key, person, channel }: Page,
  bundle: number | null,
  priority: number,
  dueAt: number,
  causeId: string | undefined,
): Promise<void> {
  if (bundle === null) {
    const payload = { pageId: id, way: channel };
    await tx.work.put({ kind: ACTION_WORK.sendPage, key, dueAt, priority, payload, causeId });
    return;
  }
  const payload = { person, channel };
  await tx.work.put({
    kind: ACTION_WORK.sendBundle,
    key: `${person}/${channel}`,
    dueAt,
    priority,
    payload,
    causeId,
  });
}

/** Push reaches only an account with a browser that shows pages; where it was the only way, every other one is taken. */
async function withDevices(tx: ActionTx, { person, channels }: NewPages): Promise<Target['channels']> {
  const push = channels.find(({ channel }) => channel === 'push');
  if (!push || (await tx.actions.pushDevices(push.address)).length > 0) return channels;
  const left = channels.filter((one) => one !== push);
  if (left.some(({ channel }) => channel !== 'log')) return left;
  return channelsOf(person, PAGE_CHANNELS).filter(({ channel }) => channel !== 'push');
}

/**
 * Takes pages that were not sent yet out of line: nobody needs to be woken any more.
 * @param only `page` leaves what is asked of the one who has it, and what tells of promises
 */
export async function cancelDuePages(tx: ActionTx, incidentId: string, only?: 'page'): Promise<void> {
  for (const page of await tx.actions.pagesOf(incidentId)) {
    if (page.state !== 'due' && page.state !== 'bundled') continue;
    if (only !== undefined && page.purpose !== only) continue;
    await tx.actions.updatePage(page.id, { state: 'cancelled' });
    await tx.work.cancel(ACTION_WORK.sendPage, page.key);
  }
}
