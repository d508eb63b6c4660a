import { systemActor } from '../core/actor.ts';
import type { Alert } from './alert.ts';
import { ALERT_FACTS, ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { isQuiet, quietReason, type QuietRules } from './quiet.ts';
import { alertWords } from './words.ts';

const ACTOR = systemActor('alert');

/**
 * Writes that an alert fires, or that it fires but is quiet. Returns the journal row's id.
 * @param alert as it is stored now, with its quietness
 */
export async function tellFiring(
  tx: AlertTx,
  alert: Alert,
  rules: QuietRules,
  told: { readonly reason: string; readonly causeId: string | null; readonly at: number },
): Promise<string> {
  const quiet = isQuiet(alert);
  return tx.journal.append({
    actor: ACTOR,
    fact: quiet ? ALERT_FACTS.silenced : ALERT_FACTS.fired,
    subject: { kind: 'alert', id: alert.id },
    causeId: told.causeId ?? undefined,
    summary: quiet ? `Fires, but is kept quiet: ${alertWords(alert)}` : `Fires: ${alertWords(alert)}`,
    reason: quiet ? quietReason(alert, rules) : told.reason,
    data: { name: alert.name, severity: alert.severity, source: alert.source, labels: alert.labels },
    at: told.at,
  });
}

/** Ends an open alert and writes why. A pending one is cleared, a firing one resolved. */
export async function endAlert(
  tx: AlertTx,
  alert: Alert,
  end: { readonly at: number; readonly reason: string; readonly causeId: string | null },
): Promise<void> {
  await tx.alerts.update(alert.id, { state: 'resolved', resolvedAt: end.at, expiresAt: null });
  await tx.work.cancel(ALERT_WORK.expire, alert.id);
  const fired = alert.state === 'firing';
  await tx.journal.append({
    actor: ACTOR,
    fact: fired ? ALERT_FACTS.resolved : ALERT_FACTS.cleared,
    subject: { kind: 'alert', id: alert.id },
    incidentId: alert.incidentId ?? undefined,
    causeId: end.causeId ?? alert.causeId ?? undefined,
    summary: fired ? `Over: ${alertWords(alert)}` : `Went away before it fired: ${alertWords(alert)}`,
    reason: end.reason,
    data: { name: alert.name, severity: alert.severity },
    at: end.at,
  });
}
