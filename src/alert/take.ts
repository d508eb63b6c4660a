import { systemActor } from '../core/actor.ts';
import type { Deps } from '../core/transaction.ts';
import { DONE, type Handler } from '../core/work.ts';
import { SIGNAL_WORK } from '../signal/facts.ts';
import type { AlertEvent, Signal } from '../signal/signal.ts';
import type { Alert } from './alert.ts';
import { ALERT_FACTS, ALERT_WORK } from './facts.ts';
import { decideEvent, type Decision } from './lifecycle.ts';
import type { AlertTx } from './ports.ts';
import { quietBy, quietRules, type QuietRules } from './quiet.ts';
import { severityOf } from './severity.ts';
import { endAlert, tellFiring } from './tell.ts';
import { alertWords } from './words.ts';

/** Applies a stored signal's events to the alerts, one after the other, in one transaction. */
export function takeAlert(deps: Deps<AlertTx>): Handler<AlertTx> {
  return {
    kind: SIGNAL_WORK.takeAlert,
    async inside(tx, item) {
      const id = item.payload['signalId'];
      const signal = typeof id === 'string' ? await tx.signals.byId(id) : null;
      if (!signal) return { kind: 'quarantine', reason: `there is no signal ${String(id)}` };
      const rules = await quietRules(tx, deps.clock.now());
      for (const event of signal.events) await applyEvent(tx, deps, signal, event, rules);
      return DONE;
    },
  };
}

async function applyEvent(
  tx: AlertTx,
  deps: Deps<AlertTx>,
  signal: Signal,
  event: AlertEvent,
  rules: QuietRules,
): Promise<void> {
  const open = await tx.alerts.openByFingerprint(event.fingerprint);
  const decision = decideEvent(event, open, signal.receivedAt);
  const now = deps.clock.now();
  if (decision.kind === 'open') {
    await openAlert(tx, deps.ids.next('alr'), signal, event, decision.state, rules, now);
  } else if (open && decision.kind === 'fire') {
    const change = { ...decision.change, state: 'firing' as const, firedAt: now };
    const quiet = quietBy(change.labels, rules, now);
    await tx.alerts.update(open.id, { ...change, ...quiet });
    await watchExpiry(tx, open.id, open.expiresAt, change.expiresAt);
    const causeId = signal.id;
    await tellFiring(tx, { ...open, ...change, ...quiet }, rules, { reason: decision.reason, causeId, at: now });
  } else if (open && decision.kind === 'refresh') {
    await refresh(tx, open, decision, signal.id, now);
  } else if (open && (decision.kind === 'resolve' || decision.kind === 'clear')) {
    // The end as the source says it, but never after this instant: clocks of senders run ahead.
    await endAlert(tx, open, { at: Math.min(decision.at, now), reason: decision.reason, causeId: signal.id });
  }
}

async function openAlert(
  tx: AlertTx,
  id: string,
  signal: Signal,
  event: AlertEvent,
  state: 'pending' | 'firing',
  rules: QuietRules,
  now: number,
): Promise<void> {
  const firing = state === 'firing';
  const quiet = firing ? quietBy(event.labels, rules, now) : { silencedBy: null, maintenanceBy: null };
  const alert: Alert = {
    id,
    fingerprint: event.fingerprint,
    source: event.source,
    name: event.labels['alertname'] ?? 'Alert',
    labels: event.labels,
    annotations: event.annotations,
    severity: severityOf(event.labels),
    state,
    startsAt: event.startsAt,
    firedAt: firing ? now : null,
    resolvedAt: null,
    expiresAt: event.endsAt,
    lastSeenAt: signal.receivedAt,
    value: event.value,
    generatorUrl: event.generatorUrl,
    count: 1,
    incidentId: null,
    ...quiet,
    causeId: signal.id,
  };
  await tx.alerts.insert(alert);
  await watchExpiry(tx, id, null, alert.expiresAt);
  if (firing) {
    await tellFiring(tx, alert, rules, { reason: 'first-seen', causeId: signal.id, at: now });
    return;
  }
  await tx.journal.append({
    actor: systemActor('alert'),
    fact: ALERT_FACTS.pending,
    subject: { kind: 'alert', id },
    causeId: signal.id,
    summary: `Deviates, not yet long enough to fire: ${alertWords(alert)}`,
    data: { name: alert.name, severity: alert.severity },
    at: now,
  });
}

async function refresh(
  tx: AlertTx,
  open: Alert,
  decision: Extract<Decision, { kind: 'refresh' }>,
  causeId: string,
  now: number,
): Promise<void> {
  await tx.alerts.update(open.id, decision.change);
  if (decision.change.expiresAt !== undefined) {
    await watchExpiry(tx, open.id, open.expiresAt, decision.change.expiresAt);
  }
  if (decision.severityBefore === null) return;
  const severity = decision.change.severity ?? open.severity;
  await tx.journal.append({
    actor: systemActor('alert'),
    fact: ALERT_FACTS.severityChanged,
    subject: { kind: 'alert', id: open.id },
    incidentId: open.incidentId ?? undefined,
    causeId,
    summary: `Now ${severity} instead of ${decision.severityBefore}: ${alertWords(open)}`,
    reason: 'changed-at-its-source',
    data: { before: decision.severityBefore, severity },
    at: now,
  });
}

/** Puts the look at the expiry in line when it is new; an open one looks at the alert's newest expiry and moves itself. */
async function watchExpiry(tx: AlertTx, id: string, before: number | null, after: number | null): Promise<void> {
  if (before !== null || after === null) return;
  await tx.work.enqueue({ kind: ALERT_WORK.expire, key: id, dueAt: after, priority: 2, payload: { alertId: id } });
}
