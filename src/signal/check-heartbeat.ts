import { systemActor } from '../core/actor.ts';
import type { Deps } from '../core/transaction.ts';
import { DONE, type Handler } from '../core/work.ts';
import { SIGNAL_FACTS, SIGNAL_WORK } from './facts.ts';
import { heartbeatEvent, overdueAt } from './heartbeat.ts';
import type { SignalTx } from './ports.ts';
import type { Heartbeat } from './signal.ts';
import { storeSignal } from './store-signal.ts';

/** Looks whether a heartbeat is overdue; if it was heard since the row was written, the row moves to the next instant. */
export function checkHeartbeat(deps: Deps<SignalTx>): Handler<SignalTx> {
  return {
    kind: SIGNAL_WORK.checkHeartbeat,
    async inside(tx, item) {
      const heartbeat = await tx.signals.heartbeat(item.key);
      if (!heartbeat || heartbeat.state === 'missed' || heartbeat.state === 'paused') return DONE;
      const now = deps.clock.now();
      const since = item.payload['since'];
      const due = overdueAt(heartbeat, typeof since === 'number' ? since : item.dueAt);
      if (due > now) return { kind: 'again', dueAt: due };
      await tx.signals.saveHeartbeat({ ...heartbeat, state: 'missed' });
      const causeId = await tx.journal.append({
        actor: systemActor('signal'),
        fact: SIGNAL_FACTS.heartbeatMissed,
        subject: { kind: 'heartbeat', id: heartbeat.id },
        summary: `${heartbeat.title} is overdue.`,
        reason: reasonOf(heartbeat),
      });
      const events = [heartbeatEvent(heartbeat, 'firing', now)];
      const id = deps.ids.next('sig');
      const body = { causeId };
      await storeSignal(tx, { id, source: 'heartbeat', receivedAt: now, idempotencyKey: null, events, body });
      return DONE;
    },
  };
}

function reasonOf({ lastSeenAt, startedAt, runtime }: Heartbeat): string {
  if (startedAt !== null && runtime !== null) return 'ran-too-long';
  return lastSeenAt === null ? 'never-heard' : 'silent-too-long';
}
