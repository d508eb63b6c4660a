import type { SlaClock, SlaKind } from '../care/nouns.ts';

/** How often an agreed level was kept, of the incidents of one month, severity and function. */
export interface SlaShare {
  /** The local month in which they began, such as `2026-09`. */
  readonly month: string;
  readonly severity: SlaClock['severity'];
  /** A function that was hurt, or `*` for all incidents, whatever they hurt. */
  readonly functionName: string;
  readonly kind: SlaKind;
  readonly kept: number;
  readonly broken: number;
  readonly running: number;
  /** kept / (kept + broken); null while none has ended. */
  readonly share: number | null;
  /** The longest time that one took, ms, from the detection to the stop; null while none has ended. */
  readonly longest: number | null;
}

/**
 * Counts clocks by month, severity and function. An incident counts once at each function that it hurts, and once at `*`.
 * Void clocks do not count. Pure.
 * @param zone in which a month begins
 */
export function slaReport(clocks: readonly SlaClock[], zone: string): SlaShare[] {
  const rows = new Map<string, { -readonly [K in keyof SlaShare]: SlaShare[K] }>();
  for (const clock of clocks) {
    if (clock.state === 'void') continue;
    const local = Temporal.Instant.fromEpochMilliseconds(clock.startedAt).toZonedDateTimeISO(zone);
    const month = local.toPlainDate().toPlainYearMonth().toString();
    for (const functionName of ['*', ...clock.functions]) {
      const { severity, kind } = clock;
      const key = JSON.stringify([month, severity, functionName, kind]);
      const counts = { kept: 0, broken: 0, running: 0, share: null, longest: null };
      const row = rows.get(key) ?? { month, severity, functionName, kind, ...counts };
      rows.set(key, row);
      row[clock.state === 'running' ? 'running' : clock.state] += 1;
      if (clock.stoppedAt !== null) row.longest = Math.max(row.longest ?? 0, clock.stoppedAt - clock.startedAt);
      const ended = row.kept + row.broken;
      row.share = ended === 0 ? null : row.kept / ended;
    }
  }
  const order = (row: SlaShare): string =>
    [row.month, ['critical', 'major', 'minor'].indexOf(row.severity), row.functionName, row.kind].join(' ');
  return [...rows.values()].toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}
