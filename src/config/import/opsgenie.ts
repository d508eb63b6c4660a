import { formatDuration, parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import {
  Draft,
  nodeOf,
  nodes,
  readJson,
  slug,
  textOf,
  unused,
  writtenOf,
  type Imported,
  type ImportFile,
  type Node,
} from './draft.ts';
import { mainRota, type ImportChoice } from './pagerduty.ts';
import { daily, dutyOf, instantOf, targetOf, zoneOf, type Rota, type Turn, type WeekSpan } from './rota.ts';

const UNIT: Readonly<Record<string, string>> = {
  minutes: 'm',
  hours: 'h',
  days: 'd',
  weeks: 'w',
  minute: 'm',
  hour: 'h',
  day: 'd',
};
const LENGTH: Readonly<Record<string, number>> = { hourly: 3_600_000, daily: 86_400_000, weekly: 604_800_000 };
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

interface Found {
  readonly users: Node[];
  readonly schedules: Node[];
  readonly escalations: Node[];
  readonly teams: Node[];
  readonly heartbeats: Node[];
}

/**
 * Translates what Opsgenie's API v2 says of users, schedules, escalations, teams and heartbeats.
 * @param files answers of the API as JSON, or single objects of a configuration backup, in any order
 * @throws Fault `bad_request` when a file is no JSON, or none of them has a schedule or an escalation
 */
export function importedFromOpsgenie(files: readonly ImportFile[], choice: ImportChoice): Imported {
  const found = read(files);
  if (found.schedules.length + found.escalations.length === 0) {
    throw new Fault('bad_request', {
      what: 'There is no schedule and no escalation in these files. Hand in answers of /v2/schedules?expand=rotation, /v2/escalations, /v2/users and /v2/heartbeats.',
    });
  }
  const draft = new Draft();
  for (const user of found.users) person(draft, user);
  const rotas = found.schedules.flatMap((schedule) => rotaOf(draft, schedule));
  const firsts = found.escalations.map((one) => {
    const recipient = nodeOf(nodes(one['rules'])[0]?.['recipient']);
    return textOf(recipient['id']) ?? String(recipient['name']);
  });
  const main = mainRota(draft, rotas, firsts, choice.schedule);
  for (const escalation of found.escalations) chain(draft, escalation, found.teams, rotas, main);
  const heartbeats = heartbeatsOf(draft, found.heartbeats);
  if (draft.chains.length === 0) {
    draft.chains.push({
      name: 'everything',
      steps: [{ do: 'open-ticket' }, { do: 'page', target: 'focal', by: 'own' }],
      repeat: '15m',
    });
  }
  draft.leave(
    'sources',
    "keys of integrations are not in the API's answers: one door for all senders is written, whose key you choose; write one for each sender whose alerts should carry labels of their own",
  );
  return {
    parts: {
      outside: draft.outside(),
      people: draft.people,
      ...(draft.teams.length > 0 ? { teams: draft.teams } : {}),
      duty: dutyOf(draft, main, Temporal.Instant.fromEpochMilliseconds(choice.now)),
      sources: [
        {
          name: 'opsgenie',
          integration: 'opsgenie',
          secrets: [
            { kind: 'bearer', secret: draft.need('OPSGENIE_KEY', 'the key that senders show as GenieKey from now on') },
          ],
        },
      ],
      ...(heartbeats.length > 0 ? { heartbeats } : {}),
      chains: draft.chains,
    },
    left: draft.left,
    needs: draft.needs,
  };
}

function read(files: readonly ImportFile[]): Found {
  const found: Found = { users: [], schedules: [], escalations: [], teams: [], heartbeats: [] };
  for (const { value } of readJson(files)) {
    const data = nodeOf(value)['data'] ?? value;
    const items = Array.isArray(data) ? nodes(data) : [nodeOf(data)];
    for (const item of items.flatMap((one) => (Array.isArray(one['heartbeats']) ? nodes(one['heartbeats']) : [one]))) {
      if (Array.isArray(item['rotations'])) found.schedules.push(item);
      else if (Array.isArray(item['rules']) && item['name'] !== undefined) found.escalations.push(item);
      else if (item['username'] !== undefined) found.users.push(item);
      else if (item['intervalUnit'] !== undefined) found.heartbeats.push(item);
      else if (Array.isArray(item['members'])) found.teams.push(item);
    }
  }
  return found;
}

function person(draft: Draft, user: Node): void {
  const username = String(user['username']);
  const contacts = [...nodes(user['userContacts']), ...nodes(user['contacts'])];
  const numbers = contacts
    .filter((one) => ['sms', 'voice'].includes(String(one['contactMethod'] ?? one['method'])))
    .map((one) => `+${String(one['to']).replaceAll(/\D/g, '')}`);
  const phone = numbers.find((number) => /^\+[1-9]\d{6,14}$/.test(number));
  const words = textOf(user['fullName']) ?? username;
  draft.person(username, words, { email: username, ...(phone === undefined ? {} : { phone }) });
}

function userId(draft: Draft, recipient: Node): string {
  const username = textOf(recipient['username']) ?? String(recipient['name'] ?? recipient['id']);
  return draft.person(username, username, username.includes('@') ? { email: username } : {});
}

function rotaOf(draft: Draft, schedule: Node): Rota[] {
  const name = String(schedule['name'] ?? schedule['id']);
  const where = `schedule "${name}"`;
  if (schedule['enabled'] === false) {
    draft.leave(where, 'it is disabled, so it is left out');
    return [];
  }
  const zone = zoneOf(draft, schedule['timezone'], where);
  const rotations = nodes(schedule['rotations']);
  if (rotations.length > 1) {
    draft.leave(
      where,
      'Opsgenie pages everybody whose rotation is on; one person is on duty here, and where rotations overlap the one listed last wins',
    );
  }
  const turns = rotations.flatMap((rotation, index) => turnOf(draft, rotation, { zone, where, index }));
  return [{ key: writtenOf(schedule['id']) ?? name, name, zone, turns, overrides: [] }];
}

function turnOf(
  draft: Draft,
  rotation: Node,
  { zone, where, index }: { readonly zone: string; readonly where: string; readonly index: number },
): Turn[] {
  const title = textOf(rotation['name']) ?? `rotation ${index + 1}`;
  const place = `${where}, rotation "${title}"`;
  const begins = instantOf(rotation['startDate'], zone);
  const length = LENGTH[String(rotation['type'])];
  if (!begins || length === undefined) {
    draft.leave(place, `its beginning or its type "${String(rotation['type'])}" is not understood, so it is left out`);
    return [];
  }
  const people = nodes(rotation['participants']).flatMap((one) => {
    if (one['type'] === 'user') return [userId(draft, one)];
    draft.leave(
      place,
      `a ${String(one['type'])} takes part; a layer has people only, so its turn is left out and the others come sooner`,
    );
    return [];
  });
  return [
    {
      name: `${index + 1}-${slug(title)}`.slice(0, 60),
      where: place,
      people,
      begins,
      ends: instantOf(rotation['endDate'], zone),
      every: length * Math.max(1, Number(rotation['length'] ?? 1)),
      zone,
      spans: spansOf(nodeOf(rotation['timeRestriction'])),
    },
  ];
}

function spansOf(limit: Node): WeekSpan[] {
  const at = (one: Node, side: 'start' | 'end'): number =>
    Number(one[`${side}Hour`] ?? 0) * 60 + Number(one[`${side}Min`] ?? 0);
  if (limit['type'] === 'time-of-day') {
    const one = nodeOf(limit['restriction'] ?? nodes(limit['restrictions'])[0]);
    const minutes = at(one, 'end') - at(one, 'start');
    return daily(at(one, 'start'), minutes > 0 ? minutes : minutes + 1440);
  }
  return nodes(limit['restrictions']).map((one) => {
    const day = (side: 'start' | 'end'): number => Math.max(0, DAYS.indexOf(String(one[`${side}Day`]))) * 1440;
    const from = day('start') + at(one, 'start');
    const to = day('end') + at(one, 'end');
    return { from, to: to > from ? to : to + 7 * 1440 };
  });
}

function chain(
  draft: Draft,
  escalation: Node,
  teams: readonly Node[],
  rotas: readonly Rota[],
  main: Rota | undefined,
): void {
  const title = String(escalation['name']);
  const where = `escalation "${title}"`;
  const name = draft.chainName(writtenOf(escalation['id']) ?? title, title);
  const steps: object[] = [{ do: 'open-ticket' }];
  let last = 0;
  for (const rule of nodes(escalation['rules'])) {
    const delay = nodeOf(rule['delay']);
    const after = parseDuration(
      `${Number(delay['timeAmount'] ?? 0)}${UNIT[textOf(delay['timeUnit']) ?? 'minutes'] ?? 'm'}`,
    );
    last = Math.max(last, after);
    if (rule['notifyType'] !== undefined && rule['notifyType'] !== 'default') {
      draft.leave(
        where,
        `notifyType "${textOf(rule['notifyType']) ?? ''}" has no counterpart; whoever is on duty, or all of a team, are paged`,
      );
    }
    if (rule['condition'] === 'if-not-closed') {
      draft.leave(
        where,
        '"if-not-closed" goes on after an acceptance; here a step is taken until somebody accepts, and care of the incident reminds from then on',
      );
    }
    const target = targetId(draft, nodeOf(rule['recipient']), teams, rotas, main, where);
    if (target === null) continue;
    steps.push({
      ...(after === 0 ? {} : { after: formatDuration(after) }),
      do: 'page',
      target,
      by: 'own',
      ...(after === 0 ? {} : { only: 'unaccepted' }),
    });
  }
  if (steps.length === 1) {
    draft.leave(where, 'nobody that it pages is in the files, so the person on duty is paged');
    steps.push({ do: 'page', target: 'focal', by: 'own' });
  }
  const repeat = nodeOf(escalation['repeat']);
  const wait = Number(repeat['waitInterval'] ?? 0);
  const count = Number(repeat['count'] ?? 0);
  draft.chains.push({
    name,
    steps,
    ...(wait > 0 ? { repeat: formatDuration(last + wait * 60_000), rounds: Math.min(100, count + 1) } : {}),
  });
}

function targetId(
  draft: Draft,
  recipient: Node,
  teams: readonly Node[],
  rotas: readonly Rota[],
  main: Rota | undefined,
  where: string,
): string | null {
  const words = textOf(recipient['name']) ?? String(recipient['id']);
  const type = String(recipient['type']);
  if (type === 'user') return userId(draft, recipient);
  if (type === 'schedule') {
    const rota = rotas.find(({ key, name }) => key === recipient['id'] || name === recipient['name']);
    if (rota) return targetOf(draft, rota, main);
    draft.leave(where, `the schedule "${words}" is not in the files, so it is not paged`);
    return null;
  }
  const team =
    type === 'team'
      ? teams.find((one) => one['id'] === recipient['id'] || one['name'] === recipient['name'])
      : undefined;
  const members = nodes(team?.['members']).map((member) => userId(draft, nodeOf(member['user'])));
  if (members.length > 0) return draft.team(words, members);
  draft.leave(
    where,
    `the ${type} "${words}" cannot be paged: its people are not in the files; hand in /v2/teams/ID, or write it under teams`,
  );
  return null;
}

function heartbeatsOf(draft: Draft, heartbeats: readonly Node[]): object[] {
  const names: string[] = [];
  return heartbeats.flatMap((heartbeat) => {
    const title = String(heartbeat['name']);
    if (heartbeat['enabled'] === false) {
      draft.leave(`heartbeat "${title}"`, 'it is disabled, so it is left out');
      return [];
    }
    const name = unused(slug(title), names);
    names.push(name);
    const every = `${Number(heartbeat['interval'])}${UNIT[String(heartbeat['intervalUnit'])] ?? 'm'}`;
    draft.leave('heartbeats', 'their addresses are others: the page Heartbeats makes one for each');
    return [{ name, title: textOf(heartbeat['description']) ?? title, every }];
  });
}
