import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import { LAST_TRY, pauseAfter, spreadOf } from '../backoff.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { PartnerContact } from '../nouns.ts';
import { textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';

/** Hands a message to a partner over by e-mail, with the same key at every try. */
export function sendPartner(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.sendPartner,
    async outside(item) {
      const contact = await deps.store.read((tx) => tx.actions.partnerContact(textOf(item, 'contactId')));
      if (contact?.state !== 'due') return () => Promise.resolve(DONE);
      mustHold(item, deps.clock.now());
      try {
        const receipt = await handOver(services, contact);
        return (tx) => handedOver(tx, deps, services, contact, receipt, item);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return (tx) => failed(tx, deps, services, contact, why, item);
      }
    },
  };
}

async function handOver(services: ActionServices, contact: PartnerContact): Promise<string> {
  const channel = services.channel('email');
  if (!channel) throw new Error('the channel email is not configured; write it under outside');
  const { key, address, subject, body } = contact;
  // A conversation of its own per partner: internal pages are never mixed into it.
  const thread = `${contact.incidentId}-${contact.partner}`;
  return (await channel.send({ key, to: address, subject, text: body, thread })).said;
}

async function handedOver(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  contact: PartnerContact,
  receipt: string,
  item: WorkItem,
): Promise<Outcome> {
  const attempts = contact.attempts + 1;
  const handedOverAt = deps.clock.now();
  await tx.actions.updatePartnerContact(contact.id, { state: 'handed-over', handedOverAt, attempts, lastError: null });
  await tx.journal.append({
    actor: systemActor('action'),
    fact: ACTION_FACTS.partnerContacted,
    subject: { kind: 'partner-contact', id: contact.id },
    incidentId: contact.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `${titleOf(services, contact)} was written to: ${contact.subject}`,
    data: { partner: contact.partner, attempts, receipt },
  });
  return DONE;
}

async function failed(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  contact: PartnerContact,
  why: string,
  item: WorkItem,
): Promise<Outcome> {
  const attempts = contact.attempts + 1;
  if (attempts < LAST_TRY) {
    await tx.actions.updatePartnerContact(contact.id, { attempts, lastError: why });
    const spread = spreadOf(services.secrets.hash(contact.key));
    return { kind: 'again', dueAt: deps.clock.now() + pauseAfter(attempts, spread) };
  }
  await tx.actions.updatePartnerContact(contact.id, { attempts, lastError: why, state: 'failed' });
  await tx.journal.append({
    actor: systemActor('action'),
    fact: ACTION_FACTS.partnerContactFailed,
    subject: { kind: 'partner-contact', id: contact.id },
    incidentId: contact.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `${titleOf(services, contact)} could not be written to in ${attempts} tries: ${why}`,
    reason: 'given-up',
  });
  return DONE;
}

function titleOf(services: Pick<ActionServices, 'setting'>, { partner }: PartnerContact): string {
  return services.setting().partners.find(({ name }) => name === partner)?.title ?? partner;
}
