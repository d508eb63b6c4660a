import { permit, type Actor } from '../../../core/actor.ts';
import { formatDuration } from '../../../core/duration.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { handOver, loadIncident } from '../../../incident/index.ts';
import type { Incident } from '../../../incident/incident.ts';
import { personOf } from '../../duty/verbs/who.ts';
import { targetNames } from '../../config-problems.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import type { IncidentHandover } from '../nouns.ts';
import { pageAbout, peopleFor } from '../page.ts';
import { AWAKE } from '../follow.ts';
import { changeCare, tell as tellSystem } from '../tend.ts';
import { mustHave, ownVerb, within, type CareInput } from './hold.ts';

export interface HandOverInput extends CareInput {
  /** A person, a team, a role of the key contacts, `focal`, `deputy`, or `next` on duty. */
  readonly to: string;
  readonly reason?: string | undefined;
}

/**
 * The one who has an incident asks others to take it. They are paged, and the first who accepts has it; until then, and
 * when nobody does in time, it stays where it is.
 * @throws Fault `forbidden`, `not_found`, `conflict` (asked already, or of oneself alone); `state_conflict` unless it is
 *   accepted; `body_invalid` for somebody who is not there
 */
export async function askHandOver(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  input: HandOverInput,
): Promise<IncidentHandover> {
  const known = ['next', ...targetNames(services.setting())];
  if (!known.includes(input.to)) {
    throw new Fault('body_invalid', { what: `to: there is no "${input.to}". Write one of: ${known.join(', ')}` });
  }
  return ownVerb(deps, services, actor, input, 'handed over', async (tending, rules) => {
    const { tx, incident, care, now } = tending;
    if (tending.handover) {
      throw new Fault('conflict', { what: `${tending.handover.target} was asked already. Withdraw that first` });
    }
    const people = (await peopleFor(tx, deps, services, incident, [input.to])).map(({ person }) => person);
    const asked = people.filter(({ id, name }) => id !== care.owner && name !== incident.acceptedBy);
    if (asked.length === 0) throw new Fault('conflict', { what: `${incident.acceptedBy} has it already` });
    const handover: IncidentHandover = {
      id: deps.ids.next('ihv'),
      incidentId: incident.id,
      fromName: incident.acceptedBy ?? actor.name,
      from: care.owner,
      target: input.to,
      asked: asked.map(({ id }) => id),
      declined: [],
      reason: input.reason?.trim() ?? '',
      state: 'asked',
      askedAt: now,
      dueAt: now + rules.answerWithin,
      answeredAt: null,
      answeredBy: null,
    };
    await tx.actions.insertIncidentHandover(handover);
    const names = asked.map(({ name }) => name).join(', ');
    const causeId = await tx.journal.append({
      actor,
      fact: ACTION_FACTS.incidentHandoverAsked,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: `${actor.name} asked ${names} to take incident ${incident.number} over.`,
      reason: handover.reason || undefined,
      data: { id: handover.id, to: input.to, asked: handover.asked, dueAt: handover.dueAt },
    });
    const span = formatDuration(rules.answerWithin);
    const why = handover.reason === '' ? '' : `: ${handover.reason}`;
    const reason = `asked by ${handover.fromName} to take it over within ${span}${why}`;
    const pages = { purpose: 'hand-over' as const, targets: handover.asked, occasion: handover.id, reason };
    await pageAbout(tx, deps, services, incident, { ...pages, about: handover.id }, causeId);
    tending.handover = handover;
    changeCare(tending, { progressAt: now, remindedAt: null });
    return handover;
  });
}

/**
 * Answers a hand-over: one of those who were asked accepts or declines, or the giver withdraws it. The last one who
 * declines ends it.
 * @throws Fault `forbidden`, `not_found`; `state_conflict` when it was answered already
 */
