import type { Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_WORK, PRIORITY } from '../facts.ts';
import type { PartnerContact } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices, ActionSetting, PartnerEntry } from '../services.ts';
import { writeToPartner } from './text.ts';

/** The partner to write to, or the named reason why nobody is written to. */
export type PartnerChoice = { readonly partner: PartnerEntry; readonly address: string } | Absence;

type Absence = { readonly leftOut: string; readonly words: string };

/**
 * Finds the partner that a step means. Pure.
 * @param wished a partner's name, or `cause` for the one behind the probable cause's component
 */
export function namedPartner(
  setting: ActionSetting,
  incident: Incident,
  wished: string,
): { readonly partner: PartnerEntry } | Absence {
  let name: string | null | undefined = wished;
  if (wished === 'cause') {
    const { cause } = incident;
    if (!cause) return { leftOut: 'no-cause', words: 'no probable cause is known' };
    name = setting.topology.components.find((one) => one.name === cause.component)?.partner;
    if (!name) return { leftOut: 'own-cause', words: `${cause.component} belongs to no partner` };
  }
  const partner = setting.partners.find((one) => one.name === name);
  return partner ? { partner } : { leftOut: 'no-such-partner', words: `there is no partner ${name}` };
}

/** The partner that a step means with its address to write to. Pure. */
export function partnerFor(setting: ActionSetting, incident: Incident, wished: string): PartnerChoice {
  const found = namedPartner(setting, incident, wished);
  if ('leftOut' in found) return found;
  const { partner } = found;
  if (!partner.email) return { leftOut: 'no-address', words: `${partner.title} has no e-mail address` };
  return { partner, address: partner.email };
}

/**
 * Writes the message to the partner and puts its sending in line, in the caller's transaction.
 * @param origin what asks for it (run and step): the same origin writes to the same partner once
 */
export async function contactPartner(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  services: Pick<ActionServices, 'setting' | 'secrets'>,
  actor: Actor,
  incident: Incident,
  choice: Extract<PartnerChoice, { partner: PartnerEntry }>,
  origin: string,
  causeId: string,
): Promise<void> {
  const { partner, address } = choice;
  const now = deps.clock.now();
  const alerts = await tx.alerts.list({ incidentId: incident.id, limit: 100 });
  const { subject, body } = writeToPartner(services.setting(), incident, partner, alerts.items);
  const contact: PartnerContact = {
    id: deps.ids.next('pco'),
    key: `partner-${services.secrets.hash(JSON.stringify([incident.id, origin, partner.name])).slice(0, 40)}`,
    incidentId: incident.id,
    partner: partner.name,
    address,
    subject,
    body,
    state: 'due',
    createdAt: now,
    handedOverAt: null,
    attempts: 0,
    lastError: null,
  };
  if (!(await tx.actions.insertPartnerContact(contact))) return;
  await tx.work.put({
    kind: ACTION_WORK.sendPartner,
    key: contact.key,
    priority: PRIORITY.partner,
    payload: { contactId: contact.id, actor: actor.name },
    causeId,
  });
}
