import { formatDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import {
  Draft,
  nodeOf,
  nodes,
  readJson,
  slug,
  textOf,
  writtenOf,
  type Imported,
  type ImportFile,
  type Node,
} from './draft.ts';
import { mainRota, type ImportChoice } from './pagerduty.ts';
import { daily, dutyOf, instantOf, targetOf, zoneOf, type Rota, type Turn, type WeekSpan } from './rota.ts';

const DAY = 86_400_000;
const LENGTH: Readonly<Record<string, number>> = { hourly: DAY / 24, daily: DAY, weekly: 7 * DAY };
const WEEK = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Steps of escalation chains that have no counterpart, with what to do instead. */
const NO_STEP: Readonly<Record<string, string>> = {
  notify_person_next_each_time: 'a rotation is a layer of the duty; all of them are paged instead',
  notify_user_group: 'a group of Slack; write its people as a team and page that',
  notify_whole_channel: 'page a person whose address is the webhook of the channel',
  notify_if_time_from_to: 'write hours: at the steps behind it',
  notify_if_num_alerts_in_window: 'write alerts_at_least: and within: at the steps behind it',
  trigger_webhook: 'write a playbook with an http step, or a person with a webhook',
  resolve: 'an incident resolves when its alerts are over',
  declare_incident: 'alerts become incidents by themselves',
};

interface Found {
  readonly users: Node[];
  readonly schedules: Node[];
  readonly shifts: Node[];
  readonly chains: Node[];
  readonly policies: Node[];
}

/**
 * Translates what Grafana OnCall's API v1 says of users, schedules, shifts and escalation chains.
 * @param files answers of the API as JSON, in any order
 * @throws Fault `bad_request` when a file is no JSON, or none of them has a shift or an escalation policy
 */
export function importedFromOnCall(files: readonly ImportFile[], choice: ImportChoice): Imported {
  const found = read(files);
  if (found.shifts.length + found.policies.length === 0) {
    throw new Fault('bad_request', {
      what: 'There is no shift and no escalation policy in these files. Hand in answers of /api/v1/users, /schedules, /on_call_shifts, /escalation_chains and /escalation_policies.',
    });
  }
  const draft = new Draft();
  for (const user of found.users) {
    const email = textOf(user['email']);
    draft.person(
      String(user['id']),
      textOf(user['name']) ?? textOf(user['username']) ?? String(user['id']),
      email ? { email } : {},
    );
  }
  draft.leave(
    'people',
    "phone numbers, Slack and Telegram of users are not in the API's answers; write them at each person",
  );
  const rotas = found.schedules.flatMap((schedule) => rotaOf(draft, schedule, found.shifts));
  const paged = found.policies
    .filter((policy) => policy['type'] === 'notify_on_call_from_schedule')
    .map((policy) => String(policy['notify_on_call_from_schedule']));
  const main = mainRota(draft, rotas, paged, choice.schedule);
  const ids = [...new Set(found.policies.map((policy) => String(policy['escalation_chain_id'])))];
  for (const id of ids) chain(draft, id, found, rotas, main);
  if (draft.chains.length === 0) {
    draft.chains.push({
      name: 'everything',
      steps: [{ do: 'open-ticket' }, { do: 'page', target: 'focal', by: 'own' }],
      repeat: '15m',
    });
  }
  draft.leave(
    'integrations',
    'point Alertmanager, Grafana and webhooks at a source of their own (docs/integrations.md), and lead them to chains with route',
  );
  return {
    parts: {
      outside: draft.outside(),
      people: draft.people,
      ...(draft.teams.length > 0 ? { teams: draft.teams } : {}),
      duty: dutyOf(draft, main, Temporal.Instant.fromEpochMilliseconds(choice.now)),
      chains: draft.chains,
    },
    left: draft.left,
    needs: draft.needs,
  };
}

function read(files: readonly ImportFile[]): Found {
  const found: Found = { users: [], schedules: [], shifts: [], chains: [], policies: [] };
  for (const { value } of readJson(files)) {
    const results = nodeOf(value)['results'] ?? value;
    for (const item of Array.isArray(results) ? nodes(results) : [nodeOf(results)]) {
      if (item['escalation_chain_id'] !== undefined && item['type'] !== undefined) found.policies.push(item);
      else if (item['username'] !== undefined) found.users.push(item);
      else if (item['shifts'] !== undefined || item['on_call_now'] !== undefined) found.schedules.push(item);
      else if (['rolling_users', 'recurrent_event', 'single_event'].includes(String(item['type'])))
        found.shifts.push(item);
      else if (item['name'] !== undefined && item['id'] !== undefined) found.chains.push(item);
    }
  }
  return found;
}

function rotaOf(draft: Draft, schedule: Node, shifts: readonly Node[]): Rota[] {
  const name = String(schedule['name'] ?? schedule['id']);
  const where = `schedule "${name}"`;
  if (schedule['type'] === 'ical') {
    draft.leave(where, 'it comes from a calendar (iCal), whose rotation is not in the file; write it under duty');
    return [];
  }
  const zone = zoneOf(draft, schedule['time_zone'], where);
  const ids = Array.isArray(schedule['shifts']) ? schedule['shifts'].map(String) : [];
  const own = shifts.filter((shift) => ids.includes(String(shift['id'])) || shift['schedule'] === schedule['id']);
  if (own.length === 0) draft.leave(where, 'none of its shifts is in the files; hand in /api/v1/on_call_shifts');
  const levels = [...own].sort((a, b) => Number(a['level'] ?? 0) - Number(b['level'] ?? 0));
  const overrides: { person: string; from: string; to: string }[] = [];
  const turns = levels.flatMap((shift, index) => {
    const place = `${where}, shift "${String(shift['name'])}"`;
    const own = textOf(shift['time_zone']) === undefined ? zone : zoneOf(draft, shift['time_zone'], place);
    if (shift['type'] !== 'single_event') return turnOf(draft, shift, { zone: own, where: place, index });
    const from = instantOf(shift['start'], own);
    const [person] = peopleOf(draft, shift, place)[0] ?? [];
    if (from && person !== undefined) {
      const to = from.add({ seconds: Number(shift['duration'] ?? 0) });
      overrides.push({ person, from: from.toString(), to: to.toString() });
    }
    return [];
  });
  return [{ key: String(schedule['id']), name, zone, turns, overrides }];
}

/** Those who are on duty together, shift by shift. */
function peopleOf(draft: Draft, shift: Node, where: string): string[][] {
  const groups = Array.isArray(shift['rolling_users']) ? shift['rolling_users'] : [shift['users']];
  const found = groups.map((group) => {
    // The API writes a group as a list, and in some versions as a map.
    const ids = Array.isArray(group) ? group.map(String) : Object.keys(nodeOf(group));
    return ids.map((id) => draft.idOf(id) ?? draft.person(id, id));
  });
  if (found.some((group) => group.length > 1)) {
    draft.leave(where, 'several people have a shift together; one person is on duty here, the first of them');
  }
  return found.filter((group) => group.length > 0);
}

function turnOf(
  draft: Draft,
  shift: Node,
  { zone, where, index }: { readonly zone: string; readonly where: string; readonly index: number },
): Turn[] {
  const start = instantOf(shift['start'], zone);
  const length = LENGTH[String(shift['frequency'])];
  const leave = (why: string): Turn[] => {
    draft.leave(where, `${why}, so it is left out; write it as a layer under duty`);
    return [];
  };
  if (!start) return leave('it does not say when it begins');
  if (length === undefined) return leave(`its frequency "${String(shift['frequency'])}" has no counterpart`);
  for (const field of ['by_month', 'by_monthday']) {
    if (Array.isArray(shift[field]) && shift[field].length > 0) return leave(`${field} has no counterpart`);
  }
  const people = peopleOf(draft, shift, where).map(([first]) => first!);
  const every = length * Math.max(1, Number(shift['interval'] ?? 1));
  const first = Number(shift['start_rotation_from_user_index'] ?? 0);
  const rotation = instantOf(shift['rotation_start'], zone) ?? start;
  const local = start.toZonedDateTimeISO(zone);
  const minutes = Math.round(Number(shift['duration'] ?? 0) / 60);
  const days = (Array.isArray(shift['by_day']) ? shift['by_day'] : []).map((day) => WEEK.indexOf(String(day)));
  const spans = spansOf(local, days, minutes, length);
  // Turns of certain days of the week change with the week, whatever the day on which the first one lies.
  const begins = days.length > 0 && length === LENGTH['weekly'] ? mondayOf(rotation, zone) : at(rotation, local, zone);
  const order = [
    ...people.slice(first % Math.max(1, people.length)),
    ...people.slice(0, first % Math.max(1, people.length)),
  ];
  const name = `${index + 1}-${slug(textOf(shift['name']) ?? 'shift')}`.slice(0, 60);
  return [{ name, where, people: order, begins, ends: instantOf(shift['until'], zone), every, zone, spans }];
}

/** The hours of a shift: on certain days, or so long from its begin on where that is less than its turn. */
function spansOf(start: Temporal.ZonedDateTime, days: readonly number[], minutes: number, length: number): WeekSpan[] {
  const from = start.hour * 60 + start.minute;
  if (days.length > 0) return days.map((day) => ({ from: day * 1440 + from, to: day * 1440 + from + minutes }));
  if (minutes * 60_000 >= length || minutes === 0) return [];
  if (length === DAY) return daily(from, minutes);
  const begin = (start.dayOfWeek - 1) * 1440 + from;
  return length === 7 * DAY ? [{ from: begin, to: begin + minutes }] : [];
}

function mondayOf(instant: Temporal.Instant, zone: string): Temporal.Instant {
  const day = instant.toZonedDateTimeISO(zone).toPlainDate();
  return day
    .subtract({ days: day.dayOfWeek - 1 })
    .toZonedDateTime(zone)
    .toInstant();
}

/** The day of an instant at the time of day of another one. */
function at(instant: Temporal.Instant, time: Temporal.ZonedDateTime, zone: string): Temporal.Instant {
  const plainTime = time.toPlainTime();
  return instant.toZonedDateTimeISO(zone).toPlainDate().toZonedDateTime({ timeZone: zone, plainTime }).toInstant();
}

function chain(draft: Draft, id: string, found: Found, rotas: readonly Rota[], main: Rota | undefined): void {
  const title = textOf(found.chains.find((one) => one['id'] === id)?.['name']) ?? id;
  const where = `escalation chain "${title}"`;
  const policies = found.policies
    .filter((policy) => String(policy['escalation_chain_id']) === id)
    .sort((a, b) => Number(a['position'] ?? 0) - Number(b['position'] ?? 0));
  const steps: object[] = [{ do: 'open-ticket' }];
  let after = 0;
  let repeats = false;
  for (const policy of policies) {
    const type = String(policy['type']);
    if (type === 'wait') after += Number(policy['duration'] ?? 300) * 1000;
    else if (type === 'repeat_escalation') repeats = true;
    else {
      if (NO_STEP[type] !== undefined) draft.leave(where, `"${type}" has no counterpart: ${NO_STEP[type]}`);
      for (const target of targetsOf(draft, policy, rotas, main, where)) {
        const time = after === 0 ? {} : { after: formatDuration(after), only: 'unaccepted' };
        steps.push({ do: 'page', target, by: 'own', ...time });
      }
    }
  }
  if (steps.length === 1) {
    draft.leave(where, 'nobody that it pages is in the files, so the person on duty is paged');
    steps.push({ do: 'page', target: 'focal', by: 'own' });
  }
  const repeat = repeats ? { repeat: formatDuration(Math.max(after, 300_000)), rounds: 5 } : {};
  draft.chains.push({ name: draft.chainName(id, title), steps, ...repeat });
}

function targetsOf(
  draft: Draft,
  policy: Node,
  rotas: readonly Rota[],
  main: Rota | undefined,
  where: string,
): string[] {
  const people = [policy['persons_to_notify'], policy['persons_to_notify_next_each_time']]
    .flatMap((list) => (Array.isArray(list) ? list.map(String) : []))
    .map((id) => draft.idOf(id) ?? draft.person(id, id));
  const schedule = policy['notify_on_call_from_schedule'];
  if (schedule === undefined || schedule === null) return people;
  const rota = rotas.find(({ key }) => key === schedule);
  if (!rota)
    draft.leave(
      where,
      `the schedule ${writtenOf(schedule) ?? 'that it names'} is not in the files, so it is not paged`,
    );
  const target = rota ? targetOf(draft, rota, main) : null;
  return target === null ? people : [...people, target];
}
