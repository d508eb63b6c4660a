import { permit, type Actor } from '../../core/actor.ts';
import { refuseBadAlerts, readAlertsSignal, type Taken } from '../../signal/verbs/take-alerts.ts';
import type { Signal } from '../../signal/signal.ts';
import { settingsOf, type AlertDeps } from '../deps.ts';
import { AlertDoor } from '../door.ts';

/**
 * Takes the body of `POST /api/v2/alerts` and applies it in the same transaction: when this resolves, the alerts are
 * durable and are seen by the next one who asks. Should applying fail, the signal is stored with a row of work all the
 * same: nothing is lost, and the row is tried again or put aside.
 * @param input.body parsed JSON
 * @throws Fault `forbidden`; `body_invalid` naming each bad alert by its index, after the good ones were stored
 */
export async function postAlerts(
  deps: AlertDeps,
  actor: Actor,
  input: { readonly body: unknown; readonly idempotencyKey: string | null },
): Promise<Taken> {
  permit(actor, 'signal.send');
  const { signal, errors } = readAlertsSignal(deps, input, settingsOf(deps).resolveTimeout);
  const taken = signal ? await storeApplied(deps, signal) : { signalId: null, events: 0, duplicate: false };
  refuseBadAlerts(errors, signal?.events.length ?? 0);
  return taken;
}

/** The door of a store: whoever posts to the same one shares its transactions. */
const DOORS = new WeakMap<AlertDeps['store'], AlertDoor>();

async function storeApplied(deps: AlertDeps, signal: Signal): Promise<Taken> {
  let door = DOORS.get(deps.store);
  if (!door) DOORS.set(deps.store, (door = new AlertDoor(deps)));
  const fresh = await door.take(signal);
  return { signalId: fresh ? signal.id : null, events: fresh ? signal.events.length : 0, duplicate: !fresh };
}
