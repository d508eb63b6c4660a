import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { SIGNAL_FACTS, SIGNAL_WORK } from '../facts.ts';
import { heartbeatEvent, overdueAt } from '../heartbeat.ts';
import type { SignalTx } from '../ports.ts';
import type { AlertEvent, Heartbeat } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';

/** What a heartbeat says: its work begins, goes on, went well, or failed, with an exit code where it names one. */
export type Beat =
  | { readonly kind: 'log' }
  | { readonly kind: 'start' }
  | { readonly kind: 'end'; readonly exit: number | null; readonly ok: boolean };

/**
 * A heartbeat is heard. One that was missed or had failed recovers: its alert resolves.
 * @throws Fault `forbidden`; `not_found` when no heartbeat of this name is configured
 */
export async function beat(deps: Deps<SignalTx>, actor: Actor, input: { readonly id: string }): Promise<Heartbeat> {
  permit(actor, 'signal.send');
  return deps.store.transact(async (tx) => {
    const before = await tx.signals.heartbeat(input.id);
    if (!before) throw new Fault('not_found', { what: 'heartbeat', id: input.id });
    return heard(tx, deps, actor, before, { kind: 'end', exit: null, ok: true });
  });
}

/** Writes what a heartbeat said, moves its next look, and lets its alerts begin or end. */
export async function heard(
  tx: SignalTx,
  deps: Deps<SignalTx>,
  actor: Actor,
  before: Heartbeat,
  said: Beat,
): Promise<Heartbeat> {
  const now = deps.clock.now();
  if (said.kind === 'log') return before;
  if (said.kind === 'start') {
    // A begin is no sign that the work gets done: the silence goes on being counted from the last end.
    const begun = { ...before, startedAt: now };
    await tx.signals.saveHeartbeat(begun);
    if (begun.runtime !== null && begun.state !== 'missed' && begun.state !== 'paused') {
      const payload = { heartbeatId: begun.id, since: now };
      const row = { kind: SIGNAL_WORK.checkHeartbeat, key: begun.id, priority: 1, payload };
      await tx.work.put({ ...row, dueAt: overdueAt(begun, now), sooner: true });
    }
    return begun;
  }
  const lastRuntime = before.startedAt === null ? before.lastRuntime : now - before.startedAt;
  const after: Heartbeat = {
    ...before,
    state: said.ok ? 'alive' : 'failed',
    lastSeenAt: Math.max(now, before.lastSeenAt ?? now),
    startedAt: null,
    lastRuntime,
    lastExit: said.exit,
  };
  await tx.signals.saveHeartbeat(after);
  // The open check looks at lastSeenAt when it is due and moves itself: a beat costs no second row.
  await tx.work.put({
    kind: SIGNAL_WORK.checkHeartbeat,
    key: after.id,
    dueAt: overdueAt(after, now),
    priority: 1,
    payload: { heartbeatId: after.id, since: now },
  });
  // Who hears from what is paused expects it again.
  if (before.state === 'paused') {
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.heartbeatResumed,
      subject: { kind: 'heartbeat', id: after.id },
      summary: `${after.title} is heard and expected again.`,
      reason: 'heard-while-paused',
    });
  }
  const events: AlertEvent[] = [];
  if (before.state === 'missed') events.push(heartbeatEvent(after, 'resolved', now));
  // One that failed and was silent then has both alerts; the end of one that is not open changes nothing.
  if ((before.state === 'failed' || before.state === 'missed') && said.ok) {
    events.push(heartbeatEvent(after, 'resolved', now, 'failed'));
  }
  if (!said.ok) events.push(heartbeatEvent(after, 'firing', now, 'failed'));
  if (events.length === 0 || (before.state === 'failed' && !said.ok)) return after;
  const causeId = await tx.journal.append({
    actor,
    fact: said.ok ? SIGNAL_FACTS.heartbeatRecovered : SIGNAL_FACTS.heartbeatFailed,
    subject: { kind: 'heartbeat', id: after.id },
    summary: said.ok ? `${after.title} is heard again.` : `${after.title} failed.`,
    data: { exit: said.exit, runtime: lastRuntime },
  });
  const id = deps.ids.next('sig');
  const body = { causeId };
  await storeSignal(tx, { id, source: 'heartbeat', receivedAt: now, idempotencyKey: null, events, body });
  return after;
}
