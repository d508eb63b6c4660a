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
import { daily, dutyOf, instantOf, minutesOf, targetOf, zoneOf, type Rota, type Turn, type WeekSpan } from './rota.ts';

/** How an import is told what the files do not say. */
export interface ImportChoice {
  /** Name or id of the schedule that becomes the duty plan. */
  readonly schedule?: string | undefined;
  /** The present instant, ms: what is over is left out. */
  readonly now: number;
}

interface Found {
  readonly users: Node[];
  readonly schedules: Node[];
  readonly policies: Node[];
  readonly services: Node[];
}

const WAYS: Readonly<Record<string, string>> = {
  email_contact_method: 'email',
  sms_contact_method: 'sms',
  phone_contact_method: 'voice',
};
const HIGHEST_ROUNDS = 100;

/**
 * Translates what PagerDuty's REST API v2 says of users, schedules, escalation policies and services.
 * @param files answers of the API as JSON, in any order
 * @throws Fault `bad_request` when a file is no JSON, or none of them has a schedule or an escalation policy
 */
export function importedFromPagerDuty(files: readonly ImportFile[], choice: ImportChoice): Imported {
  const found = read(files);
  if (found.schedules.length + found.policies.length === 0) {
    throw new Fault('bad_request', {
      what: 'There is no schedule and no escalation policy in these files. Hand in answers of /schedules/ID, /escalation_policies, /users and /services.',
    });
  }
  const draft = new Draft();
  for (const user of found.users) person(draft, user);
  const rotas = found.schedules.flatMap((schedule) => rotaOf(draft, schedule));
  const main = mainRota(draft, rotas, firstTargets(found.policies), choice.schedule);
  for (const policy of found.policies) chain(draft, policy, rotas, main);
  const { sources, routes } = doors(draft, found.services);
  const first = found.policies.map((policy) => draft.chainName(String(policy['id']), ''))[0];
  if (routes.length > 0 && first !== undefined) {
    draft.leave(
      'route',
      `what no service leads elsewhere takes the chain "${first}", the first policy in the file; choose another one if need be`,
    );
  }
  return {
    parts: {
      outside: draft.outside(),
      people: draft.people,
      ...(draft.teams.length > 0 ? { teams: draft.teams } : {}),
      duty: dutyOf(draft, main, Temporal.Instant.fromEpochMilliseconds(choice.now)),
      ...(sources.length > 0 ? { sources } : {}),
      ...(routes.length > 0 && first !== undefined ? { route: { receiver: first, routes } } : {}),
      chains: draft.chains,
    },
    left: draft.left,
    needs: draft.needs,
  };
}

function read(files: readonly ImportFile[]): Found {
  const found: Found = { users: [], schedules: [], policies: [], services: [] };
  for (const { value } of readJson(files)) {
    for (const part of Array.isArray(value) ? value.map(nodeOf) : [nodeOf(value)]) {
      const take = (into: Node[], many: string, one: string): void => {
        into.push(...nodes(part[many]), ...(part[one] === undefined ? [] : [nodeOf(part[one])]));
      };
      take(found.users, 'users', 'user');
      take(found.schedules, 'schedules', 'schedule');
      take(found.policies, 'escalation_policies', 'escalation_policy');
      take(found.services, 'services', 'service');
    }
  }
  return found;
}

function person(draft: Draft, user: Node): void {
  const key = String(user['id']);
  const words = textOf(user['name']) ?? textOf(user['summary']) ?? key;
  const methods = nodes(user['contact_methods']);
  const email =
    textOf(user['email']) ?? textOf(methods.find(({ type }) => type === 'email_contact_method')?.['address']);
  const phones = methods.filter(({ type }) => type === 'sms_contact_method' || type === 'phone_contact_method');
  const numbers = [
    ...new Set(
      phones.map((method) =>
        `+${writtenOf(method['country_code']) ?? ''}${(writtenOf(method['address']) ?? '').replace(/^0+/, '')}`.replaceAll(
          /[^+\d]/g,
          '',
        ),
      ),
    ),
  ];
  if (numbers.length > 1) draft.leave(words, `of ${numbers.length} phone numbers the first one is taken`);
  const [phone] = numbers.filter((number) => /^\+[1-9]\d{6,14}$/.test(number));
  if (methods.some(({ type }) => type === 'push_notification_contact_method')) {
    draft.leave(
      'push',
      'the app of PagerDuty is not paged any more; people allow their browser under Account, or use ntfy',
    );
  }
  const id = draft.person(key, words, {
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
  });
  const rules = rulesOf(nodes(user['notification_rules']), methods, phone !== undefined);
  if (rules.length > 0) draft.people.find((one) => one.id === id)!.rules = rules;
}

