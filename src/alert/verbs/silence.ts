import { permit, type Actor } from '../../core/actor.ts';
import { uuidOf } from '../../core/id.ts';
import type { Labels } from '../../core/labels.ts';
import type { Deps } from '../../core/transaction.ts';
import type { LabelMatcher, Silence } from '../alert.ts';
import { ALERT_FACTS } from '../facts.ts';
import { checkMatchers } from '../matching.ts';
import type { AlertTx } from '../ports.ts';
import { watchEnd } from '../remind.ts';
import { watchWindow } from '../requiet.ts';
import { matcherWords, readSpan } from '../window.ts';

export interface SilenceInput {
  readonly matchers: readonly LabelMatcher[];
  /** ms; now if left out. */
  readonly startsAt?: number | undefined;
  readonly endsAt: number;
  readonly comment: string;
  /** Who is named as its maker, where the sender may name one (Alertmanager's API); else the actor. */
  readonly createdBy?: string | undefined;
  readonly annotations?: Labels | undefined;
}

/**
 * Keeps matching alerts quiet for a while. What already fires becomes quiet too; what still fires at the end is told.
 * @throws Fault `forbidden`; `body_invalid`
 */
export async function silence(deps: Deps<AlertTx>, actor: Actor, input: SilenceInput): Promise<Silence> {
  permit(actor, 'alert.silence');
  checkMatchers(input.matchers);
  const now = deps.clock.now();
  const made = newSilence(deps, actor, input, now);
  await deps.store.transact((tx) => insertSilence(tx, actor, made, now));
  return made;
}

/** A silence as it will be stored. @throws Fault `body_invalid` */
export function newSilence(deps: Pick<Deps<AlertTx>, 'ids'>, actor: Actor, input: SilenceInput, now: number): Silence {
  return {
    id: uuidOf(deps.ids.next('sil')),
    matchers: input.matchers,
    ...readSpan(input, now),
    createdBy: input.createdBy ?? actor.name,
    comment: input.comment.trim(),
    authorId: actor.kind === 'person' ? actor.id : null,
    annotations: input.annotations ?? {},
    updatedAt: now,
  };
}

/** Stores a new silence, writes that it was made, and puts its begin and end in line. */
export async function insertSilence(tx: AlertTx, actor: Actor, made: Silence, now: number): Promise<void> {
  await tx.alerts.insertSilence(made);
  const causeId = await tx.journal.append({
    actor,
    fact: ALERT_FACTS.silenceCreated,
    subject: { kind: 'silence', id: made.id },
    summary: `${actor.name} silenced alerts with ${matcherWords(made.matchers)}.`,
    reason: made.comment,
    data: { matchers: made.matchers, startsAt: made.startsAt, endsAt: made.endsAt },
  });
  await watchWindow(tx, { kind: 'silence', ...made }, now, causeId);
  await watchEnd(tx, made, now, causeId);
}
