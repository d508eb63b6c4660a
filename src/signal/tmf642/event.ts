import { fingerprint, withoutLabels, type Labels } from '../../core/labels.ts';
import type { AlertEvent } from '../signal.ts';
import { instantOf, isCleared, type PerceivedSeverity, type TmfAlarm } from './alarm.ts';

/** X.733 severities in our words. An alarm of unknown weight is looked at, but wakes nobody. */
const SEVERITIES: Readonly<Record<PerceivedSeverity, string>> = {
  critical: 'critical',
  major: 'critical',
  minor: 'warning',
  warning: 'warning',
  indeterminate: 'warning',
  cleared: 'info',
};
const SHOWN = 200;

export interface AlarmEventInput {
  readonly alarm: TmfAlarm;
  readonly partner: string;
  /** What tells the partner's alarms apart. */
  readonly key: string;
  /** Labels of the configuration, and those that its mapping made. */
  readonly labels: Labels;
  readonly severities: Readonly<Partial<Record<PerceivedSeverity, string>>>;
  /** The severity before it was cleared: a cleared alarm carries none. */
  readonly severityBefore: PerceivedSeverity | null;
  readonly now: number;
}

/** The alert event that a partner's alarm stands for; X.733's words are kept beside ours. */
export function alarmEvent(input: AlarmEventInput): AlertEvent {
  const { alarm, partner, key, now } = input;
  const cleared = isCleared(alarm);
  const given = alarm.perceivedSeverity;
  const perceived = given === undefined || given === 'cleared' ? (input.severityBefore ?? 'indeterminate') : given;
  const object = alarm.alarmedObject?.id;
  const raisedAt = Math.min(instantOf(alarm, 'alarmRaisedTime') ?? now, now);
  const source = `tmf642:${partner}`;
  const labels = withoutLabels({
    alertname: 'PartnerAlarm',
    partner,
    severity: input.severities[perceived] ?? SEVERITIES[perceived],
    alarm_type: short(alarm.alarmType),
    probable_cause: short(alarm.probableCause),
    alarmed_object: short(typeof object === 'string' || typeof object === 'number' ? String(object) : undefined),
    ...input.labels,
  });
  return {
    fingerprint: fingerprint({ source, key }),
    source,
    labels,
    annotations: withoutLabels({
      summary: short(alarm.specificProblem ?? alarm.probableCause ?? alarm.alarmDetails) || 'An alarm of the partner',
      description: alarm.alarmDetails ?? '',
      perceived_severity: perceived,
      source_system: short(alarm.sourceSystemId),
      external_id: short(alarm.externalAlarmId),
      proposed_repair: short(alarm.proposedRepairedActions),
    }),
    status: cleared ? 'resolved' : 'firing',
    startsAt: raisedAt,
    endsAt: cleared ? (instantOf(alarm, 'alarmClearedTime') ?? now) : null,
    generatorUrl: null,
    value: null,
  };
}

function short(text: string | undefined): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').slice(0, SHOWN);
}