/** Notification rules, by urgency: ways at once, and ways after some minutes. */
function rulesOf(rules: readonly Node[], methods: readonly Node[], hasPhone: boolean): object[] {
  const typeOf = (rule: Node): string => {
    const method = nodeOf(rule['contact_method']);
    const type = methods.find(({ id }) => id === method['id'])?.['type'] ?? method['type'];
    return String(type).replace(/_reference$/, '');
  };
  return (['high', 'low'] as const).flatMap((urgency) => {
    const byDelay = new Map<number, string[]>();
    for (const rule of rules) {
      if (rule['urgency'] !== urgency) continue;
      const way = WAYS[typeOf(rule)];
      if (way === undefined || (!hasPhone && way !== 'email')) continue;
      const delay = Number(rule['start_delay_in_minutes'] ?? 0);
      byDelay.set(delay, [...new Set([...(byDelay.get(delay) ?? []), way])]);
    }
    const [first, ...rest] = [...byDelay].sort(([a], [b]) => a - b);
    if (first === undefined) return [];
    const then = rest.map(([delay, by]) => ({ after: `${delay - first[0]}m`, by })).slice(0, 10);
    return [
      {
        severity: urgency === 'high' ? ['critical', 'major'] : ['minor'],
        by: first[1],
        ...(then.length > 0 ? { then } : {}),
      },
    ];
  });
}

function rotaOf(draft: Draft, schedule: Node): Rota[] {
  const name = textOf(schedule['name']) ?? textOf(schedule['summary']) ?? String(schedule['id']);
  const where = `schedule "${name}"`;
  const layers = nodes(schedule['schedule_layers']);
  if (layers.length === 0) {
    draft.leave(where, 'it has no layers in the file; fetch it alone, as /schedules/ID');
    return [];
  }
  const zone = zoneOf(draft, schedule['time_zone'], where);
  // The API answers with the layer that wins first, and ours are listed with the one that wins last.
  const turns = [...layers].reverse().flatMap((layer, index) => turnOf(draft, layer, { zone, where, index }));
  const overrides = nodes(nodeOf(schedule['overrides_subschedule'])['rendered_schedule_entries']).flatMap((entry) => {
    const [from, to] = [instantOf(entry['start'], zone), instantOf(entry['end'], zone)];
    const id = userId(draft, nodeOf(entry['user']));
    return from && to ? [{ person: id, from: from.toString(), to: to.toString() }] : [];
  });
  return [{ key: String(schedule['id']), name, zone, turns, overrides }];
}

function turnOf(
  draft: Draft,
  layer: Node,
  { zone, where, index }: { readonly zone: string; readonly where: string; readonly index: number },
): Turn[] {
  const title = textOf(layer['name']) ?? `Layer ${index + 1}`;
  const place = `${where}, layer "${title}"`;
  const begins = instantOf(layer['rotation_virtual_start'] ?? layer['start'], zone);
  if (!begins) {
    draft.leave(place, 'it does not say when its turns begin, so it is left out');
    return [];
  }
  const since = instantOf(layer['start'], zone);
  const people = nodes(layer['users']).map((entry) => userId(draft, nodeOf(entry['user'] ?? entry)));
  const every = Number(layer['rotation_turn_length_seconds']) * 1000;
  const spans = nodes(layer['restrictions']).flatMap(spanOf);
  const name = `${index + 1}-${slug(title)}`.slice(0, 60);
  return [
    {
      name,
      where: place,
      people,
      begins,
      ...(since ? { since } : {}),
      ends: instantOf(layer['end'], zone),
      every,
      zone,
      spans,
    },
  ];
}

function spanOf(restriction: Node): WeekSpan[] {
  const from = minutesOf(textOf(restriction['start_time_of_day']) ?? '00:00');
  const minutes = Math.round(Number(restriction['duration_seconds']) / 60);
  if (restriction['type'] !== 'weekly_restriction') return daily(from, Math.min(minutes, 1440));
  const day = (Number(restriction['start_day_of_week'] ?? 1) - 1) * 1440;
  return [{ from: day + from, to: day + from + Math.min(minutes, 7 * 1440) }];
}

function userId(draft: Draft, user: Node): string {
  const key = String(user['id']);
  const known = draft.idOf(key);
  if (known !== undefined) return known;
  const words = textOf(user['summary']) ?? textOf(user['name']) ?? key;
  draft.leave(
    `person "${words}"`,
    'there is no address in the files; hand in /users?include[]=contact_methods too, or write one',
  );
  return draft.person(key, words);
}

/** Ids of what the first rule of each policy pages. */
function firstTargets(policies: readonly Node[]): string[] {
  return policies.flatMap((policy) =>
    nodes(nodes(policy['escalation_rules'])[0]?.['targets']).map(({ id }) => String(id)),
  );
}

