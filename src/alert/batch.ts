import type { NewEntry } from '../core/journal.ts';
import { sameLabels, type Labels } from '../core/labels.ts';
import type { Alert } from './alert.ts';
import type { AlertSeen, AlertTx } from './ports.ts';

type Change = Partial<Omit<Alert, 'id' | 'fingerprint'>>;

interface Standing {
  now: Alert;
  readonly isNew: boolean;
  changed: Change;
}

/** Fields that each sending of an alert moves; where nothing else changed they are written together. */
const MOVING = new Set<string>(['lastSeenAt', 'expiresAt', 'count'] satisfies (keyof Alert)[]);

/**
 * What one transaction makes of many alerts: collected first and written together at the end, each row once, however
 * often its alert was spoken of.
 */
export class AlertBatch {
  readonly #standing = new Map<string, Standing>();
  readonly #entries: (() => NewEntry)[] = [];

  /** How much was said that is more than that an alert was seen again. */
  changes = 0;

  /** Takes in an alert that is stored already. */
  know(alert: Alert): void {
    if (!this.#standing.has(alert.id)) this.#standing.set(alert.id, { now: alert, isNew: false, changed: {} });
  }

  insert(alert: Alert): void {
    this.#standing.set(alert.id, { now: alert, isNew: true, changed: {} });
    this.changes++;
  }

  /** The alert as it is after the changes so far. It must be known. */
  alert(id: string): Alert {
    return this.#of(id).now;
  }

  has(id: string): boolean {
    return this.#standing.has(id);
  }

  /** Changes a known alert; returns it as it is then. What is the same already is not written. */
  change(id: string, change: Change): Alert {
    const standing = this.#of(id);
    const different = differing(standing.now, change);
    if (Object.keys(different).some((field) => !MOVING.has(field))) this.changes++;
    standing.changed = { ...standing.changed, ...different };
    standing.now = { ...standing.now, ...different };
    return standing.now;
  }

  /** A row for the journal, made at the end, when it is known how the alerts stand. */
  write(make: () => NewEntry): void {
    this.#entries.push(make);
    this.changes++;
  }

  /** Writes everything. */
  async flush(tx: AlertTx): Promise<void> {
    const made: Alert[] = [];
    const seen: AlertSeen[] = [];
    for (const { now, isNew, changed } of this.#standing.values()) {
      const fields = Object.keys(changed);
      if (isNew) made.push(now);
      else if (fields.length === 0) continue;
      else if (fields.every((field) => MOVING.has(field))) seen.push(now);
      else await tx.alerts.update(now.id, changed);
    }
    if (made.length > 0) await tx.alerts.insertAll(made);
    if (seen.length > 0) await tx.alerts.seen(seen);
    if (this.#entries.length > 0) await tx.journal.appendAll(this.#entries.map((make) => make()));
  }

  #of(id: string): Standing {
    const standing = this.#standing.get(id);
    if (!standing) throw new Error(`alert ${id} is not part of this batch`);
    return standing;
  }
}

function differing(before: Alert, change: Change): Change {
  const different: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(change)) {
    const old = before[field as keyof Alert];
    if (old === value || value === undefined) continue;
    if (isLabels(old) && isLabels(value) && sameLabels(old, value)) continue;
    different[field] = value;
  }
  return different as Change;
}

function isLabels(value: unknown): value is Labels {
  return typeof value === 'object' && value !== null;
}
