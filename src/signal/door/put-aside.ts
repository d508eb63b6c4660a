import { systemActor, type Actor } from '../../core/actor.ts';
import { fingerprint, type Labels } from '../../core/labels.ts';
import type { Deps } from '../../core/transaction.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import type { SignalTx } from '../ports.ts';
import type { AlertEvent } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';
import { KEPT_BODY, KEPT_ROWS, REPEATED_WITHIN, REPEAT_ENDS, REPEATS } from './limits.ts';

/** A body that could not be taken. */
export interface Refused {
  /** `webhook:NAME` or alike. */
  readonly door: string;
  readonly title: string;
  readonly raw: string;
  readonly headers: Labels;
  readonly reason: string;
}

/**
 * Keeps a body aside, with a row in the journal. When that happens again and again, an alert of its own says so: what a
 * source tells is then not heard. @returns the id under which it is kept
 */
export async function putAside(deps: Deps<SignalTx>, actor: Actor, refused: Refused): Promise<string> {
  const { door, title, raw, headers, reason } = refused;
  const id = deps.ids.next('qua');
  const now = deps.clock.now();
  await deps.store.transact(async (tx) => {
    await tx.signals.quarantine({
      id,
      kind: door,
      receivedAt: now,
      reason,
      body: raw.slice(0, KEPT_BODY),
      headers: keptHeaders(headers),
      cut: raw.length > KEPT_BODY,
    });
    await tx.signals.trimQuarantine(door, KEPT_ROWS);
    const causeId = await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.signalQuarantined,
      subject: { kind: 'signal', id },
      summary: `A body from ${door} could not be read and was put aside.`,
      reason,
    });
    const { since } = await tx.signals.quarantineCount(door, now - REPEATED_WITHIN);
    if (since >= REPEATS) await tellRepeats(tx, deps, door, title, since, causeId);
  });
  return id;
}

async function tellRepeats(
  tx: SignalTx,
  deps: Deps<SignalTx>,
  door: string,
  title: string,
  count: number,
  causeId: string,
): Promise<void> {
  const now = deps.clock.now();
  const words = `${count} messages of ${title} in ten minutes could not be read: what it tells is not heard. They are kept under Integrations`;
  const event = refusalAlert(door, words, 'firing', now);
  const id = deps.ids.next('sig');
  const body = { causeId };
  await storeSignal(tx, { id, source: 'integration', receivedAt: now, idempotencyKey: null, events: [event], body });
}

/** When nothing of a door is left aside, the alert about it is over. */
export async function tellMended(tx: SignalTx, deps: Deps<SignalTx>, door: string): Promise<void> {
  const now = deps.clock.now();
  const { open } = await tx.signals.quarantineCount(door, now);
  if (open > 0) return;
  const event = refusalAlert(door, 'Everything that was put aside is decided on', 'resolved', now);
  const id = deps.ids.next('sig');
  const body = { decidedBy: systemActor('signal').id };
  await storeSignal(tx, { id, source: 'integration', receivedAt: now, idempotencyKey: null, events: [event], body });
}

function refusalAlert(door: string, summary: string, status: 'firing' | 'resolved', now: number): AlertEvent {
  const labels = { alertname: 'IntegrationUnreadable', door, severity: 'warning' };
  return {
    fingerprint: fingerprint(labels),
    source: 'integration',
    labels,
    annotations: { summary },
    status,
    startsAt: now,
    endsAt: status === 'resolved' ? now : now + REPEAT_ENDS,
    generatorUrl: null,
    value: null,
  };
}

const SECRET = /authorization|cookie|token|secret|signature|api-?key/;

/** The headers that a mapping could look at; none that proves who sent it. */
export function keptHeaders(headers: Labels): Labels {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers).slice(0, 100)) {
    if (!SECRET.test(name)) kept[name] = value.slice(0, 1000);
  }
  return kept;
}
