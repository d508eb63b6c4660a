import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { refuseBadAlerts, readAlertsSignal, type Taken } from '../../signal/verbs/take-alerts.ts';
import { storeSignal } from '../../signal/store-signal.ts';
import type { Signal } from '../../signal/signal.ts';
import { applySignal } from '../apply.ts';
import { settingsOf, type AlertDeps } from '../deps.ts';

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

async function storeApplied(deps: AlertDeps, signal: Signal): Promise<Taken> {
  const answer = (fresh: boolean): Taken => ({
    signalId: fresh ? signal.id : null,
    events: fresh ? signal.events.length : 0,
    duplicate: !fresh,
  });
  try {
    return answer(
      await deps.store.transact(async (tx) => {
        // A repeated key is found before anything is done.
        if (signal.idempotencyKey !== null && !(await tx.signals.insert(signal))) return false;
        const events = await applySignal(tx, deps, signal);
        // Nine of ten alerts only say that they still fire. That is written on the alert; kept is what said more.
        const kept = { ...signal, events: signal.body === null ? events : signal.events };
        if (signal.idempotencyKey === null && events.length > 0) await tx.signals.insert(kept);
        return true;
      }),
    );
  } catch (error) {
    if (error instanceof Fault) throw error;
    return answer(await deps.store.transact((tx) => storeSignal(tx, signal)));
  }
}
