import type { Actor } from '../../core/actor.ts';
import type { Source } from '../config.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import type { Mapped } from '../mapped-events.ts';
import type { SignalTx } from '../ports.ts';
import type { Signal } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';

/**
 * Stores a mapped body: its events as a signal, acknowledgements and changes as facts for those on the right.
 * @returns false when the idempotency key was known: nothing is stored again
 */
export async function storeMapped(
  tx: SignalTx,
  actor: Actor,
  source: Source,
  mapped: Mapped,
  signal: Omit<Signal, 'events'>,
): Promise<boolean> {
  const { events, acknowledgements, changes } = mapped;
  if (!(await storeSignal(tx, { ...signal, events }))) return false;
  const subject = { kind: 'signal', id: signal.id } as const;
  const title = source.config.title ?? source.config.name;
  for (const { fingerprint, name, by } of acknowledgements) {
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.alertAcknowledged,
      subject,
      causeId: signal.id,
      summary: `${by ?? 'Somebody'} acknowledged ${name} at ${title}.`,
      data: { fingerprint, by: by ?? title, acknowledge: source.config.acknowledge },
    });
  }
  for (const { at, kind, summary, labels, url } of changes) {
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.changeRecorded,
      subject,
      causeId: signal.id,
      summary: `Changed, as ${title} tells: ${summary}`,
      data: { at, kind, summary, labels, url, source: signal.source },
      at: signal.receivedAt,
    });
  }
  return true;
}
