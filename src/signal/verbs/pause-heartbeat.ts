import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { SIGNAL_FACTS, SIGNAL_WORK } from '../facts.ts';
import { heartbeatEvent, overdueAt } from '../heartbeat.ts';
import type { SignalTx } from '../ports.ts';
import type { Heartbeat } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';

/**
 * Expects a heartbeat no longer, until it is resumed or heard. Its alerts resolve.
 * @throws Fault `forbidden`; `not_found`; `state_conflict` when it is paused already
 */
export async function pauseHeartbeat(
  deps: Deps<SignalTx>,
  actor: Actor,
  input: { readonly id: string },
): Promise<Heartbeat> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  return deps.store.transact(async (tx) => {
    const before = await found(tx, input.id);
    if (before.state === 'paused') {
      throw new Fault('state_conflict', { what: 'heartbeat', id: input.id, state: 'paused', verb: 'paused' });
    }
    const after: Heartbeat = { ...before, state: 'paused', startedAt: null };
    await tx.signals.saveHeartbeat(after);
    await tx.work.cancel(SIGNAL_WORK.checkHeartbeat, after.id);
    const causeId = await note(tx, actor, after, SIGNAL_FACTS.heartbeatPaused, 'paused');
    if (before.state === 'missed' || before.state === 'failed') {
      const events = [heartbeatEvent(after, 'resolved', now), heartbeatEvent(after, 'resolved', now, 'failed')];
      const signal = { id: deps.ids.next('sig'), source: 'heartbeat', receivedAt: now, idempotencyKey: null };
      await storeSignal(tx, { ...signal, events, body: { causeId } });
    }
    return after;
  });
}

/**
 * Expects a paused heartbeat again, from now on.
 * @throws Fault `forbidden`; `not_found`; `state_conflict` when it is not paused
 */
export async function resumeHeartbeat(
  deps: Deps<SignalTx>,
  actor: Actor,
  input: { readonly id: string },
): Promise<Heartbeat> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  return deps.store.transact(async (tx) => {
    const before = await found(tx, input.id);
    if (before.state !== 'paused') {
      throw new Fault('state_conflict', { what: 'heartbeat', id: input.id, state: before.state, verb: 'resumed' });
    }
    const after: Heartbeat = { ...before, state: 'waiting', watchedSince: now };
    await tx.signals.saveHeartbeat(after);
    const payload = { heartbeatId: after.id, since: now };
    const row = { kind: SIGNAL_WORK.checkHeartbeat, key: after.id, priority: 1, payload };
    await tx.work.put({ ...row, dueAt: overdueAt(after, now) });
    await note(tx, actor, after, SIGNAL_FACTS.heartbeatResumed, 'resumed');
    return after;
  });
}

async function found(tx: SignalTx, id: string): Promise<Heartbeat> {
  const heartbeat = await tx.signals.heartbeat(id);
  if (!heartbeat) throw new Fault('not_found', { what: 'heartbeat', id });
  return heartbeat;
}

function note(tx: SignalTx, actor: Actor, { id, title }: Heartbeat, fact: string, did: string): Promise<string> {
  const summary = `${actor.name} ${did} the heartbeat ${title}.`;
  return tx.journal.append({ actor, fact, subject: { kind: 'heartbeat', id }, summary, reason: `${did}-by-hand` });
}
