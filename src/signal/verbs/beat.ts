import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { SIGNAL_FACTS, SIGNAL_WORK } from '../facts.ts';
import { heartbeatEvent, overdueAt } from '../heartbeat.ts';
import type { SignalTx } from '../ports.ts';
import type { Heartbeat } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';

/**
 * A heartbeat is heard. One that was missed recovers: its alert resolves.
 * @throws Fault `forbidden`; `not_found` when no heartbeat of this name is configured
 */
export async function beat(deps: Deps<SignalTx>, actor: Actor, input: { readonly id: string }): Promise<Heartbeat> {
  permit(actor, 'signal.send');
  const now = deps.clock.now();
  return deps.store.transact(async (tx) => {
    const before = await tx.signals.heartbeat(input.id);
    if (!before) throw new Fault('not_found', { what: 'heartbeat', id: input.id });
    const after: Heartbeat = { ...before, state: 'alive', lastSeenAt: Math.max(now, before.lastSeenAt ?? now) };
    await tx.signals.saveHeartbeat(after);
    // The open check looks at lastSeenAt when it is due and moves itself: a beat costs no second row.
    await tx.work.enqueue({
      kind: SIGNAL_WORK.checkHeartbeat,
      key: after.id,
      dueAt: overdueAt(after, now),
      priority: 1,
      payload: { heartbeatId: after.id, since: now },
    });
    if (before.state === 'missed') {
      const causeId = await tx.journal.append({
        actor,
        fact: SIGNAL_FACTS.heartbeatRecovered,
        subject: { kind: 'heartbeat', id: after.id },
        summary: `${after.title} is heard again.`,
      });
      const events = [heartbeatEvent(after, 'resolved', now)];
      const id = deps.ids.next('sig');
      const body = { causeId };
      await storeSignal(tx, { id, source: 'heartbeat', receivedAt: now, idempotencyKey: null, events, body });
    }
    return after;
  });
}
