import { permit, type Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { LabelMatcher, Silence } from '../alert.ts';
import { ALERT_FACTS } from '../facts.ts';
import { checkMatchers } from '../matching.ts';
import type { AlertTx } from '../ports.ts';
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
}

/**
 * Keeps matching alerts quiet for a while. What already fires becomes quiet too; what still fires at the end is told.
 * @throws Fault `forbidden`; `body_invalid`
 */
export async function silence(deps: Deps<AlertTx>, actor: Actor, input: SilenceInput): Promise<Silence> {
  permit(actor, 'alert.silence');
  checkMatchers(input.matchers);
  const now = deps.clock.now();
  const made: Silence = {
    id: deps.ids.next('sil'),
    matchers: input.matchers,
    ...readSpan(input, now),
    createdBy: input.createdBy ?? actor.name,
    comment: input.comment.trim(),
  };
  await deps.store.transact(async (tx) => {
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
  });
  return made;
}
