import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { readAlertmanagerBody } from '../alertmanager-body.ts';
import type { SignalTx } from '../ports.ts';
import { storeSignal } from '../store-signal.ts';

/** What became of a body: `duplicate` when its idempotency key was known. */
export interface Taken {
  readonly signalId: string | null;
  readonly events: number;
  readonly duplicate: boolean;
}

/**
 * Takes the body of `POST /api/v2/alerts`: durable when this resolves.
 * @param input.body parsed JSON
 * @throws Fault `forbidden`; `body_invalid` naming each bad alert by its index, after the good ones were stored
 */
export async function takeAlerts(
  deps: Deps<SignalTx>,
  actor: Actor,
  input: { readonly body: unknown; readonly idempotencyKey: string | null },
): Promise<Taken> {
  permit(actor, 'signal.send');
  const now = deps.clock.now();
  const read = readAlertmanagerBody(input.body, now);
  if (read === null) {
    throw new Fault('body_invalid', { what: 'send a JSON list of alerts, such as [{"labels":{"alertname":"Test"}}]' });
  }
  const { events, errors } = read;
  let taken: Taken = { signalId: null, events: 0, duplicate: false };
  if (events.length > 0) {
    const id = deps.ids.next('sig');
    const signal = {
      id,
      source: 'alertmanager',
      receivedAt: now,
      idempotencyKey: input.idempotencyKey,
      events,
      body: input.body,
    };
    const fresh = await deps.store.transact((tx) => storeSignal(tx, signal));
    taken = { signalId: fresh ? id : null, events: fresh ? events.length : 0, duplicate: !fresh };
  }
  if (errors.length > 0) {
    const words = errors.slice(0, 10).map(({ index, what }) => `alert ${index}: ${what}`);
    if (errors.length > words.length) words.push(`and ${errors.length - words.length} more`);
    const kept = events.length > 0 ? ` (the other ${events.length} were taken)` : '';
    throw new Fault('body_invalid', { what: `${words.join('; ')}${kept}` });
  }
  return taken;
}
