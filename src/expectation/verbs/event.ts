import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import type { Deps } from '../../core/transaction.ts';
import { EXPECTATION_FACTS } from '../facts.ts';
import { MOST_FACTOR } from '../given/event.ts';
import type { LevelEvent } from '../given/nouns.ts';
import type { ExpectationTx } from '../ports.ts';
import type { GivenDeps } from './forecast.ts';

export interface EventInput {
  readonly title: string;
  readonly indicators: readonly string[];
  readonly series: Labels;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly factor: number;
}

/**
 * Adds an event: from its beginning to its end the level is another one.
 * @throws Fault `forbidden`; `body_invalid` saying what to write instead
 */
export async function addEvent(deps: GivenDeps, actor: Actor, input: EventInput): Promise<LevelEvent> {
  permit(actor, 'level.give');
  const event: LevelEvent = {
    id: deps.ids.next('evt'),
    ...checked(deps, input),
    createdBy: actor.name,
    createdAt: deps.clock.now(),
    cancelledAt: null,
    version: 1,
  };
  return deps.store.transact(async (tx) => {
    await tx.expectations.insertEvent(event);
    await tx.journal.append({
      actor,
      fact: EXPECTATION_FACTS.eventAdded,
      subject: { kind: 'event', id: event.id },
      summary: `${actor.name} added the event "${event.title}": ${words(event)}.`,
      data: { ...input },
    });
    return event;
  });
}

/**
 * Changes an event; also one that is on.
 * @throws Fault `forbidden`, `not_found`, `conflict` (changed meanwhile), `state_conflict` (cancelled), `body_invalid`
 */
export async function changeEvent(
  deps: GivenDeps,
  actor: Actor,
  id: string,
  { version, ...input }: EventInput & { readonly version: number },
): Promise<LevelEvent> {
  permit(actor, 'level.give');
  const change = checked(deps, input);
  return deps.store.transact(async (tx) => {
    const event = await living(tx, id, 'changed');
    if (!(await tx.expectations.updateEvent(id, version, change))) throw somebodyElse();
    await tx.journal.append({
      actor,
      fact: EXPECTATION_FACTS.eventChanged,
      subject: { kind: 'event', id },
      summary: `${actor.name} changed the event "${change.title}": ${words(change)}.`,
      data: { before: { ...event }, after: { ...change } },
    });
    return { ...event, ...change, version: version + 1 };
  });
}

/**
 * Ends an event that is on: from now on it does not count; that it did stays known.
 * @throws Fault `forbidden`, `not_found`, `conflict` (changed meanwhile), `state_conflict` (not on)
 */
export async function endEvent(
  deps: Deps<ExpectationTx>,
  actor: Actor,
  id: string,
  { version }: { readonly version: number },
): Promise<LevelEvent> {
  permit(actor, 'level.give');
  return deps.store.transact(async (tx) => {
    const event = await living(tx, id, 'ended');
    const now = deps.clock.now();
    const state = now < event.startsAt ? 'planned' : now < event.endsAt ? 'on' : 'over';
    // One that has just begun would be without length: it is cancelled instead.
    if (state !== 'on' || now === event.startsAt)
      throw new Fault('state_conflict', { what: 'Event', id, state, verb: 'ended' });
    if (!(await tx.expectations.updateEvent(id, version, { endsAt: now }))) throw somebodyElse();
    await tx.journal.append({
      actor,
      fact: EXPECTATION_FACTS.eventEnded,
      subject: { kind: 'event', id },
      summary: `${actor.name} ended the event "${event.title}", which was planned to last until ${new Date(event.endsAt).toISOString()}.`,
      data: { planned: event.endsAt },
    });
    return { ...event, endsAt: now, version: version + 1 };
  });
}

/**
 * Cancels an event: from now on it does not count, nor did it.
 * @throws Fault `forbidden`, `not_found`, `state_conflict` (cancelled already)
 */
export async function cancelEvent(deps: Deps<ExpectationTx>, actor: Actor, id: string): Promise<void> {
  permit(actor, 'level.give');
  await deps.store.transact(async (tx) => {
    const event = await living(tx, id, 'cancelled');
    if (!(await tx.expectations.updateEvent(id, event.version, { cancelledAt: deps.clock.now() })))
      throw somebodyElse();
    await tx.journal.append({
      actor,
      fact: EXPECTATION_FACTS.eventCancelled,
      subject: { kind: 'event', id },
      summary: `${actor.name} cancelled the event "${event.title}".`,
    });
  });
}

async function living(tx: ExpectationTx, id: string, verb: string): Promise<LevelEvent> {
  const event = await tx.expectations.event(id);
  if (!event) throw new Fault('not_found', { what: 'event', id });
  if (event.cancelledAt !== null) throw new Fault('state_conflict', { what: 'Event', id, state: 'cancelled', verb });
  return event;
}

function somebodyElse(): Fault {
  return new Fault('conflict', { what: 'The event was changed by somebody else meanwhile. Look at it again.' });
}

function checked(deps: GivenDeps, input: EventInput): EventInput {
  const title = input.title.trim();
  const say = (what: string): Fault => new Fault('body_invalid', { what });
  if (title === '') throw say('title is empty; say what the event is');
  if (!(input.endsAt > input.startsAt)) throw say('endsAt must lie after startsAt');
  if (!(input.factor >= 0 && input.factor <= MOST_FACTOR)) throw say(`factor must lie between 0 and ${MOST_FACTOR}`);
  const names = deps.plan().indicators.map(({ name }) => name);
  const unknown = input.indicators.find((name) => !names.includes(name));
  if (unknown !== undefined) throw say(`there is no indicator "${unknown}"; write some of ${names.join(', ')}`);
  return { ...input, title };
}

function words({ factor, startsAt, endsAt }: EventInput): string {
  return `factor ${factor} from ${new Date(startsAt).toISOString()} to ${new Date(endsAt).toISOString()}`;
}
