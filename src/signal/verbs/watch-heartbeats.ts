import type { Deps } from '../../core/transaction.ts';
import type { HeartbeatConfig } from '../config.ts';
import { SIGNAL_WORK } from '../facts.ts';
import { overdueAt } from '../heartbeat.ts';
import type { SignalTx } from '../ports.ts';
import type { Heartbeat } from '../signal.ts';

/** Whether it is expected at the same times. A new rhythm counts from now on: nobody is late by a rule of today. */
function sameRhythm(
  a: Pick<Heartbeat, 'every' | 'cron' | 'zone'>,
  b: Pick<Heartbeat, 'every' | 'cron' | 'zone'>,
): boolean {
  return a.every === b.every && a.cron === b.cron && (a.cron === null || a.zone === b.zone);
}

/**
 * Brings the heartbeats in line with the configuration: at start and after each reload. A new one counts as heard at
 * this instant, so that one that never comes is missed too. One that left the configuration is watched no more.
 */
export async function watchHeartbeats(deps: Deps<SignalTx>, configs: readonly HeartbeatConfig[]): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transact(async (tx) => {
    const known = new Map((await tx.signals.heartbeats()).map((heartbeat) => [heartbeat.id, heartbeat]));
    for (const config of configs) {
      const { name, title, every = 0, cron = null, zone, grace, runtime = null, labels } = config;
      const before = known.get(name);
      known.delete(name);
      const after: Heartbeat = {
        id: name,
        title,
        every,
        cron,
        zone,
        grace,
        runtime,
        labels,
        state: before?.state ?? 'waiting',
        watchedSince: before && sameRhythm(before, { every, cron, zone }) ? before.watchedSince : now,
        lastSeenAt: before?.lastSeenAt ?? null,
        startedAt: before?.startedAt ?? null,
        lastRuntime: before?.lastRuntime ?? null,
        lastExit: before?.lastExit ?? null,
      };
      await tx.signals.saveHeartbeat(after);
      if (after.state === 'missed' || after.state === 'paused') continue;
      if (before && (!sameRhythm(before, after) || before.grace !== grace || before.runtime !== runtime)) {
        await tx.work.cancel(SIGNAL_WORK.checkHeartbeat, name);
      }
      await tx.work.put({
        kind: SIGNAL_WORK.checkHeartbeat,
        key: name,
        dueAt: overdueAt(after, now),
        priority: 1,
        payload: { heartbeatId: name, since: now },
      });
    }
    for (const id of known.keys()) await tx.work.cancel(SIGNAL_WORK.checkHeartbeat, id);
  });
}
