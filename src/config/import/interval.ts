import { nodeOf, nodes, type Node } from './draft.ts';
import { minutesOf } from './rota.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const BY_DAY = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** When announced work recurs. */
interface Recurring {
  readonly rule: string;
  readonly starts: string;
  readonly for: string;
  readonly zone: string;
}

/** What becomes of a time interval of Alertmanager: work that recurs, or why not. */
export interface IntervalPlans {
  readonly plans: readonly Recurring[];
  readonly left: readonly string[];
}

/**
 * Translates one entry of `time_intervals`: each of its times is work that recurs. Days of the week are counted from Sunday
 * there, ranges are written `monday:friday`, `1:5` and `-3:-1`, and times end before 24:00.
 * Source: the documentation of Alertmanager's configuration, `<time_interval_spec>`.
 */
export function plansOf(interval: Node): IntervalPlans {
  const plans: Recurring[] = [];
  const left: string[] = [];
  for (const spec of nodes(interval['time_intervals'])) {
    const field = ['months', 'years'].find((name) => spec[name] !== undefined);
    if (field !== undefined) {
      // Without them it would be quiet where it never was.
      left.push(`${field} cannot be said of recurring work, so this part is left out; announce it when it comes`);
      continue;
    }
    const zone = typeof spec['location'] === 'string' && spec['location'] !== 'Local' ? spec['location'] : 'UTC';
    if (spec['location'] === 'Local') left.push('location: Local is the zone of the machine; UTC is written');
    const times = nodes(spec['times']);
    for (const time of times.length === 0 ? [{ start_time: '00:00', end_time: '24:00' }] : times) {
      const from = minutesOf(String(nodeOf(time)['start_time']));
      const to = minutesOf(String(nodeOf(time)['end_time']));
      const start = `${String(Math.floor(from / 60)).padStart(2, '0')}:${String(from % 60).padStart(2, '0')}`;
      plans.push({ rule: ruleOf(spec), starts: `2026-01-05T${start}`, for: lengthOf(to - from), zone });
    }
  }
  return { plans, left };
}

function ruleOf(spec: Node): string {
  const weekdays = list(spec['weekdays']).flatMap((range) => {
    const [first = '', last = first] = range.toLowerCase().split(':');
    // There a week begins on Sunday: `sunday:tuesday` is a range of three days.
    const order = (name: string): number => (DAYS.indexOf(name) + 1) % 7;
    const days: string[] = [];
    for (let day = order(first); day <= order(last); day++) days.push(BY_DAY[(day + 6) % 7]!);
    return days;
  });
  const monthDays = list(spec['days_of_month']).flatMap((range) => {
    const [first = NaN, last = first] = range.split(':').map(Number);
    // A range from the begin to the end of the month is each of its days.
    if (first > 0 && last < 0) return last === -1 ? span(first, 31) : [];
    return span(first, last);
  });
  const by = weekdays.length > 0 ? `;BYDAY=${[...new Set(weekdays)].join(',')}` : '';
  if (monthDays.length > 0) return `FREQ=MONTHLY${by};BYMONTHDAY=${[...new Set(monthDays)].join(',')}`;
  return by === '' ? 'FREQ=DAILY' : `FREQ=WEEKLY${by}`;
}

function span(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function lengthOf(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
