import type { Deps } from '../../core/transaction.ts';
import type { IncidentDeps } from '../../incident/index.ts';
import type { Page, PageChannelName } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { acceptByLink, type LinkUse } from './accept-by-link.ts';
import { codeOf } from './code.ts';

/** How long a page can be answered. */
const ANSWERABLE = 24 * 3_600_000;

type Services = ActionServices;
type AllDeps = Deps<ActionTx> & IncidentDeps;

/** What came of a message that somebody sent back. */
export type Reply =
  | { readonly kind: 'used'; readonly use: LinkUse }
  /** No page with these digits went to this address. */
  | { readonly kind: 'unknown' };

/**
 * Accepts by the six digits of a page, sent back from the address that the page went to. The digits alone are not
 * enough, and neither is the address: callers must have proved where the message comes from.
 * @param text whatever was written around the digits
 */
export async function acceptByReply(
  deps: AllDeps,
  services: Services,
  channels: readonly PageChannelName[],
  address: string,
  text: string,
): Promise<Reply> {
  const codes = new Set(text.match(/(?<!\d)\d{6}(?!\d)/g) ?? []);
  if (codes.size === 0) return { kind: 'unknown' };
  const since = deps.clock.now() - ANSWERABLE;
  const pages = await deps.store.read((tx) => tx.actions.pagesTo(channels, address, since));
  const page = pages.find((one) => codes.has(codeOf(services.secrets, one)));
  return page ? { kind: 'used', use: await acceptPage(deps, services, page) } : { kind: 'unknown' };
}

/** Accepts by a digit pressed in a call: the call itself was the page. @returns null when there is no such page */
export async function acceptByPageId(deps: AllDeps, services: Services, pageId: string): Promise<LinkUse | null> {
  const page = await deps.store.read((tx) => tx.actions.page(pageId));
  return page && acceptPage(deps, services, page);
}

/**
 * Accepts by a button that hands the secret back, pressed by the one it was sent to.
 * @param address the presser's address in the channel; null where the channel does not tell it
 * @returns null when the secret is unknown or somebody else pressed
 */
export async function acceptByButton(
  deps: AllDeps,
  services: Services,
  secret: string,
  address: string | null,
): Promise<LinkUse | null> {
  const page = await deps.store.read((tx) => tx.actions.pageByAcceptHash(services.secrets.hash(secret)));
  if (!page || (address !== null && page.address !== address)) return null;
  return acceptPage(deps, services, page);
}

function acceptPage(deps: AllDeps, services: Services, page: Page): Promise<LinkUse> {
  return acceptByLink(deps, services, services.secrets.derive(page.key));
}

/** What is answered to somebody who accepted by a message or a button. Pure. */
export function replyWords({ incident, outcome, acceptedBy, why }: LinkUse): string {
  const name = `#${incident.number} ${incident.title}`;
  switch (outcome) {
    case 'accepted':
    case 'taken-over':
      return `You have it now: ${name}`;
    case 'confirmed':
      return `Noted, you are on it: ${name}`;
    case 'snoozed':
      return `Snoozed: ${name}`;
    case 'given-back':
      return `Given back: ${name}`;
    case 'declined':
      return `Declined: ${name}`;
    case 'over':
      return `It is over: ${name}`;
    case 'refused':
      return `${why ?? 'It cannot be done'} (${name})`;
    case 'already-accepted':
      return `${acceptedBy ?? 'Somebody'} has it already: ${name}`;
  }
}
