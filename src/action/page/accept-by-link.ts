import type { Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { accept, isLive, unaccept, type IncidentDeps } from '../../incident/index.ts';
import type { IncidentHandover } from '../care/nouns.ts';
import { confirm } from '../care/verbs/confirm.ts';
import { answerHandOver } from '../care/verbs/hand-over.ts';
import { snooze } from '../care/verbs/snooze.ts';
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
  /** Whether that person has the incident. */
  readonly isOwner: boolean;
  /** The hand-over that the page asks for, if it does. */
  readonly handover: IncidentHandover | null;
  readonly snoozedUntil: number | null;
}

/** What became of using the link. */
export interface LinkUse extends LinkView {
  readonly outcome:
    | 'accepted'
    | 'already-accepted'
    | 'over'
    | 'confirmed'
    | 'taken-over'
    | 'declined'
    | 'snoozed'
    | 'given-back'
    | 'refused';
  /** Who has the incident now. */
  readonly acceptedBy: string | null;
  /** Why it was refused; else null. */
  readonly why: string | null;
}

/** What a person answers to a page. `accept` is what the page asks for: to take it, to be on it, to take it over. */
export type PageAnswer =
  | { readonly kind: 'accept' | 'confirm' | 'decline' | 'give-back' }
  | {
      readonly kind: 'snooze';
      /** For how long, ms. */
      readonly span: number;
    };

type AnswerDeps = Deps<ActionTx> & IncidentDeps;

/** @throws Fault `not_found` when there is no such link; the secret is not repeated in the error */
export async function describeLink(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting' | 'secrets'>,
  secret: string,
): Promise<LinkView> {
  return deps.store.read(async (tx) => {
    const page = await tx.actions.pageByAcceptHash(services.secrets.hash(secret));
    return viewOf(tx, services, page);
  });
}

/**
 * Accepts the incident as the person the link was sent to. Doing it again changes nothing and tells who has it.
 * @throws Fault `not_found` when there is no such link
 */
export async function acceptByLink(deps: AnswerDeps, services: ActionServices, secret: string): Promise<LinkUse> {
  return answerByLink(deps, services, secret, { kind: 'accept' });
}

/**
 * Answers a page as the person it was sent to. What cannot be done any more is told, and is no error.
 * @throws Fault `not_found` when there is no such link
 */
export async function answerByLink(
  deps: AnswerDeps,
  services: ActionServices,
  secret: string,
  answer: PageAnswer,
): Promise<LinkUse> {
  const link = await describeLink(deps, services, secret);
  const told = (outcome: LinkUse['outcome'], why: string | null = null): LinkUse => {
    return { ...link, outcome, acceptedBy: link.incident.acceptedBy, why };
  };
  if (!isLive(link.incident)) return told('over');
  try {
    const outcome = await carryOut(deps, services, link, answer);
    if (typeof outcome !== 'string') return told('refused', outcome.why);
    if (outcome === 'already-accepted') return told(outcome);
    const actor = actorOf(services, link.person);
    if (outcome !== 'declined') await deps.store.transact((tx) => markAccepted(tx, deps, actor, link.page, outcome));
    const fresh = await describeLink(deps, services, secret);
    return { ...fresh, outcome, acceptedBy: fresh.incident.acceptedBy, why: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (![400, 403, 409].includes(error.status)) throw error;
    const fresh = await describeLink(deps, services, secret);
    const { acceptedBy } = fresh.incident;
    if (error.status !== 409) return { ...fresh, outcome: 'refused', acceptedBy, why: error.message };
    // Somebody was faster: tell who, instead of an error.
    const outcome = isLive(fresh.incident) ? 'already-accepted' : 'over';
    return { ...fresh, outcome, acceptedBy, why: null };
  }
}

async function carryOut(
  deps: AnswerDeps,
  services: ActionServices,
  link: LinkView,
  answer: PageAnswer,
): Promise<LinkUse['outcome'] | { readonly why: string }> {
  const { incident, handover, isOwner, page } = link;
  const actor = actorOf(services, link.person);
  const input = { id: incident.id };
  if (handover?.state === 'asked' && (answer.kind === 'accept' || answer.kind === 'decline')) {
    const word = answer.kind === 'accept' ? 'accepted' : 'declined';
    await answerHandOver(deps, services, actor, handover.id, word);
    return answer.kind === 'accept' ? 'taken-over' : 'declined';
  }
  if (answer.kind === 'decline') return { why: 'Nobody asks for this any more.' };
  const isTaken = incident.state === 'accepted' && !isOwner;
  if (answer.kind === 'give-back') {
    if (!isOwner) return isTaken ? 'already-accepted' : { why: 'Nobody has it: there is nothing to give back.' };
    await unaccept(deps, actor, { ...input, reason: 'given back by an answer to a page' });
    return 'given-back';
  }
  if (isTaken) return 'already-accepted';
  if (incident.state === 'open') await accept(deps, actor, input);
  if (answer.kind === 'snooze') {
    await snooze(deps, services, actor, { ...input, until: deps.clock.now() + answer.span });
    return 'snoozed';
  }
  if (incident.state === 'open') return 'accepted';
  // Who presses the button of the first page again learns that it was heard; the later ones ask whether somebody is on it.
  if (answer.kind === 'accept' && page.purpose === 'page') return 'already-accepted';
  await confirm(deps, services, actor, input);
  return 'confirmed';
}

/** The link is the person's proof: it acts as the account behind the person, or the person where there is none. */
function actorOf(services: Pick<ActionServices, 'setting'>, { id, name }: LinkView['person']): Actor {
  const account = services.setting().people.find((one) => one.id === id)?.account;
  return { kind: 'person', id: account ?? id, name, roles: ['duty'] };
}

/** @throws Fault `not_found` when there is no such page */
async function viewOf(tx: ActionTx, services: Pick<ActionServices, 'setting'>, page: Page | null): Promise<LinkView> {
  let incident = page && (await tx.incidents.byId(page.incidentId));
  // What was merged is worked on under the other incident's number.
  for (let hops = 0; incident?.mergedInto && hops < 10; hops++) incident = await tx.incidents.byId(incident.mergedInto);
  if (!page || !incident) throw new Fault('not_found', { what: 'acceptance link', id: 'of this address' });
  const known = services.setting().people.find(({ id }) => id === page.person);
  const person = { id: page.person, name: known?.name ?? page.person };
  const care = await tx.actions.care(incident.id);
  const isOwner = incident.state === 'accepted' && (incident.acceptedBy === person.name || care?.owner === page.person);
  const handover = page.about === null ? null : await tx.actions.incidentHandover(page.about);
  return { incident, page, person, isOwner, handover, snoozedUntil: care?.snoozedUntil ?? null };
}

/** What somebody did by a page, for the timeline. */
const DID: Partial<Record<LinkUse['outcome'], string>> = {
  accepted: 'accepted',
  'taken-over': 'took it over',
  confirmed: 'confirmed',
  snoozed: 'snoozed it',
  'given-back': 'gave it back',
};

async function markAccepted(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  actor: Actor,
  page: Page,
  outcome: LinkUse['outcome'],
): Promise<void> {
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
    summary: `${actor.name} ${DID[outcome] ?? 'answered'} by the link in a page (${page.channel})`,
    reason: outcome,
    data: { person: page.person, channel: page.channel },
  });
}
