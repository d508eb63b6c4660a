import { systemActor, type Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { INCIDENT_FACTS, type IncidentDeps } from '../../incident/index.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { Page } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { answerByLink, type LinkUse } from './accept-by-link.ts';
import { isAutomatic, readReply } from './read-reply.ts';

/** How long a page can be answered by mail, ms: a weekend and a day. */
const ANSWERABLE = 72 * 3_600_000;

/** A mail that somebody sent to the address of a page, without the token. */
export interface MailAnswer {
  /** The envelope's sender, in lower case; empty for none. */
  readonly sender: string;
  /** The address in the header From, in lower case. */
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What became of it. */
export type MailOutcome = LinkUse['outcome'] | 'note' | 'auto-reply' | 'other-sender' | 'answered-before' | 'repeated';

/** The page behind a token that can still be answered, or null. The token is compared in constant time. */
export async function pageOfToken(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'secrets'>,
  token: string,
): Promise<Page | null> {
  // Mail programs may have changed the case.
  const hash = services.secrets.hash(token.toLowerCase());
  const page = await deps.store.read((tx) => tx.actions.pageByReplyHash(hash));
  if (!page || page.replyHash === null || !services.secrets.same(page.replyHash, hash)) return null;
  return deps.clock.now() - page.createdAt <= ANSWERABLE ? page : null;
}

/**
 * Takes an answer to a page's mail: does what its first word says, as the person that the page went to, once; keeps
 * everything else as a note. Taking the same mail again changes nothing.
 * @returns what was done; null when the token is not (or no more) one
 */
export async function answerByMail(
  deps: Deps<ActionTx> & IncidentDeps,
  services: ActionServices,
  token: string,
  mail: MailAnswer,
): Promise<MailOutcome | null> {
  const page = await pageOfToken(deps, services, token);
  if (!page) return null;
  const message = services.secrets.hash(mail.messageId);
  const earlier = await deps.store.read((tx) => tx.journal.ofSubject('page', page.id));
  if (earlier.some(({ data }) => data['message'] === message)) return 'repeated';
  const reply = readReply(mail.text);
  const doubt = doubtAbout(page, mail);
  const answer = doubt === null ? reply.answer : null;
  const known = services.setting().people.find(({ id }) => id === page.person);
  const name = known?.name ?? page.person;
  const person: Actor = { kind: 'person', id: known?.account ?? page.person, name, roles: ['duty'] };
  // The answer itself may be given twice without harm; the row that says it was taken comes after it.
  const use = answer === null ? null : await answerByLink(deps, services, services.secrets.derive(page.key), answer);
  const outcome: MailOutcome = use?.outcome ?? doubt ?? 'note';
  await deps.store.transact(async (tx) => {
    if (answer !== null) await tx.actions.updatePage(page.id, { replyUsedAt: deps.clock.now() });
    const actor = doubt === 'auto-reply' || doubt === 'other-sender' ? systemActor('action') : person;
    const causeId = await tx.journal.append({
      actor,
      fact: ACTION_FACTS.mailAnswered,
      subject: { kind: 'page', id: page.id },
      incidentId: page.incidentId,
      summary: `${WORDS[doubt ?? 'note'].replace('NAME', name)}${answer === null ? '' : `: ${answer.kind}`}`,
      reason: outcome,
      data: { person: page.person, answer: answer?.kind ?? null, message },
    });
    if (answer !== null && use?.outcome !== 'refused') return;
    const text = reply.text.trim();
    if (text === '') return;
    await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.noted,
      subject: { kind: 'incident', id: page.incidentId },
      incidentId: page.incidentId,
      causeId,
      summary: doubt === 'other-sender' ? `From ${mail.from || 'nobody'}: ${text}`.slice(0, 4000) : text,
      reason: 'by-mail',
    });
  });
  return outcome;
}

const WORDS = {
  note: 'NAME answered by mail',
  'auto-reply': 'The mailbox of NAME answered by itself',
  'other-sender': 'The mail of the page to NAME was answered from another address',
  'answered-before': 'NAME wrote again to the mail of a page',
} as const;

/** Why a mail must not act, or null. */
function doubtAbout(page: Page, mail: MailAnswer): 'auto-reply' | 'other-sender' | 'answered-before' | null {
  if (isAutomatic(mail.headers, mail.subject, mail.sender)) return 'auto-reply';
  if (mail.from !== page.address.toLowerCase()) return 'other-sender';
  return page.replyUsedAt === null ? null : 'answered-before';
}
