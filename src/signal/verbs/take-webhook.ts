import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Source } from '../config.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import { readMappedEvents } from '../mapped-events.ts';
import type { SignalTx } from '../ports.ts';
import type { AlertEvent } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';
import type { Taken } from './take-alerts.ts';

/** How much of an unmappable body is kept, in characters. */
const KEPT_BODY = 100_000;

export interface WebhookDeps extends Deps<SignalTx> {
  /** The sources as configured now. */
  readonly sources: () => ReadonlyMap<string, Source>;
}

/**
 * Takes a body at the door `POST /in/NAME` and maps it to alert events: durable when this resolves. A body that cannot
 * be mapped is kept in quarantine.
 * @throws Fault `forbidden`; `not_found` for an unknown door; `body_invalid` saying what to fix in body or mapping
 */
export async function takeWebhook(
  deps: WebhookDeps,
  actor: Actor,
  input: { readonly source: string; readonly body: unknown; readonly idempotencyKey: string | null },
): Promise<Taken> {
  permit(actor, 'signal.send');
  const source = deps.sources().get(input.source);
  if (!source) throw new Fault('not_found', { what: 'source', id: input.source });
  const now = deps.clock.now();
  const door = `webhook:${input.source}`;
  let events: AlertEvent[];
  try {
    events = readMappedEvents(await source.mapping.run(input.body), door, now);
  } catch (error) {
    if (error instanceof Fault) await putAside(deps, actor, door, input.body, error.message);
    throw error;
  }
  const id = deps.ids.next('sig');
  const { idempotencyKey, body } = input;
  const signal = { id, source: door, receivedAt: now, idempotencyKey, events, body };
  const fresh = await deps.store.transact((tx) => storeSignal(tx, signal));
  return { signalId: fresh ? id : null, events: fresh ? events.length : 0, duplicate: !fresh };
}

async function putAside(deps: WebhookDeps, actor: Actor, door: string, body: unknown, reason: string): Promise<void> {
  const id = deps.ids.next('qua');
  const text = JSON.stringify(body).slice(0, KEPT_BODY);
  await deps.store.transact(async (tx) => {
    await tx.signals.quarantine({ id, kind: door, receivedAt: deps.clock.now(), reason, body: text });
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.signalQuarantined,
      subject: { kind: 'signal', id },
      summary: `A body from ${door} could not be read and was put aside.`,
      reason,
    });
  });
}