export async function answerHandOver(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  id: string,
  answer: 'accepted' | 'declined' | 'withdrawn',
): Promise<IncidentHandover> {
  permit(actor, 'incident.accept');
  return deps.store.transact(async (tx) => {
    const asked = await tx.actions.incidentHandover(id);
    if (!asked) throw new Fault('not_found', { what: 'hand-over', id });
    const incident = await loadIncident(tx, asked.incidentId);
    return within(tx, deps, services, incident, async (tending) => {
      const handover = tending.handover;
      if (handover?.id !== id) {
        // Read once more under the lock: somebody may have been faster.
        const { state } = (await tx.actions.incidentHandover(id)) ?? asked;
        throw new Fault('state_conflict', { what: 'The hand-over', id, state, verb: answer });
      }
      const result = { ...handover, answeredAt: tending.now, answeredBy: actor.name };
      if (answer === 'withdrawn') {
        mustHave(actor, tending, 'withdrawn');
        return end(tending, actor, { ...result, state: 'withdrawn' });
      }
      const person = mustBeAsked(services, actor, handover);
      if (answer === 'declined') {
        const declined = [...new Set([...handover.declined, ...(person === null ? handover.asked : [person])])];
        const isLast = handover.asked.every((one) => declined.includes(one));
        if (isLast) return end(tending, actor, { ...result, declined, state: 'declined' });
        await tx.actions.updateIncidentHandover(id, { declined });
        tending.handover = { ...handover, declined };
        await tell(tx, incident, actor, ACTION_FACTS.incidentHandoverDeclined, 'declined', id);
        return tending.handover;
      }
      const causeId = await tell(tx, incident, actor, ACTION_FACTS.incidentHandoverAccepted, 'accepted', id);
      const { now } = tending;
      tending.incident = await handOver(tx, incident, { actor, to: actor.name, causeId, at: now });
      await tx.actions.updateIncidentHandover(id, { state: 'accepted', answeredAt: now, answeredBy: actor.name });
      tending.handover = null;
      // A snooze was the giver's.
      if (tending.care.snoozedUntil !== null) {
        const words = 'The snooze ended: somebody else has it';
        await tellSystem(tending, ACTION_FACTS.snoozeEnded, words, 'owner-changed');
      }
      const rest = { progressAt: now, remindedAt: null, ...AWAKE };
      changeCare(tending, { owner: person, ownedSince: now, ...rest });
      return { ...result, state: 'accepted' };
    });
  });
}

/** It ends without another owner: the giver is told, unless it was the giver. */
async function end(
  tending: Parameters<typeof changeCare>[0],
  actor: Actor,
  handover: IncidentHandover,
): Promise<IncidentHandover> {
  const { tx, deps, services, incident, care } = tending;
  const { id, state, declined, answeredAt, answeredBy } = handover;
  await tx.actions.updateIncidentHandover(id, { state, declined, answeredAt, answeredBy });
  tending.handover = null;
  if (state === 'withdrawn') {
    await tell(tx, incident, actor, ACTION_FACTS.incidentHandoverWithdrawn, 'withdrawn', id);
    return handover;
  }
  const causeId = await tell(tx, incident, actor, ACTION_FACTS.incidentHandoverDeclined, 'declined', id);
  const reason = `the one who still has it: ${handover.target} declined to take it over`;
  const pages = { purpose: 'hand-over-back' as const, targets: [care.owner ?? 'focal'], occasion: id, reason };
  await pageAbout(tx, deps, services, incident, pages, causeId);
  changeCare(tending, { remindedAt: tending.now });
  return handover;
}

/** @returns the person who answers; null for an administrator who is none of them */
function mustBeAsked(services: ActionServices, actor: Actor, { asked }: IncidentHandover): string | null {
  const { people } = services.setting();
  const person = personOf(services, actor) ?? people.find(({ name }) => name === actor.name) ?? null;
  if (person && asked.includes(person.id)) return person.id;
  if (actor.roles.includes('admin')) return null;
  const names = asked.map((id) => people.find((one) => one.id === id)?.name ?? id);
  throw new Fault('forbidden', { actor: actor.name, verb: 'answer this hand-over', roles: names.join(' or ') });
}

function tell(tx: ActionTx, incident: Incident, actor: Actor, fact: string, verb: string, id: string): Promise<string> {
  return tx.journal.append({
    actor,
    fact,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    summary: `${actor.name} ${verb === 'withdrawn' ? 'withdrew' : verb} the hand-over of incident ${incident.number}.`,
    reason: verb,
    data: { id },
  });
}
