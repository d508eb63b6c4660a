import type { LedgerRow } from '../nouns.ts';
import { isKept, leadOf } from './month.ts';

const HEAD = [
  'partner',
  'incident',
  'title',
  'started_at',
  'detected_at',
  'noticed_at',
  'notice_by',
  'lead_seconds',
  'contacted_at',
  'acknowledged_at',
  'promised_at',
  'promise_by',
  'resolved_at',
  'duration_seconds',
  'promise_kept',
  'evidence',
];

/** The ledger as RFC 4180, for spreadsheets: instants in UTC, durations in seconds. */
export function ledgerCsv(rows: readonly LedgerRow[], now: number): string {
  const lines = rows.map((row) => {
    const lead = leadOf(row);
    const kept = isKept(row, now);
    return [
      row.partner,
      String(row.incidentNumber),
      row.title,
      instant(row.startedAt),
      instant(row.detectedAt),
      instant(row.noticedAt),
      row.noticeBy ?? '',
      lead === null ? '' : Math.round(lead / 1000),
      instant(row.contactedAt),
      instant(row.acknowledgedAt),
      instant(row.promisedAt),
      row.promiseBy ?? '',
      instant(row.resolvedAt),
      row.resolvedAt === null ? '' : Math.round((row.resolvedAt - row.startedAt) / 1000),
      kept === null ? '' : kept ? 'yes' : 'no',
      row.attributions.map(({ words }) => words).join('; '),
    ]
      .map(cell)
      .join(',');
  });
  return [HEAD.join(','), ...lines, ''].join('\r\n');
}

/**
 * One cell. A text that a spreadsheet would run as a formula is marked as text: titles come from alerts that others write.
 * Numbers of our own stay numbers.
 */
export function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function instant(at: number | null): string {
  return at === null ? '' : Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'second' });
}
