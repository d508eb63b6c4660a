import { sameLabels } from '../core/labels.ts';
import type { AlertEvent } from '../signal/signal.ts';
import type { Alert, AlertSeverity } from './alert.ts';
import { severityOf } from './severity.ts';

/** What an open alert takes over from an event that is about it. */
export type Refresh = Pick<
  Alert,
  'labels' | 'annotations' | 'severity' | 'startsAt' | 'expiresAt' | 'lastSeenAt' | 'value' | 'generatorUrl' | 'count'
>;

/** What an event means for the alert with its fingerprint, with the reason by name. */
export type Decision =
  | { readonly kind: 'open'; readonly state: 'pending' | 'firing'; readonly reason: 'first-seen' }
  | { readonly kind: 'fire'; readonly reason: 'lasted-long-enough'; readonly change: Refresh }
  | {
      readonly kind: 'refresh';
      readonly reason: 'seen-again' | 'late';
      readonly change: Partial<Refresh>;
      /** The severity before, when it changed: the only thing about a refresh that is worth a row. */
      readonly severityBefore: AlertSeverity | null;
    }
  | { readonly kind: 'resolve'; readonly reason: 'source-resolved'; readonly at: number }
  | { readonly kind: 'clear'; readonly reason: 'went-away-before-firing'; readonly at: number }
  | { readonly kind: 'ignore'; readonly reason: 'nothing-open' | 'ended-before-this-began' | 'later-signal-known' };

/**
 * Decides what an event does to the open alert of its fingerprint. Events may come late and out of order: what was
 * received before the newest that is known never takes anything back.
 * @param open the pending or firing alert, or null
 * @param receivedAt when the event's signal was received, ms
 */
export function decideEvent(event: AlertEvent, open: Alert | null, receivedAt: number): Decision {
  if (event.status === 'resolved') return decideEnd(event, open, receivedAt);
  if (!open) return { kind: 'open', state: event.status, reason: 'first-seen' };
  const severity = severityOf(event.labels);
  const severityBefore = severity === open.severity ? null : open.severity;
  if (receivedAt < open.lastSeenAt) {
    const startsAt = Math.min(open.startsAt, event.startsAt);
    if (event.status === 'firing' && open.state === 'pending') {
      return { kind: 'fire', reason: 'lasted-long-enough', change: refreshed(event, open, open.lastSeenAt) };
    }
    return { kind: 'refresh', reason: 'late', change: { count: open.count + 1, startsAt }, severityBefore: null };
  }
  const change = refreshed(event, open, receivedAt);
  if (event.status === 'firing' && open.state === 'pending') {
    return { kind: 'fire', reason: 'lasted-long-enough', change };
  }
  return { kind: 'refresh', reason: 'seen-again', change, severityBefore };
}

function decideEnd(event: AlertEvent, open: Alert | null, receivedAt: number): Decision {
  if (!open) return { kind: 'ignore', reason: 'nothing-open' };
  const at = event.endsAt ?? receivedAt;
  if (at < open.startsAt) return { kind: 'ignore', reason: 'ended-before-this-began' };
  if (receivedAt < open.lastSeenAt) return { kind: 'ignore', reason: 'later-signal-known' };
  return open.state === 'pending'
    ? { kind: 'clear', reason: 'went-away-before-firing', at }
    : { kind: 'resolve', reason: 'source-resolved', at };
}

function refreshed(event: AlertEvent, open: Alert, lastSeenAt: number): Refresh {
  return {
    labels: sameLabels(event.labels, open.labels) ? open.labels : event.labels,
    annotations: event.annotations,
    severity: severityOf(event.labels),
    startsAt: Math.min(open.startsAt, event.startsAt),
    expiresAt: event.endsAt,
    lastSeenAt,
    value: event.value,
    generatorUrl: event.generatorUrl ?? open.generatorUrl,
    count: open.count + 1,
  };
}
