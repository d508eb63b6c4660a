import { systemActor } from '../core/actor.ts';
import type { NewEntry } from '../core/journal.ts';
import type { Alert, AlertSeverity } from './alert.ts';
import { ALERT_FACTS } from './facts.ts';
import { isQuiet, quietReason, type QuietRules } from './quiet.ts';
import { alertWords } from './words.ts';

const ACTOR = systemActor('alert');

/**
 * The row that an alert fires, or that it fires but is quiet.
 * @param alert as it is stored now, with its quietness
 */
export function firingEntry(
  alert: Alert,
  rules: QuietRules,
  told: { readonly reason: string; readonly causeId: string | null; readonly at: number },
): NewEntry {
  const quiet = isQuiet(alert);
  return {
    actor: ACTOR,
    fact: quiet ? ALERT_FACTS.silenced : ALERT_FACTS.fired,
    subject: { kind: 'alert', id: alert.id },
    causeId: told.causeId ?? undefined,
    summary: quiet ? `Fires, but is kept quiet: ${alertWords(alert)}` : `Fires: ${alertWords(alert)}`,
    reason: quiet ? quietReason(alert, rules) : told.reason,
    data: { name: alert.name, severity: alert.severity, source: alert.source, labels: alert.labels },
    at: told.at,
  };
}

/** The row that an alert of an incident, told before it became quiet, is quiet no longer. */
export function loudEntry(alert: Alert, told: { readonly causeId: string | null; readonly at: number }): NewEntry {
  return {
    actor: ACTOR,
    fact: ALERT_FACTS.loudAgain,
    subject: { kind: 'alert', id: alert.id },
    incidentId: alert.incidentId ?? undefined,
    causeId: told.causeId ?? undefined,
    summary: `Not quiet any more: ${alertWords(alert)}`,
    reason: 'no-longer-quiet',
    data: { name: alert.name, severity: alert.severity },
    at: told.at,
  };
}

/** The row that an alert deviates, but not yet for long enough. */
export function pendingEntry(alert: Alert, causeId: string, at: number): NewEntry {
  return {
    actor: ACTOR,
    fact: ALERT_FACTS.pending,
    subject: { kind: 'alert', id: alert.id },
    causeId,
    summary: `Deviates, not yet long enough to fire: ${alertWords(alert)}`,
    data: { name: alert.name, severity: alert.severity },
    at,
  };
}

/** The row that an alert fires and waits for others of its group before it is told. */
export function heldEntry(alert: Alert, until: number, causeId: string | null, at: number): NewEntry {
  return {
    actor: ACTOR,
    fact: ALERT_FACTS.held,
    subject: { kind: 'alert', id: alert.id },
    causeId: causeId ?? undefined,
    summary: `Fires, and is told with its group in ${Math.ceil((until - at) / 1000)} s: ${alertWords(alert)}`,
    reason: 'waits-for-its-group',
    data: { name: alert.name, severity: alert.severity, until },
    at,
  };
}

/** The row that an open alert's severity changed at its source. */
export function severityEntry(
  alert: Alert,
  before: AlertSeverity,
  severity: AlertSeverity,
  causeId: string,
  at: number,
): NewEntry {
  return {
    actor: ACTOR,
    fact: ALERT_FACTS.severityChanged,
    subject: { kind: 'alert', id: alert.id },
    incidentId: alert.incidentId ?? undefined,
    causeId,
    summary: `Now ${severity} instead of ${before}: ${alertWords(alert)}`,
    reason: 'changed-at-its-source',
    data: { before, severity },
    at,
  };
}

/** What is written when an alert ends, and the row that says why. A pending one is cleared, a firing one resolved. */
export function endOf(
  alert: Alert,
  end: { readonly at: number; readonly reason: string; readonly causeId: string | null },
): { readonly change: Partial<Alert>; readonly entry: NewEntry } {
  const fired = alert.state === 'firing';
  return {
    change: { state: 'resolved', resolvedAt: end.at, expiresAt: null, heldBy: null },
    entry: {
      actor: ACTOR,
      fact: fired ? ALERT_FACTS.resolved : ALERT_FACTS.cleared,
      subject: { kind: 'alert', id: alert.id },
      incidentId: alert.incidentId ?? undefined,
      causeId: end.causeId ?? alert.causeId ?? undefined,
      summary: fired ? `Over: ${alertWords(alert)}` : `Went away before it fired: ${alertWords(alert)}`,
      reason: end.reason,
      data: { name: alert.name, severity: alert.severity },
      at: end.at,
    },
  };
}
