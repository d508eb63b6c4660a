import { SIGNAL_WORK } from './facts.ts';
import type { SignalTx } from './ports.ts';
import type { AlertEvent, Signal } from './signal.ts';

/**
 * Stores a signal together with the work of applying its events, so that once this commits nothing can lose it.
 * @returns false when the sender's idempotency key was known: nothing is stored again
 */
export async function storeSignal(tx: SignalTx, signal: Signal): Promise<boolean> {
  if (!(await tx.signals.insert(signal))) return false;
  if (signal.events.length > 0) {
    await tx.work.put({
      kind: SIGNAL_WORK.takeAlert,
      key: signal.id,
      priority: 1,
      payload: { signalId: signal.id },
      causeId: signal.id,
    });
  }
  return true;
}

/** What transitions of rules and bands need to become signals. */
export interface RuleEventDeps {
  readonly clock: { now(): number };
  readonly ids: { next(prefix: string): string };
}

/**
 * Takes the transitions of own rules, watermarks and bands into the caller's transaction, as one signal. Each event's
 * source is `rule:GROUP/NAME` or alike; pending, firing and resolved are all told.
 * @param causeId the journal row or signal that the evaluation stands for, if there is one
 * @returns the id of the signal, or null when there was nothing to tell
 */
export async function takeRuleEvents(
  tx: SignalTx,
  deps: RuleEventDeps,
  events: readonly AlertEvent[],
  causeId: string | null = null,
): Promise<string | null> {
  if (events.length === 0) return null;
  const id = deps.ids.next('sig');
  const body = { causeId };
  await storeSignal(tx, { id, source: 'rule', receivedAt: deps.clock.now(), idempotencyKey: null, events, body });
  return id;
}
