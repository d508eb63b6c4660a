import type { Deps } from '../../core/transaction.ts';
import type { SignalTx } from '../ports.ts';
import { storeSignal } from '../store-signal.ts';
import type { SnmpConfig } from './config.ts';
import { trapEvent, type Trap } from './trap.ts';

/** Who stands behind an address. */
export interface TrapSender {
  readonly partner: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Takes a trap: durable when this resolves, so that an inform is answered only then. An inform that is sent again because
 * its answer was lost is the same signal.
 */
export async function takeTrap(
  deps: Deps<SignalTx>,
  config: Pick<SnmpConfig, 'traps' | 'unknown'>,
  sender: TrapSender,
  trap: Trap,
): Promise<void> {
  const now = deps.clock.now();
  const event = trapEvent(trap, config.traps, sender, config.unknown, now);
  if (!event) return;
  const { address, version, requestId, uptime, oid } = trap;
  await deps.store.transact((tx) =>
    storeSignal(tx, {
      id: deps.ids.next('sig'),
      source: event.source,
      receivedAt: now,
      idempotencyKey: `${address}/${version}/${requestId}/${uptime ?? ''}/${oid}`.slice(0, 255),
      events: [event],
      body: trap,
    }),
  );
}
