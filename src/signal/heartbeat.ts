import { fingerprint, withoutLabels } from '../core/labels.ts';
import { formatDuration } from '../core/duration.ts';
import type { AlertEvent, Heartbeat } from './signal.ts';

/** When a heartbeat last heard at `lastSeenAt` (or watched since `since`) is overdue, ms. */
export function overdueAt(heartbeat: Heartbeat, since: number): number {
  return (heartbeat.lastSeenAt ?? since) + heartbeat.every + heartbeat.grace;
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
  const allowed = formatDuration(heartbeat.every + heartbeat.grace);
  return {
    fingerprint: fingerprint(labels),
    source: `heartbeat:${heartbeat.id}`,
    labels,
    annotations: {
      summary: `${heartbeat.title}: ${what === 'missed' ? silentWords(heartbeat, allowed) : failedWords(heartbeat)}`,
    },
    status,
    startsAt: now,
    endsAt: status === 'resolved' ? now : null,
    generatorUrl: null,
    value: null,
  };
}

function silentWords({ startedAt }: Heartbeat, allowed: string): string {
  const began = startedAt === null ? '' : `; it began at ${new Date(startedAt).toISOString()} and did not end`;
  return `nothing was heard for more than ${allowed}${began}`;
}

function failedWords({ lastExit, lastRuntime }: Heartbeat): string {
  const after =
    lastRuntime === null ? '' : ` after ${formatDuration(Math.max(1000, Math.round(lastRuntime / 1000) * 1000))}`;
  return lastExit === null ? `it says that it failed${after}` : `it ended with exit code ${lastExit}${after}`;
}
