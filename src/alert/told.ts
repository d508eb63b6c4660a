import type { AlertBatch } from './batch.ts';
import { ALERT_FACTS } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { isQuiet, type QuietRules } from './quiet.ts';
import { firingEntry, loudEntry } from './tell.ts';

/**
 * Tells those of the alerts that are loud now and never were told, or were quiet when it was their turn. Of those that
 * were told, one of each incident is spoken of: it may have become quiet before anybody could be paged.
 */
export async function tellIfUntold(
  tx: AlertTx,
  batch: AlertBatch,
  ids: readonly string[],
  rules: QuietRules,
  told: { readonly causeId: string | null; readonly now: number },
): Promise<void> {
  const spoken = new Set<string>();
  for (const id of ids) {
    const alert = batch.alert(id);
    if (alert.state !== 'firing' || isQuiet(alert) || alert.heldBy !== null) continue;
    if (await wasTold(tx, id)) {
      if (alert.incidentId === null || spoken.has(alert.incidentId)) continue;
      spoken.add(alert.incidentId);
      batch.write(() => loudEntry(batch.alert(id), { causeId: told.causeId, at: told.now }));
      continue;
    }
    batch.write(() => firingEntry(alert, rules, { reason: 'no-longer-quiet', causeId: told.causeId, at: told.now }));
  }
}

/** The last of the rows that tell an alert, or keep it quiet, counts. */
async function wasTold(tx: AlertTx, id: string): Promise<boolean> {
  const rows = await tx.journal.ofSubject('alert', id);
  const last = rows.findLast(({ fact }) => fact === ALERT_FACTS.fired || fact === ALERT_FACTS.silenced);
  return last?.fact === ALERT_FACTS.fired;
}
