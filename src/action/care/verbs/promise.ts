import { permit, type Actor } from '../../../core/actor.ts';
import { formatDuration } from '../../../core/duration.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { INCIDENT_FACTS, loadIncident, mustBeLive } from '../../../incident/index.ts';
import { localWords } from '../../duty/verbs/who.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { promised } from '../follow.ts';
import type { IncidentCare } from '../nouns.ts';
import { changeCare } from '../tend.ts';
import { within, type CareInput } from './hold.ts';

/** A promise further away than this is none, ms. */
const MOST = 7 * 86_400_000;

export interface PromiseInput extends CareInput {
  /** When the next update comes, ms. */
  readonly at: number;
  /** An update that is told now, in words; the promise that stood is kept by it. */
  readonly text?: string | undefined;
}

/**
 * Promises when the next update comes, perhaps with an update of now. Without one, a promise that stands can only be made
 * earlier: whoever needs more time has to say something.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` when it is over; `body_invalid` for a time that is
 *   past, too far away, or later than what was promised without a word
 */
export async function promiseUpdate(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  input: PromiseInput,
): Promise<IncidentCare> {
  permit(actor, 'incident.update');
  const text = input.text?.trim() ?? '';
  if (text.length > 4000)
    throw new Fault('body_invalid', { what: 'text: write the update in at most 4000 characters' });
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id, input.version);
    mustBeLive(incident, 'promised an update of');
    return within(tx, deps, services, incident, async (tending) => {
      const { care, now } = tending;
      const { at } = input;
      if (!(at > now) || at > now + MOST) {
        throw new Fault('body_invalid', { what: `at: write a time from now up to ${formatDuration(MOST)} ahead` });
      }
      if (text === '' && care.promisedAt !== null && at > care.promisedAt) {
        const when = localWords(care.promisedAt, services.setting().duty.zone);
        throw new Fault('body_invalid', { what: `text: an update is promised for ${when}; say something to move it` });
      }
      const row = { actor, subject: { kind: 'incident', id: incident.id }, incidentId: incident.id } as const;
      const words = `${actor.name} promised the next update for ${localWords(at, services.setting().duty.zone)}.`;
      const causeId = await tx.journal.append({ ...row, fact: ACTION_FACTS.promiseSet, summary: words, data: { at } });
      const isKept = text !== '' && care.promisedAt !== null;
      changeCare(tending, {
        ...(text === '' ? {} : { progressAt: now, remindedAt: null }),
        promisesKept: care.promisesKept + (isKept ? 1 : 0),
        ...promised(at, now, actor.name),
      });
      if (text !== '')
        await tx.journal.append({ ...row, fact: INCIDENT_FACTS.noted, summary: text, causeId, data: { promise: at } });
      return tending.care;
    });
  });
}
