import type { IncidentSeverity } from '../../incident/incident.ts';
import type { PageChannelName, Person, Quiet } from '../nouns.ts';

/** A way to a person, and how long after the step it is taken. */
export interface TimedWay {
  readonly channel: PageChannelName;
  readonly after: number;
}

/**
 * The ways that the person's own rules name for an incident of this severity: the first rule that fits counts.
 * @returns null when the person has no rule for it: every way is taken then
 */
export function ownWays(person: Person, severity: IncidentSeverity): readonly TimedWay[] | null {
  const rule = person.rules.find((one) => one.severity === null || one.severity.includes(severity));
  if (!rule) return null;
  const first = rule.by.map((channel) => ({ channel, after: 0 }));
  return [...first, ...rule.then.flatMap(({ after, by }) => by.map((channel) => ({ channel, after })))];
}

/** Whether the person does not want to be woken for this at the instant. @param zone where there is no zone in `quiet` */
export function isQuiet(person: Person, severity: IncidentSeverity, at: number, zone: string): boolean {
  const { quiet } = person;
  if (quiet === null || quiet.except.includes(severity)) return false;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(quiet.zone ?? zone);
  const now = local.hour * 60 + local.minute;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  // From 22:00 to 07:00 goes over midnight.
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

function minutesOf(time: Quiet['from']): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
