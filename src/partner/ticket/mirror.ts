import { TICKET_FACTS } from '../../ticket/index.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { PartnerNote, PartnerTicket } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerActor, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { stateOf, type RemoteTicket } from './wire.ts';

const MOST_NOTES = 200;

/**
 * Takes over what the partner says of our ticket, in the caller's transaction: status, expected end, notes. Seen twice it
 * changes nothing, and what we wrote ourselves is not taken back as theirs.
 */
export async function mirrorTicket(
  tx: PartnerTx,
  deps: Pick<PartnerDeps, 'clock'>,
  services: Pick<PartnerServices, 'setting'>,
  partner: PartnerConfig,
  ticket: PartnerTicket,
  remote: RemoteTicket,
): Promise<void> {
  const now = deps.clock.now();
  const state = stateOf(remote.status);
  const fresh = newNotes(ticket, remote, services.setting().name);
  const statusChanged = remote.status !== null && remote.status !== ticket.remoteStatus;
  const promiseChanged = remote.promisedAt !== null && remote.promisedAt !== ticket.promisedAt;
  if (!statusChanged && !promiseChanged && fresh.length === 0) return;
  const over = state === 'resolved' || state === 'closed';
  await tx.partners.updateTicket(ticket.id, {
    ...(statusChanged ? { state, remoteStatus: remote.status } : {}),
    ...(promiseChanged ? { promisedAt: remote.promisedAt } : {}),
    ...(statusChanged && ticket.acknowledgedAt === null ? { acknowledgedAt: now } : {}),
    ...(over && ticket.resolvedAt === null ? { resolvedAt: Math.min(remote.resolvedAt ?? now, now) } : {}),
    notes: [...ticket.notes, ...fresh].slice(-MOST_NOTES),
    updatedAt: now,
    lastError: null,
  });
  const actor = partnerActor(partner);
  const row = { actor, subject: { kind: 'partner-ticket', id: ticket.id }, incidentId: ticket.incidentId } as const;
  if (statusChanged || promiseChanged) {
    const words = changeWords(partner, remote, statusChanged, promiseChanged);
    const data = {
      partner: partner.name,
      status: remote.status,
      promisedAt: remote.promisedAt,
      before: ticket.remoteStatus,
    };
    await tx.journal.append({ ...row, fact: PARTNER_FACTS.ticketChanged, summary: words, reason: 'mirrored', data });
    await commentOwnTicket(tx, actor, ticket, words);
  }
  for (const note of fresh) {
    const summary = `${partner.title}: ${note.text}`.slice(0, 1000);
    await tx.journal.append({ ...row, fact: PARTNER_FACTS.ticketNoted, summary, data: { partner: partner.name } });
    await commentOwnTicket(tx, actor, ticket, summary);
  }
}

/** Notes that are neither known nor ours. Ours are known by their words: partners give them ids and dates of their own. */
function newNotes(ticket: PartnerTicket, remote: RemoteTicket, operator: string): PartnerNote[] {
  const own = new Set(ticket.notes.filter(({ origin }) => origin === 'own').map(({ text }) => text));
  const known = new Set(ticket.notes.map(({ key }) => key));
  return remote.notes
    .filter(({ key, author, text }) => !known.has(key) && !own.has(text) && author !== operator)
    .map((note) => ({ ...note, origin: 'partner' as const }));
}

function changeWords({ title }: PartnerConfig, remote: RemoteTicket, status: boolean, promise: boolean): string {
  const parts = [
    ...(status ? [`is ${remote.status}`] : []),
    ...(promise
      ? [
          `should be solved by ${Temporal.Instant.fromEpochMilliseconds(remote.promisedAt!).toString({ smallestUnit: 'minute' })}`,
        ]
      : []),
  ];
  return `${title}: ticket ${remote.id} ${parts.join(' and ')}`;
}

/** Who works on our ticket reads it there too. */
async function commentOwnTicket(
  tx: PartnerTx,
  actor: ReturnType<typeof partnerActor>,
  ticket: PartnerTicket,
  summary: string,
): Promise<void> {
  const [own] = (await tx.tickets.ofIncident(ticket.incidentId)).filter(({ kind }) => kind === 'incident');
  if (!own) return;
  const subject = { kind: 'ticket', id: own.id } as const;
  await tx.journal.append({ actor, fact: TICKET_FACTS.commented, subject, summary });
}
