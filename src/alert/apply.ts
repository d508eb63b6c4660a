import type { AlertEvent, Signal } from '../signal/signal.ts';
import type { Alert } from './alert.ts';
import { AlertBatch } from './batch.ts';
import { settingsOf, type AlertDeps } from './deps.ts';
import { watchExpiry } from './expire.ts';
import { decideFlap, flappingEntry, type FlapRule } from './flap.ts';
import { holdBack } from './hold.ts';
import { inhibit } from './inhibition.ts';
import { decideEvent } from './lifecycle.ts';
import type { AlertTx } from './ports.ts';
import { isQuiet, quietBy, quietRules, type QuietRules } from './quiet.ts';
import { coveredBy, watchCovered } from './remind.ts';
import { severityOf } from './severity.ts';
import { endOf, firingEntry, heldEntry, pendingEntry, severityEntry } from './tell.ts';
import { tellIfUntold } from './told.ts';

/** What the events of a signal set going, beside the alerts themselves. */
interface Course {
  readonly batch: AlertBatch;
  readonly rules: QuietRules;
  /** The signal whose events are applied now. */
  signal: Signal;
  readonly now: number;
  /** Alerts that began to fire, with the signal that told it, and such as ended. */
  readonly began: Map<string, string>;
  readonly ended: Set<string>;
  /** Until when those that are held back wait. */
  held: ReadonlyMap<string, number>;
  earliestExpiry: number | null;
  /** When an alert flaps, and how often those that end now did lately, by fingerprint. */
  readonly flapping: FlapRule | null;
  readonly ends: Map<string, number>;
}

/** The same for one signal. @returns the events of it that are worth keeping */
export async function applySignal(tx: AlertTx, deps: AlertDeps, signal: Signal): Promise<readonly AlertEvent[]> {
  return (await applySignals(tx, deps, [signal]))[0]!;
}

/**
 * Applies the events of signals to the alerts in their order, in the caller's transaction. What is wrong is decided event
 * by event; rows are written once at the end, so that a hundred alerts cost little more than one.
 * @returns for each signal the events that did more than move when their alert was last seen: what it is worth keeping for
 */
export async function applySignals(
  tx: AlertTx,
  deps: AlertDeps,
  signals: readonly Signal[],
): Promise<readonly (readonly AlertEvent[])[]> {
  const now = deps.clock.now();
  const { inhibit: inhibitRules, route, flapping } = settingsOf(deps);
  const rules = await quietRules(tx, now);
  const open = new Map<string, Alert>();
  const prints = [...new Set(signals.flatMap(({ events }) => events.map(({ fingerprint }) => fingerprint)))];
  for (const alert of await tx.alerts.openByFingerprints(prints)) open.set(alert.fingerprint, alert);
  const batch = new AlertBatch();
  for (const alert of open.values()) batch.know(alert);
  const course: Course = {
    batch,
    rules,
    signal: signals[0]!,
    now,
    began: new Map(),
    ended: new Set(),
    held: new Map(),
    earliestExpiry: null,
    flapping,
    ends: await endsLately(tx, signals, open, flapping, now),
  };
  const telling = signals.map((signal) => {
    course.signal = signal;
    return signal.events.filter((event) => {
      const before = batch.changes;
      const after = applyEvent(course, event, open.get(event.fingerprint) ?? null, () => deps.ids.next('alr'));
      if (!after || after.state === 'resolved') open.delete(event.fingerprint);
      else open.set(event.fingerprint, after);
      return batch.changes > before;
    });
  });
  const began = [...course.began.keys()].filter((id) => batch.alert(id).state === 'firing');
  const freed = await inhibit(tx, inhibitRules, batch, { began, ended: [...course.ended] });
  course.held = await holdBack(tx, route, batch, began, now);
  await tellIfUntold(tx, batch, freed, rules, { causeId: course.signal.id, now });
  await batch.flush(tx);
  const covering = new Set<string>();
  for (const id of began) coveredBy(batch.alert(id), covering);
  await watchCovered(tx, covering, now);
  if (course.earliestExpiry !== null) await watchExpiry(tx, course.earliestExpiry);
  return telling;
}

