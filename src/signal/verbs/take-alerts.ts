import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { readAlertmanagerBody, type AlertError } from '../alertmanager-body.ts';
import type { SignalTx } from '../ports.ts';
import type { Signal } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';

/** What became of a body: `duplicate` when its idempotency key was known. */
export interface Taken {
  readonly signalId: string | null;
  readonly events: number;
  readonly duplicate: boolean;
}

/**
 * Reads the body of `POST /api/v2/alerts` into a signal, null if no alert of it can be taken.
 * @throws Fault `body_invalid` when it is no list
 */
export function readAlertsSignal(
  deps: { readonly clock: { now(): number }; readonly ids: { next(prefix: string): string } },
  input: { readonly body: unknown; readonly idempotencyKey: string | null },
  resolveTimeout?: number,
): { readonly signal: Signal | null; readonly errors: readonly AlertError[] } {
  const receivedAt = deps.clock.now();
  const read = readAlertmanagerBody(input.body, receivedAt, resolveTimeout);
  if (read === null) {
    throw new Fault('body_invalid', { what: 'send a JSON list of alerts, such as [{"labels":{"alertname":"Test"}}]' });
  }
  const { events, errors } = read;
  if (events.length === 0) return { signal: null, errors };
  // The events say all that a good body does; only one with mistakes is kept as it came.
  const body = errors.length > 0 ? input.body : null;
  const { idempotencyKey } = input;
  const signal = { id: deps.ids.next('sig'), source: 'alertmanager', receivedAt, idempotencyKey, events, body };
  return { signal, errors };
}

/** @throws Fault `body_invalid` naming each bad alert by its index */
export function refuseBadAlerts(errors: readonly AlertError[], taken: number): void {
  if (errors.length === 0) return;
  const words = errors.slice(0, 10).map(({ index, what }) => `alert ${index}: ${what}`);
  if (errors.length > words.length) words.push(`and ${errors.length - words.length} more`);
  const kept = taken > 0 ? ` (the other ${taken} were taken)` : '';
  throw new Fault('body_invalid', { what: `${words.join('; ')}${kept}` });
}

/**
 * Takes the body of `POST /api/v2/alerts`: durable when this resolves, applied soon after.
 * @param input.body parsed JSON
 * @throws Fault `forbidden`; `body_invalid` naming each bad alert by its index, after the good ones were stored
 */
export async function takeAlerts(
  deps: Deps<SignalTx>,
  actor: Actor,
  input: { readonly body: unknown; readonly idempotencyKey: string | null },
): Promise<Taken> {
  permit(actor, 'signal.send');
  const { signal, errors } = readAlertsSignal(deps, input);
  let taken: Taken = { signalId: null, events: 0, duplicate: false };
  if (signal) {
    const fresh = await deps.store.transact((tx) => storeSignal(tx, signal));
    taken = { signalId: fresh ? signal.id : null, events: fresh ? signal.events.length : 0, duplicate: !fresh };
  }
  refuseBadAlerts(errors, signal?.events.length ?? 0);
  return taken;
}
