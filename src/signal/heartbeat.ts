import { formatDuration } from '../core/duration.ts';
import { fingerprint, withoutLabels } from '../core/labels.ts';
import { nextRun, parseCron } from './cron.ts';
import type { AlertEvent, Heartbeat } from './signal.ts';

/** When a heartbeat is next expected, without its grace, ms. */
export function expectedAt(heartbeat: Heartbeat, since: number): number {
  const { lastSeenAt, watchedSince, cron, zone, every } = heartbeat;
  const from = Math.max(lastSeenAt ?? since, watchedSince ?? 0);
  if (cron === null) return from + every;
  // The configuration was checked: such a time comes.
  return nextRun(parseCron(cron), zone, from) ?? Infinity;
}

/**
 * When a heartbeat last heard at `lastSeenAt` (or watched since `since`) is overdue, ms. One whose work began in time has
 * its longest run from there on, where one is set.
 */
export function overdueAt(heartbeat: Heartbeat, since: number): number {
  const { startedAt, runtime, grace } = heartbeat;
  if (startedAt !== null && runtime !== null) return startedAt + runtime;
  return expectedAt(heartbeat, since) + grace;
}

/** The alert event that says that a heartbeat is missed, or is heard again. */
export function heartbeatEvent(
  heartbeat: Heartbeat,
  status: 'firing' | 'resolved',
  now: number,
  what: 'missed' | 'failed' = 'missed',
): AlertEvent {
  const labels = withoutLabels({
    severity: 'critical',
    ...heartbeat.labels,
    alertname: what === 'missed' ? 'HeartbeatMissed' : 'HeartbeatFailed',
    heartbeat: heartbeat.id,
  });
  return {
    fingerprint: fingerprint(labels),
    source: `heartbeat:${heartbeat.id}`,
    labels,
    annotations: {
      summary: `${heartbeat.title}: ${what === 'missed' ? silentWords(heartbeat, now) : failedWords(heartbeat)}`,
    },
    status,
    startsAt: now,
    endsAt: status === 'resolved' ? now : null,
    generatorUrl: null,
    value: null,
  };
}

/** What is late, and since when. */
function silentWords(heartbeat: Heartbeat, now: number): string {
  const { startedAt, runtime, lastSeenAt, cron, zone, every, grace } = heartbeat;
  const heard = lastSeenAt === null ? 'it was never heard' : `last heard at ${instant(lastSeenAt, zone)}`;
  if (startedAt !== null && runtime !== null) {
    return `it began at ${instant(startedAt, zone)} and did not end within ${formatDuration(runtime)}; ${heard}`;
  }
  const began = startedAt === null ? '' : `; it began at ${instant(startedAt, zone)} and did not end`;
  const due = expectedAt(heartbeat, heartbeat.watchedSince ?? now);
  const late = now > due ? `, late for ${formatDuration(Math.max(1000, Math.round((now - due) / 1000) * 1000))}` : '';
  const when = cron === null ? `every ${formatDuration(every)}` : `by "${cron}"`;
  return `expected ${when}${grace > 0 ? ` and ${formatDuration(grace)} more` : ''}; was due at ${instant(due, zone)}${late}; ${heard}${began}`;
}

function failedWords({ lastExit, lastRuntime }: Heartbeat): string {
  const after =
    lastRuntime === null ? '' : ` after ${formatDuration(Math.max(1000, Math.round(lastRuntime / 1000) * 1000))}`;
  return lastExit === null ? `it says that it failed${after}` : `it ended with exit code ${lastExit}${after}`;
}

/** Local time with its zone, such as 2026-10-04 02:00 Europe/Berlin. */
function instant(at: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })} ${zone}`;
}
