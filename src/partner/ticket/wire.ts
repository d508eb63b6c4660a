import { Fault } from '../../core/fault.ts';
import { isObject } from '../../signal/alertmanager-body.ts';
import { readInstant } from '../../signal/instant.ts';
import { readId } from '../../signal/tmf642/index.ts';
import { iso } from '../alarm/take.ts';
import type { PartnerNote, PartnerTicket, PartnerTicketState } from '../nouns.ts';

type Version = '4' | '5';

/** What a partner says of a ticket. */
export interface RemoteTicket {
  readonly id: string;
  readonly status: string | null;
  readonly promisedAt: number | null;
  readonly resolvedAt: number | null;
  readonly notes: readonly Omit<PartnerNote, 'origin'>[];
  /** As they came: a change of the list must send all of them back. */
  readonly rawNotes: readonly unknown[];
}

const MOST_NOTES = 200;
const MOST_TEXT = 4000;
const STATES: Readonly<Record<string, PartnerTicketState>> = {
  acknowledged: 'open',
  inprogress: 'open',
  pending: 'open',
  held: 'open',
  resolved: 'resolved',
  closed: 'closed',
  cancelled: 'closed',
  rejected: 'closed',
};

/** What the partner's status means here. A word that is not known leaves the ticket open: better looked at than lost. */
export function stateOf(status: string | null): PartnerTicketState {
  return STATES[(status ?? '').replaceAll(/[\s_-]/g, '').toLowerCase()] ?? 'open';
}

/** The body that opens a ticket. `owner` is our system's address: what comes back with it is ours. */
export function ticketBody(
  ticket: PartnerTicket,
  version: Version,
  ticketType: string,
  owner: string,
  author: string,
): Record<string, unknown> {
  const { id, title, body, severity, createdAt } = ticket;
  const described = { '@type': 'TroubleTicket', name: title, description: body, severity, ticketType };
  const note = noteBody({ key: id, at: createdAt, author, text: `Our reference: ${id}` }, version);
  if (version === '4') return { ...described, externalId: id, note: [note] };
  const external = { '@type': 'ExternalIdentifier', owner, externalIdentifierType: 'incident', id };
  return { ...described, externalIdentifier: [external], note: [note] };
}

export function noteBody({ at, author, text }: Omit<PartnerNote, 'origin'>, version: Version): Record<string, unknown> {
  return { ...(version === '5' ? { '@type': 'Note' } : {}), author, date: iso(at), text };
}

/** The filter that finds a ticket by our identifier, when the answer to its opening was lost. */
export function findQuery(ticket: Pick<PartnerTicket, 'id'>, version: Version): string {
  return `${version === '5' ? 'externalIdentifier.id' : 'externalId'}=${encodeURIComponent(ticket.id)}`;
}

/** Whether a ticket of the partner's is the one that we opened. */
export function isOurs(value: unknown, id: string, owner: string): boolean {
  if (!isObject(value)) return false;
  if (value['externalId'] === id) return true;
  const identifiers = value['externalIdentifier'];
  return (
    Array.isArray(identifiers) &&
    identifiers.some(
      (one) => isObject(one) && one['id'] === id && (one['owner'] === undefined || one['owner'] === owner),
    )
  );
}

/** Reads a ticket as the partner shows it. @throws Fault `outside_failed` when it is none */
export function readTicket(value: unknown): RemoteTicket {
  const id = isObject(value) ? readId(value['id'], 'the ticket') : null;
  if (!isObject(value) || id === null)
    throw new Fault('outside_failed', { what: 'The partner', why: 'its ticket has no id' });
  const rawNotes = Array.isArray(value['note']) ? value['note'].slice(0, MOST_NOTES) : [];
  return {
    id,
    status: typeof value['status'] === 'string' ? value['status'].slice(0, 50) : null,
    promisedAt: instant(value['expectedResolutionDate']),
    resolvedAt: instant(value['resolutionDate']),
    notes: rawNotes.flatMap(readNote),
    rawNotes,
  };
}

function readNote(value: unknown): Omit<PartnerNote, 'origin'>[] {
  if (!isObject(value) || typeof value['text'] !== 'string' || value['text'].trim() === '') return [];
  const text = value['text'].slice(0, MOST_TEXT);
  const author = typeof value['author'] === 'string' ? value['author'].slice(0, 100) : '';
  const id = typeof value['id'] === 'string' ? value['id'] : '';
  const date = typeof value['date'] === 'string' ? value['date'] : '';
  return [{ key: id === '' ? `${date}/${author}/${text.slice(0, 80)}` : id, at: instant(date) ?? 0, author, text }];
}

function instant(value: unknown): number | null {
  return typeof value === 'string' ? (readInstant(value) ?? null) : null;
}
