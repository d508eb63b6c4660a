import type { Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { accept, type IncidentDeps } from '../../incident/index.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { Page } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';

/** What an acceptance link stands for. Looking at it changes nothing: link scanners look at every link. */
export interface LinkView {
  readonly incident: Incident;
  /** Whom the link was sent to. */
  readonly person: { readonly id: string; readonly name: string };
  readonly page: Page;
}

/** What became of using the link. */
export interface LinkUse extends LinkView {
  readonly outcome: 'accepted' | 'already-accepted' | 'over';
  /** Who has the incident now. */
  readonly acceptedBy: string | null;
}

type Services = Pick<ActionServices, 'setting' | 'secrets'>;

/** @throws Fault `not_found` when there is no such link; the secret is not repeated in the error */
export async function describeLink(deps: Deps<ActionTx>, services: Services, secret: string): Promise<LinkView> {
  return deps.store.read((tx) => findLink(tx, services, secret));
}

/**
 * Accepts the incident as the person the link was sent to. Doing it again changes nothing and tells who has it.
 * @throws Fault `not_found` when there is no such link
 */
export async function acceptByLink(
  deps: Deps<ActionTx> & IncidentDeps,
  services: Services,
  secret: string,
): Promise<LinkUse> {
  const link = await describeLink(deps, services, secret);
  if (link.incident.state === 'resolved') return { ...link, outcome: 'over', acceptedBy: link.incident.acceptedBy };
  if (link.incident.state === 'accepted') return already(link);
  const actor = actorOf(services, link.person);
  try {
    const incident = await accept(deps, actor, { id: link.incident.id });
    await deps.store.transact((tx) => markAccepted(tx, deps, actor, link.page));
    return { ...link, incident, outcome: 'accepted', acceptedBy: incident.acceptedBy };
  } catch (error) {
    if (!(error instanceof Fault) || error.status !== 409) throw error;
    // Somebody was faster: tell who, instead of an error.
    const fresh = await describeLink(deps, services, secret);
    const over = fresh.incident.state === 'resolved' || fresh.incident.state === 'merged';
    return over ? { ...fresh, outcome: 'over', acceptedBy: fresh.incident.acceptedBy } : already(fresh);
  }
}

function already(link: LinkView): LinkUse {
  return { ...link, outcome: 'already-accepted', acceptedBy: link.incident.acceptedBy };
}

/** The link is the person's proof: it acts as the account behind the person, or the person where there is none. */
function actorOf(services: Services, { id, name }: LinkView['person']): Actor {
  const account = services.setting().people.find((one) => one.id === id)?.account;
  return { kind: 'person', id: account ?? id, name, roles: ['duty'] };
}

async function findLink(tx: ActionTx, services: Services, secret: string): Promise<LinkView> {
  const page = await tx.actions.pageByAcceptHash(services.secrets.hash(secret));
  let incident = page && (await tx.incidents.byId(page.incidentId));
  // What was merged is worked on under the other incident's number.
  for (let hops = 0; incident?.mergedInto && hops < 10; hops++) incident = await tx.incidents.byId(incident.mergedInto);
  if (!page || !incident) throw new Fault('not_found', { what: 'acceptance link', id: 'of this address' });
  const person = services.setting().people.find(({ id }) => id === page.person);
  return { incident, page, person: { id: page.person, name: person?.name ?? page.person } };
}

async function markAccepted(tx: ActionTx, deps: Deps<ActionTx>, actor: Actor, page: Page): Promise<void> {
  const stored = await tx.actions.page(page.id);
  if (!stored || stored.acceptedAt !== null) return;
  const acceptedAt = deps.clock.now();
  // Whoever has followed the link has got the message, whatever the channel said.
  const state =
    stored.state === 'due' || stored.state === 'bundled' || stored.state === 'failed'
      ? { state: 'handed-over' as const }
      : {};
  await tx.actions.updatePage(page.id, { acceptedAt, ...state });
  await tx.journal.append({
    actor,
    fact: ACTION_FACTS.pageAccepted,
    subject: { kind: 'page', id: page.id },
    incidentId: page.incidentId,
    summary: `${actor.name} accepted by the link in a page (${page.channel})`,
    data: { person: page.person, channel: page.channel },
  });
}
