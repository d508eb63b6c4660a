import type { HolidaysOf } from '../../expectation/band/calendar.ts';
import type { Incident } from '../../incident/incident.ts';
import type { SlaClock, SlaKind } from '../care/nouns.ts';
import { afterOpenTime } from '../hours/hours.ts';
import { windowOf } from '../hours/windows.ts';
import type { ActionSetting } from '../services.ts';
import type { SlaConfig } from './config.ts';

export const SLA_KINDS: readonly SlaKind[] = ['response', 'restoration'];

type Hurt = Pick<Incident, 'severity' | 'functions'>;

/** The first agreed level of service that fits the incident and says something about this clock. */
export function slaFor(sla: readonly SlaConfig[], incident: Hurt, kind: SlaKind): SlaConfig | null {
  const fits = ({ severity, functions }: SlaConfig): boolean =>
    (!severity || severity.includes(incident.severity)) &&
    (!functions || functions.some((name) => incident.functions.includes(name)));
  return sla.find((one) => one[kind] !== undefined && fits(one)) ?? null;
}

/** What a clock is by the configuration: its time, and whom it tells. Pure. @param startedAt the detection, ms */
export function clockBy(
  setting: ActionSetting,
  entry: SlaConfig,
  kind: SlaKind,
  incident: Hurt,
  startedAt: number,
  holidays: HolidaysOf,
): Omit<SlaClock, 'id' | 'incidentId' | 'warnedAt' | 'stoppedAt' | 'brokenAt' | 'state'> {
  const span = entry[kind]!;
  const hours = windowOf(setting, entry.hours);
  return {
    kind,
    sla: entry.name,
    severity: incident.severity,
    functions: incident.functions,
    span,
    hours,
    startedAt,
    warnAt: afterOpenTime(hours, startedAt, Math.round(span * entry.warn_at), holidays),
    dueAt: afterOpenTime(hours, startedAt, span, holidays),
    warn: entry.warn,
    broken: entry.broken,
  };
}

/** When a clock stops by its incident, ms; null while it runs. Whoever resolves without accepting has responded too. */
export function stopOf(kind: SlaKind, { acceptedAt, resolvedAt, state }: Incident): number | null {
  const end = state === 'resolved' ? resolvedAt : null;
  return kind === 'response' ? (acceptedAt ?? end) : end;
}

/** How a clock that stops at the instant has ended. Pure. */
export function stopped(clock: SlaClock, at: number): Pick<SlaClock, 'stoppedAt' | 'state' | 'brokenAt'> {
  const late = clock.brokenAt !== null || at > clock.dueAt;
  return { stoppedAt: at, state: late ? 'broken' : 'kept', brokenAt: late ? (clock.brokenAt ?? clock.dueAt) : null };
}