/**
 * The schedule that becomes the duty plan: the one that is named, or the one that is paged first most often.
 * @throws Fault `bad_request` when the one that is named is not there
 */
export function mainRota(
  draft: Draft,
  rotas: readonly Rota[],
  paged: readonly string[],
  named: string | undefined,
): Rota | undefined {
  if (named !== undefined) {
    const rota = rotas.find(({ key, name }) => key === named || name === named);
    if (rota) return rota;
    const known = rotas.map(({ name }) => `"${name}"`).join(', ');
    throw new Fault('bad_request', {
      what: `There is no schedule "${named}" in the files; there are ${known || 'none'}.`,
    });
  }
  const times = (rota: Rota): number => paged.filter((key) => key === rota.key || key === rota.name).length;
  const first = (rota: Rota): number => [...paged, rota.key].indexOf(rota.key);
  const main = [...rotas].sort((a, b) => times(b) - times(a) || first(a) - first(b))[0];
  if (main && rotas.length > 1) {
    draft.leave(
      'duty',
      `"${main.name}" became the duty plan, because it is paged first most often; --schedule NAME chooses another one`,
    );
  }
  return main;
}

function chain(draft: Draft, policy: Node, rotas: readonly Rota[], main: Rota | undefined): void {
  const key = String(policy['id']);
  const title = textOf(policy['name']) ?? textOf(policy['summary']) ?? key;
  const name = draft.chainName(key, title);
  const steps: object[] = [{ do: 'open-ticket' }];
  let after = 0;
  for (const rule of nodes(policy['escalation_rules'])) {
    for (const target of nodes(rule['targets'])) {
      const id = targetId(draft, target, rotas, main, `escalation policy "${title}"`);
      if (id === null) continue;
      steps.push({
        ...(after === 0 ? {} : { after: formatDuration(after) }),
        do: 'page',
        target: id,
        by: 'own',
        ...(after === 0 ? {} : { only: 'unaccepted' }),
      });
    }
    after += Math.max(1, Number(rule['escalation_delay_in_minutes'] ?? 30)) * 60_000;
  }
  if (steps.length === 1) {
    draft.leave(`escalation policy "${title}"`, 'nobody that it pages is in the files, so the person on duty is paged');
    steps.push({ do: 'page', target: 'focal', by: 'own' });
  }
  const rounds = Math.min(HIGHEST_ROUNDS, Number(policy['num_loops'] ?? 0) + 1);
  draft.chains.push({ name, steps, ...(after > 0 ? { repeat: formatDuration(after) } : {}), rounds });
}

function targetId(
  draft: Draft,
  target: Node,
  rotas: readonly Rota[],
  main: Rota | undefined,
  where: string,
): string | null {
  if (String(target['type']).startsWith('schedule')) {
    const rota = rotas.find(({ key }) => key === target['id']);
    if (rota) return targetOf(draft, rota, main);
    const words = textOf(target['summary']) ?? String(target['id']);
    draft.leave(
      where,
      `the schedule "${words}" is not in the files, so it is not paged; fetch it as /schedules/${String(target['id'])}`,
    );
    return null;
  }
  return userId(draft, target);
}

/** A door for each service, with the integration key that its senders have, and the route to its policy. */
function doors(draft: Draft, services: readonly Node[]): { sources: object[]; routes: object[] } {
  const sources: object[] = [];
  const routes: object[] = [];
  const names: string[] = [];
  for (const service of services) {
    const title = textOf(service['name']) ?? textOf(service['summary']) ?? String(service['id']);
    if (service['status'] === 'disabled') {
      draft.leave(`service "${title}"`, 'it is disabled, so it is left out');
      continue;
    }
    const name = slug(title);
    if (names.includes(name)) continue;
    names.push(name);
    const secrets = nodes(service['integrations'])
      .filter(({ type }) => String(type).startsWith('events_api_v2') || String(type).startsWith('generic_events'))
      .map((integration, index) => ({
        kind: 'routing-key',
        secret: draft.need(
          `PAGERDUTY_KEY_${name}${index === 0 ? '' : `_${index + 1}`}`,
          `integration key "${textOf(integration['name']) ?? textOf(integration['summary']) ?? 'Events API v2'}" of the service "${title}"`,
        ),
      }));
    if (secrets.length === 0) {
      draft.leave(
        `service "${title}"`,
        'no integration of it speaks the Events API v2 in the file, so its door takes a token; see docs/integrations.md',
      );
    }
    sources.push({
      name,
      title,
      integration: 'pagerduty',
      ...(secrets.length > 0 ? { secrets } : {}),
      labels: { service: name },
    });
    const policy = String(nodeOf(service['escalation_policy'])['id']);
    if (draft.hasChain(policy)) {
      routes.push({ receiver: draft.chainName(policy, ''), matchers: [`service="${name}"`] });
    }
  }
  return { sources, routes };
}
