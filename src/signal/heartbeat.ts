import { fingerprint, withoutLabels } from '../core/labels.ts';
import { formatDuration } from '../core/duration.ts';
import type { AlertEvent, Heartbeat } from './signal.ts';

/** When a heartbeat last heard at `lastSeenAt` (or watched since `since`) is overdue, ms. */
export function overdueAt(heartbeat: Heartbeat, since: number): number {
  return (heartbeat.lastSeenAt ?? since) + heartbeat.every + heartbeat.grace;
}

/** The alert event that says that a heartbeat is missed, or is heard again. */
export function heartbeatEvent(heartbeat: Heartbeat, status: 'firing' | 'resolved', now: number): AlertEvent {
  const labels = withoutLabels({
    severity: 'critical',
    ...heartbeat.labels,
    alertname: 'HeartbeatMissed',
    heartbeat: heartbeat.id,
  });
  const allowed = formatDuration(heartbeat.every + heartbeat.grace);
  return {
    fingerprint: fingerprint(labels),
    source: `heartbeat:${heartbeat.id}`,
    labels,
    annotations: { summary: `${heartbeat.title}: nothing was heard for more than ${allowed}` },
    status,
    startsAt: now,
    endsAt: status === 'resolved' ? now : null,
    generatorUrl: null,
    value: null,
  };
}
