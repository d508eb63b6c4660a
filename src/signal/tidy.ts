import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import { KEPT_FOR } from './door/limits.ts';
import { SIGNAL_WORK } from './facts.ts';
import type { SignalTx } from './ports.ts';

const DAY = 86_400_000;

/** Deletes what was put aside long ago, once a day. */
export function tidyQuarantine(deps: Deps<SignalTx>): Handler<SignalTx> {
  return {
    kind: SIGNAL_WORK.tidy,
    async inside(tx) {
      const now = deps.clock.now();
      await tx.signals.forgetQuarantined(now - KEPT_FOR);
      return { kind: 'again', dueAt: now + DAY };
    },
  };
}

/** Puts the daily tidying in line, once. */
export async function watchQuarantine(deps: Deps<SignalTx>): Promise<void> {
  const dueAt = deps.clock.now() + DAY;
  await deps.store.transact(async (tx) => {
    await tx.work.put({ kind: SIGNAL_WORK.tidy, key: 'quarantine', dueAt, payload: {} });
  });
}
