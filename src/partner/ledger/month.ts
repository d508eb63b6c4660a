import type { LedgerRow } from '../nouns.ts';

/** What a partner's month was. Times in ms; medians over the rows that have both ends. */
export interface PartnerMonth {
  readonly partner: string;
  /** Such as 2026-11, in UTC. */
  readonly month: string;
  readonly interruptions: number;
  readonly resolved: number;
  /** Sum of the durations of those that are over. */
  readonly duration: number;
  readonly longest: number;
  /** How much earlier our monitoring saw it than the partner told it; below zero they were first. */
  readonly medianLead: number | null;
  /** Interruptions that the partner never told us of. */
  readonly untold: number;
  readonly medianAcknowledge: number | null;
  /** Of those with a promise: how many were kept, and how many broken. */
  readonly kept: number;
  readonly broken: number;
}

/** Our lead over the partner's notice, ms: below zero they told it before we saw it. */
export function leadOf({ detectedAt, noticedAt }: Pick<LedgerRow, 'detectedAt' | 'noticedAt'>): number | null {
  return detectedAt === null || noticedAt === null ? null : noticedAt - detectedAt;
}

/** Whether the promise was kept; null where there is none, or it is not known yet. */
export function isKept(
  { promisedAt, resolvedAt }: Pick<LedgerRow, 'promisedAt' | 'resolvedAt'>,
  now: number,
): boolean | null {
  if (promisedAt === null) return null;
  if (resolvedAt !== null) return resolvedAt <= promisedAt;
  return now > promisedAt ? false : null;
}

/** The months of the rows, newest first, each partner in it by its name. */
export function months(rows: readonly LedgerRow[], now: number): PartnerMonth[] {
  const groups = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    const key = `${monthOf(row.startedAt)} ${row.partner}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()]
    .map((group) => monthRow(group, now))
    .toSorted((a, b) => (a.month === b.month ? (a.partner < b.partner ? -1 : 1) : a.month < b.month ? 1 : -1));
}

function monthRow(rows: readonly LedgerRow[], now: number): PartnerMonth {
  const durations = rows.flatMap(({ startedAt, resolvedAt }) => (resolvedAt === null ? [] : [resolvedAt - startedAt]));
  const kept = rows.map((row) => isKept(row, now));
  return {
    partner: rows[0]!.partner,
    month: monthOf(rows[0]!.startedAt),
    interruptions: rows.length,
    resolved: durations.length,
    duration: durations.reduce((sum, one) => sum + one, 0),
    longest: Math.max(0, ...durations),
    medianLead: median(rows.flatMap((row) => leadOf(row) ?? [])),
    untold: rows.filter(({ noticedAt }) => noticedAt === null).length,
    medianAcknowledge: median(
      rows.flatMap(({ contactedAt, acknowledgedAt }) =>
        contactedAt === null || acknowledgedAt === null ? [] : [acknowledgedAt - contactedAt],
      ),
    ),
    kept: kept.filter((one) => one === true).length,
    broken: kept.filter((one) => one === false).length,
  };
}

function monthOf(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString().slice(0, 7);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}
