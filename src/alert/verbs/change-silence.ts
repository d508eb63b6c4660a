import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Silence } from '../alert.ts';
import { ALERT_FACTS } from '../facts.ts';
import { checkMatchers } from '../matching.ts';
import type { AlertTx } from '../ports.ts';
import { watchEnd } from '../remind.ts';
import { endWindowNow, watchWindow } from '../requiet.ts';
import { matcherWords } from '../window.ts';
import { insertSilence, newSilence, type SilenceInput } from './silence.ts';

/**
 * Changes a silence. As in Alertmanager, one that is not over keeps its id when only its end, its words or (before it
 * begins) its begin change. Anything else ends it and makes another one: what was silenced when stays in the record.
 * @returns the silence that holds now
 * @throws Fault `forbidden`; `not_found`; `body_invalid`
 */
export async function changeSilence(
  deps: Deps<AlertTx>,
  actor: Actor,
  input: SilenceInput & { readonly id: string },
): Promise<Silence> {
  permit(actor, 'alert.silence');
  checkMatchers(input.matchers);
  const now = deps.clock.now();
  const wanted = newSilence(deps, actor, input, now);
  return deps.store.transact(async (tx) => {
    const before = await tx.alerts.silence(input.id);
    if (!before) throw new Fault('not_found', { what: 'silence', id: input.id });
    if (keepsId(before, { ...wanted, startsAt: input.startsAt ?? before.startsAt }, now)) {
      const startsAt = before.startsAt <= now ? before.startsAt : wanted.startsAt;
      const { endsAt, comment, createdBy, annotations } = wanted;
      const change = { startsAt, endsAt, comment, createdBy, annotations, updatedAt: now };
      await tx.alerts.updateSilence(before.id, change);
      const causeId = await tx.journal.append({
        actor,
        fact: ALERT_FACTS.silenceChanged,
        subject: { kind: 'silence', id: before.id },
        summary: `${actor.name} changed the silence on ${matcherWords(before.matchers)}.`,
        reason: comment,
        data: { startsAt, endsAt, before: { startsAt: before.startsAt, endsAt: before.endsAt } },
      });
      const after = { ...before, ...change };
      await watchWindow(tx, { kind: 'silence', ...after }, now, causeId, { anew: true });
      await watchEnd(tx, after, now, causeId);
      return after;
    }
    if (before.endsAt > now) await endFor(tx, actor, before, wanted.id, now);
    await insertSilence(tx, actor, wanted, now);
    return wanted;
  });
}

/** Whether the change leaves what was silenced so far as it was. */
function keepsId(before: Silence, wanted: Silence, now: number): boolean {
  if (before.endsAt <= now) return false;
  if (matcherWords(before.matchers) !== matcherWords(wanted.matchers)) return false;
  // Times come by text and in seconds from some senders.
  const sameBegin = Math.floor(before.startsAt / 1000) === Math.floor(wanted.startsAt / 1000);
  return before.startsAt <= now ? sameBegin : wanted.startsAt >= now;
}

async function endFor(tx: AlertTx, actor: Actor, before: Silence, by: string, now: number): Promise<void> {
  await tx.alerts.endSilence(before.id, now);
  const causeId = await tx.journal.append({
    actor,
    fact: ALERT_FACTS.silenceEnded,
    subject: { kind: 'silence', id: before.id },
    summary: `${actor.name} put another silence in the place of the one on ${matcherWords(before.matchers)}.`,
    reason: 'replaced',
    data: { by },
  });
  await endWindowNow(tx, { kind: 'silence', id: before.id }, causeId, now);
}