/** Returns the alert of the event's fingerprint as it is then, if there is one. */
function applyEvent(course: Course, event: AlertEvent, open: Alert | null, nextId: () => string): Alert | null {
  const { batch, signal, now } = course;
  const decision = decideEvent(event, open, signal.receivedAt);
  if (decision.kind === 'open') {
    const alert = newAlert(course, nextId(), event, decision.state);
    batch.insert(alert);
    noteExpiry(course, alert.expiresAt);
    if (decision.state === 'firing') begin(course, alert.id, decision.reason);
    else batch.write(() => pendingEntry(alert, signal.id, now));
    return alert;
  }
  if (!open) return null;
  if (decision.kind === 'fire') {
    const change = { ...decision.change, state: 'firing' as const, firedAt: now };
    const after = batch.change(open.id, { ...change, ...quietBy(change.labels, course.rules, now) });
    noteExpiry(course, change.expiresAt);
    begin(course, open.id, decision.reason);
    return after;
  }
  if (decision.kind === 'refresh') {
    const anew = event.status === 'firing' && open.calmAt !== null && decision.reason === 'seen-again';
    const after = batch.change(open.id, { ...decision.change, ...(anew ? { calmAt: null, flippedAt: now } : {}) });
    // A later expiry is found by the look at the earlier one; only one that comes sooner, or is the first, is new.
    const { expiresAt } = after;
    if (expiresAt !== null && (open.expiresAt === null || expiresAt < open.expiresAt)) noteExpiry(course, expiresAt);
    const before = decision.severityBefore;
    if (before !== null) batch.write(() => severityEntry(after, before, after.severity, signal.id, now));
    return after;
  }
  if (decision.kind === 'resolve') {
    const held = holdFlapping(course, open);
    if (held) return held;
  }
  if (decision.kind === 'resolve' || decision.kind === 'clear') {
    // The end as the source says it, but never after this instant: clocks of senders run ahead.
    const end = { at: Math.min(decision.at, now), reason: decision.reason, causeId: signal.id };
    const { change, entry } = endOf(open, end);
    course.ended.add(open.id);
    batch.write(() => entry);
    return batch.change(open.id, change);
  }
  return open;
}

/** How often alerts that the signals end have ended lately; asked only where something ends. */
async function endsLately(
  tx: AlertTx,
  signals: readonly Signal[],
  open: ReadonlyMap<string, Alert>,
  flapping: FlapRule | null,
  now: number,
): Promise<Map<string, number>> {
  if (flapping === null) return new Map();
  const prints = new Set<string>();
  for (const { events } of signals) {
    for (const { status, fingerprint } of events) {
      if (status === 'resolved' && open.get(fingerprint)?.state === 'firing') prints.add(fingerprint);
    }
  }
  return prints.size === 0 ? new Map() : new Map(await tx.alerts.endsOf([...prints], now - flapping.within));
}

/** An alert that began and ended too often goes on counting as firing until it is calm. Null where it ends. */
function holdFlapping(course: Course, open: Alert): Alert | null {
  const { batch, flapping, signal, now, ends } = course;
  const before = ends.get(open.fingerprint) ?? 0;
  const decision = decideFlap(open, before, flapping, now);
  if (decision.kind === 'end') {
    ends.set(open.fingerprint, before + 1);
    return null;
  }
  if (decision.kind === 'waits') return open;
  const since = open.flappingSince ?? now;
  const change = { flappingSince: since, flippedAt: now, calmAt: now, expiresAt: decision.until };
  const after = batch.change(open.id, change);
  noteExpiry(course, decision.until);
  if (decision.begins) batch.write(() => flappingEntry(batch.alert(open.id), before, flapping!, signal.id, now));
  return after;
}

function begin(course: Course, id: string, reason: string): void {
  const { batch, began, rules, signal, now } = course;
  began.set(id, reason);
  batch.write(() => {
    const alert = batch.alert(id);
    const until = course.held.get(id);
    if (until !== undefined && !isQuiet(alert)) return heldEntry(alert, until, signal.id, now);
    return firingEntry(alert, rules, { reason, causeId: signal.id, at: now });
  });
}

function noteExpiry(course: Course, expiresAt: number | null): void {
  if (expiresAt === null) return;
  course.earliestExpiry = Math.min(course.earliestExpiry ?? Infinity, expiresAt);
}

function newAlert(course: Course, id: string, event: AlertEvent, state: 'pending' | 'firing'): Alert {
  const { rules, signal, now } = course;
  const firing = state === 'firing';
  return {
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
    ...(firing ? quietBy(event.labels, rules, now) : { silencedBy: null, maintenanceBy: null }),
    inhibitedBy: null,
    heldBy: null,
    flappingSince: null,
    flippedAt: null,
    calmAt: null,
    causeId: signal.id,
  };
}
