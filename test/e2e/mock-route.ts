/** The answers of the stand-in, route by route. */
import { backtestOf, forecastsOf, inForceOf } from './mock-given.ts';
import { indicatorsOf, levelOf, type Outage } from './mock-level.ts';
import { pastTimeline } from './mock-incident.ts';
import { dutyAround } from './mock-duty.ts';
import { problem } from './mock-server.ts';
import { DAY, HOUR, INCIDENT, type NowAnswer, type Observation, type Scene } from './mock-scene.ts';
import {
  heartbeatsOf,
  integrationsOf,
  ledgerOf,
  maintenanceOf,
  partnersOf,
  quarantineOf,
  topologyOf,
} from './mock-watched.ts';
import { changeEvents, decide, openTicket, prove, verbOnIncident, writeToPartner } from './mock-verb.ts';
import { rulesOf, seriesOf, targetsOf } from './mock-metric.ts';
import { levelsKept, markOf, noCare } from './mock-care.ts';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface World {
  /** Whose session it is. */
  readonly role: 'admin' | 'duty' | 'agent' | 'viewer';
  scene: Scene;
  signedIn: boolean;
  tell(topic: string, id: string): void;
}

type Body = Record<string, unknown>;

const ME = {
  kind: 'person',
  id: 'acc-amira',
  name: 'Amira Haddad',
  role: 'admin',
  permissions: [],
  person: 'amira',
  operator: 'Kiez Mobil',
  languages: ['en', 'de'],
  version: '0.1.0',
};
export const PEOPLE = [
  { id: 'amira', name: 'Amira Haddad' },
  { id: 'jonas', name: 'Jonas Weber' },
  { id: 'lena', name: 'Lena Costa' },
  { id: 'marek', name: 'Marek Nowak' },
];
const FUNCTIONS = [
  { name: 'register', title: { en: 'Register', de: 'Registrieren' }, inTrip: false },
  { name: 'find', title: { en: 'Find a car', de: 'Auto finden' }, inTrip: false },
  { name: 'book', title: { en: 'Book', de: 'Buchen' }, inTrip: false },
  { name: 'unlock', title: { en: 'Unlock', de: 'Öffnen' }, inTrip: true },
  { name: 'drive', title: { en: 'Drive', de: 'Fahren' }, inTrip: true },
  { name: 'end', title: { en: 'Lock and end', de: 'Abschließen' }, inTrip: true },
  { name: 'pay', title: { en: 'Pay', de: 'Bezahlen' }, inTrip: false },
  { name: 'help', title: { en: 'Get help', de: 'Hilfe' }, inTrip: false },
];
const CITIES = [
  { name: 'berlin', title: 'Berlin', zone: 'Europe/Berlin' },
  { name: 'lisbon', title: 'Lisbon', zone: 'Europe/Lisbon' },
];
const RULES = [
  {
    kind: 'rule',
    rule: 'UnlockFailures',
    title: 'UnlockFailures',
    definition: 'alert: UnlockFailures\nexpr: share > 0.2\nfor: 2m\n',
  },
  {
    kind: 'watermark',
    rule: 'vehicle-heartbeats-low',
    title: 'Vehicles heard from',
    definition: 'name: vehicle-heartbeats-low\nlow: { critical: 150, clear: 400 }\nfor: 4m\n',
  },
];

const WAYS = [
  { channel: 'voice', address: '+491701234567' },
  { channel: 'sms', address: '+491701234567' },
  { channel: 'ntfy', address: 'ops-amira-7f3c' },
  { channel: 'email', address: 'amira@kiez-mobil.example' },
];

function devicesOf(now: number): readonly unknown[] {
  return [
    { id: 'psh-1', name: 'Firefox, Android', service: 'push.example', createdAt: now - 40 * DAY, lastUsedAt: null },
    {
      id: 'psh-2',
      name: 'Safari, iPhone',
      service: 'web.push.example',
      createdAt: now - 3 * DAY,
      lastUsedAt: now - HOUR,
    },
  ];
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function outagesOf(scene: Scene): Outage[] {
  const isBack = scene.name === 'recovering' || scene.name === 'resolved';
  const past: Outage = {
    from: scene.now - 16.2 * DAY,
    to: scene.now - 16.2 * DAY + HOUR,
    incidentId: 'inc-138',
  };
  if (scene.name === 'quiet') return [past];
  return [past, { from: scene.start, to: isBack ? scene.start + 20 * 60_000 : null, incidentId: INCIDENT }];
}

/** Answers one request of the API. */
export function answer(world: World, method: string, url: URL, body: Body): Answer {
  const path = url.pathname.replace(/^\/ops\/v1/u, '');
  if (path === '/status/data.json') return ok(publicStatus(world.scene));
  if (path === '/session') return session(world, method, body);
  if (!world.signedIn) return problem(401, 'Sign in first, or send an API token as a Bearer.');
  const parts = path.split('/').filter((part) => part !== '');
  if (method === 'GET') return read(world, parts, url.searchParams);
  return change(world, method, parts, body);
}

function session(world: World, method: string, body: Body): Answer {
  if (method === 'DELETE') {
    world.signedIn = false;
    return { status: 204 };
  }
  if (body['password'] !== 'lantern') return problem(401, 'Name or password is wrong.');
  world.signedIn = true;
  return ok({ ...ME, role: world.role });
}

function read(world: World, parts: string[], query: URLSearchParams): Answer {
  const { scene } = world;
  const [first, second] = parts;
  const found = <T extends { id: string }>(items: readonly T[]) => items.find((each) => each.id === second);
  if (first === 'incidents' && parts[2] === 'evidence') {
    return ok({ ranking: null, links: [], merged: [], similar: [] });
  }
  switch (first) {
    case 'me':
      return ok({ ...ME, role: world.role });
    case 'now':
      return ok(nowOf(scene));
    case 'sla':
      return ok(levelsKept(scene.now));
    case 'people':
      return ok({ items: PEOPLE });
    case 'incidents': {
      if (second === undefined) {
        const states = query.get('state')?.split(',') ?? [];
        return ok({
          items: scene.incidents.filter((each) => states.length === 0 || states.includes(each.state)),
          next: null,
        });
      }
      const detail =
        scene.details.get(second) ??
        [...scene.details.values()].find(({ incident }) => String(incident.number) === second);
      return detail === undefined ? problem(404, `There is no incident "${second}".`) : ok(detail);
    }
    case 'alerts': {
      if (second === 'groups') {
        const items = scene.loose.map(({ name, severity }) => ({ value: name, count: 1, quiet: 0, severity }));
        return ok({ by: query.get('by'), items, more: 0 });
      }
      const states = query.get('state')?.split(',') ?? [];
      const attached = query.has('loose') ? [] : (scene.details.get(INCIDENT)?.alerts ?? []);
      const items = [...attached, ...scene.loose].filter((each) => states.includes(each.state));
      return ok({ items, next: null });
    }
    case 'silences':
      return ok({ items: scene.silences });
    case 'maintenance':
      return ok(maintenanceOf(scene.now));
    case 'heartbeats':
      return ok(heartbeatsOf(scene.now));
    case 'partners':
      return ok(second === 'ledger' ? ledgerOf(scene.now) : partnersOf(scene.now));
    case 'topology':
      return ok(topologyOf(scene.now));
    case 'integrations':
      return ok(integrationsOf(scene.now));
    case 'quarantine':
      return ok(quarantineOf(scene.now));
    case 'duty': {
      const plan = dutyPlan(scene);
      return ok(second === 'around' ? dutyAround(plan, scene.now) : plan);
    }
    case 'indicators': {
      if (second === undefined) return ok({ at: scene.now, items: indicatorsOf(scene.now, outagesOf(scene)) });
      const labels = JSON.parse(query.get('labels') ?? '{}') as Record<string, string>;
      return ok(levelOf(second, labels, Number(query.get('from')), Number(query.get('to')), outagesOf(scene)));
    }
    case 'events':
      return ok({ at: scene.now, items: scene.events });
    case 'forecasts':
      return ok(forecastsOf(scene.now));
    case 'definitions':
      return ok({ items: inForceOf(scene.improvements) });
    case 'backtests':
      return ok(second === undefined ? { items: [{ ...backtestOf(scene.now), result: null }] } : backtestOf(scene.now));
    case 'observations':
      return ok({ items: scene.observations });
    case 'tickets': {
      if (second === undefined) {
        const states = query.get('state')?.split(',') ?? [];
        return ok({
          items: scene.tickets.filter((each) => states.length === 0 || states.includes(each.state)),
          next: null,
        });
      }
      const ticket = found(scene.tickets);
      const history = scene.details.get(INCIDENT)?.timeline.slice(0, 3) ?? [];
      return ticket === undefined ? problem(404, `There is no ticket "${second}".`) : ok({ ticket, history });
    }
    case 'retros': {
      if (second === undefined) return ok({ items: scene.retros });
      const retro = found(scene.retros);
      const timeline = retro === undefined ? [] : pastTimeline(retro.facts.startedAt);
      const improvements = scene.improvements.filter((each) => each.retroId === second);
      return retro === undefined
        ? problem(404, `There is no retro "${second}".`)
        : ok({ retro, timeline, improvements });
    }
    case 'improvements': {
      if (second === undefined) return ok({ items: scene.improvements });
      const improvement = found(scene.improvements);
      return improvement === undefined ? problem(404, `There is no improvement "${second}".`) : ok(improvement);
    }
    case 'rules':
      return ok(second === 'definitions' ? { items: RULES } : rulesOf(scene.name, scene.now));
    case 'api':
      return parts[2] === 'targets'
        ? ok(targetsOf(scene.now))
        : ok(parts[2] === 'query_range' ? seriesOf(query) : { status: 'success', data: [] });
    case 'push-devices':
      return ok({ items: devicesOf(scene.now), key: 'BCVx', available: true, ways: WAYS });
    case 'tokens':
      return ok({ items: scene.tokens });
    default:
      return problem(404, `There is nothing at GET /${parts.join('/')}.`);
  }
}

function change(world: World, method: string, parts: string[], body: Body): Answer {
  const { scene } = world;
  const [first, second, third] = parts;
  if (first === 'incidents' && second !== undefined && third !== undefined) {
    return verbOnIncident(world, second, third, body);
  }
  if (first === 'observations') {
    const observation = {
      id: `ob-${Date.now()}`,
      at: Date.now(),
      agent: ME.name,
      incidentId: scene.name === 'quiet' ? null : INCIDENT,
      ...body,
    } as Observation;
    scene.observations.unshift(observation);
    world.tell('observation', observation.id);
    return ok(observation);
  }
  if (first === 'maintenance' && second === 'preview') {
    const next = body['rule'] === undefined ? [] : maintenanceOf(scene.now).plans[0]!.next;
    return ok({ next, firing: 1, paging: 1 });
  }
  if (first === 'maintenance') return method === 'DELETE' ? { status: 204 } : ok(maintenanceOf(scene.now).items[0]);
  if (first === 'heartbeats' && third === 'addresses') {
    return ok({ id: 'png_2', url: 'https://lamplighter.example/ping/b1946ac92492d2347c6235b4d2611184' });
  }
  if (first === 'heartbeats') return { status: 204 };
  if (first === 'silences' && second === 'preview') {
    return ok({ firing: scene.loose.length + 1, paging: 1, sample: scene.loose.slice(0, 5) });
  }
  if (first === 'silences' && method === 'POST') {
    const silence = { id: `si-${Date.now()}`, startsAt: Date.now(), createdBy: ME.name, state: 'active', ...body };
    scene.silences.push(silence as (typeof scene.silences)[number]);
    return ok(silence);
  }
  if (first === 'silences' && method === 'DELETE') {
    scene.silences = scene.silences.filter((each) => each.id !== second);
    return { status: 204 };
  }
  if (first === 'partner-tickets' && second !== undefined) return writeToPartner(scene, second, body);
  if (first === 'duty' && (second === 'swaps' || second === 'absences')) return { status: 204 };
  if (first === 'duty' && method === 'POST') {
    const override = { id: `ov-${Date.now()}`, createdBy: ME.name, configured: false, ...body };
    scene.overrides.push(override as (typeof scene.overrides)[number]);
    return ok(override);
  }
  if (first === 'duty' && method === 'DELETE') {
    scene.overrides = scene.overrides.filter((each) => each.id !== third);
    return { status: 204 };
  }
  if (first === 'events') return changeEvents(scene, method, second, third, body);
  if (first === 'tickets') return openTicket(scene, second, body);
  if (first === 'retros') {
    scene.retros = scene.retros.map((each) =>
      each.id === second ? { ...each, ...body, version: each.version + 1 } : each,
    );
    return ok(scene.retros.find((each) => each.id === second));
  }
  if (first === 'improvements' && third === 'prove') return prove(scene, second);
  if (first === 'improvements' && third === 'decide') return decide(scene, second, body);
  if (first === 'tokens' && method === 'POST') {
    const token = {
      ...scene.tokens[0]!,
      id: `to-${Date.now()}`,
      lastUsedAt: null,
      ...body,
    } as (typeof scene.tokens)[number];
    scene.tokens.push(token);
    return ok({ ...token, secret: 'lmp_4f0cZ2v9Qm7tXw1bNs8yKd3Rj6' });
  }
  return problem(404, `There is nothing at ${method} /${parts.join('/')}.`);
}

function dutyNow(scene: Scene): NowAnswer['duty'] {
  return {
    focal: PEOPLE[0]!,
    deputy: PEOPLE[1]!,
    until: weekEnd(scene.now),
    next: PEOPLE[1]!,
    override: false,
  };
}

/** The next Monday, nine o'clock in Berlin's winter. */
function weekEnd(now: number): number {
  const today = Math.floor(now / DAY) * DAY;
  const toMonday = (8 - new Date(today).getUTCDay()) % 7 || 7;
  return today + toMonday * DAY + 8 * HOUR;
}

function dutyPlan(scene: Scene) {
  const end = weekEnd(scene.now);
  const shifts = Array.from({ length: 5 }, (_, week) => ({
    focal: PEOPLE[week % 4]!,
    deputy: PEOPLE[(week + 1) % 4]!,
    from: end + (week - 1) * 7 * DAY,
    to: end + week * 7 * DAY,
    override: null as string | null,
  }));
  for (const override of scene.overrides) {
    const index = shifts.findIndex((each) => each.from <= override.startsAt && override.startsAt < each.to);
    const shift = shifts[index];
    const person = PEOPLE.find((each) => each.id === override.person);
    if (shift === undefined || person === undefined) continue;
    shifts.splice(
      index,
      1,
      { ...shift, to: override.startsAt },
      { ...shift, focal: person, from: override.startsAt, to: override.endsAt, override: override.id },
      { ...shift, from: override.endsAt },
    );
  }
  return { now: dutyNow(scene), zone: 'Europe/Berlin', people: PEOPLE, shifts, overrides: scene.overrides };
}

function stateOf(scene: Scene, functionName: string, city: string): 'ok' | 'degraded' | 'down' {
  const incident = scene.incidents.find((each) => each.id === INCIDENT);
  if (incident === undefined || incident.state === 'resolved' || scene.name === 'recovering') return 'ok';
  if (!incident.cities.includes(city) || !incident.functions.includes(functionName)) return 'ok';
  return functionName === 'unlock' || functionName === 'end' ? 'down' : 'degraded';
}

function nowOf(scene: Scene): NowAnswer {
  const open = scene.incidents.filter((each) => each.state === 'open' || each.state === 'accepted');
  const alerts = [...(scene.details.get(INCIDENT)?.alerts ?? []), ...scene.loose];
  return {
    at: scene.now,
    incidents: open,
    care: open.map(({ id }) => markOf(id, scene.details.get(id)?.care ?? noCare(), scene.details.get(id))),
    recentlyResolved: scene.incidents.filter((each) => each.state === 'resolved').slice(0, 1),
    duty: dutyNow(scene),
    functions: FUNCTIONS,
    cities: CITIES,
    health: FUNCTIONS.flatMap(({ name }) =>
      CITIES.map((city) => {
        const state = stateOf(scene, name, city.name);
        const why = state === 'ok' ? 'Within the expected level' : 'Vehicles over Carrier North silent in Berlin';
        return { functionName: name, city: city.name, state, why, incidentId: state === 'ok' ? null : INCIDENT };
      }),
    ),
    alerts: {
      firing: alerts.filter((each) => each.state === 'firing' && each.silencedBy === null).length,
      pending: scene.name === 'quiet' ? 0 : 2,
      silenced: alerts.filter((each) => each.silencedBy !== null).length,
    },
    looseAlerts: scene.loose.filter((each) => each.silencedBy === null),
    openTickets: scene.tickets.filter((each) => each.state !== 'done').length,
    unprovedImprovements: scene.improvements.filter((each) => each.state === 'proposed').length,
    words: scene.details.get(INCIDENT)?.notices ?? [],
    quarantined: 0,
  };
}

function publicStatus(scene: Scene) {
  const incident = scene.incidents.find((each) => each.id === INCIDENT);
  const functions = FUNCTIONS.map(({ name, title }) => ({
    name,
    title,
    cities: CITIES.map((city) => ({ city: city.name, state: stateOf(scene, name, city.name) })),
  }));
  const states = functions.flatMap((each) => each.cities.map((cell) => cell.state));
  const state = states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'ok';
  const vendor = scene.incidents.find((each) => each.number === 141)!;
  const word = (phase: 'investigating' | 'resolved', at: number, en: string, de: string) => ({
    id: `no-141-${phase}`,
    incidentId: vendor.id,
    phase,
    severity: 'major' as const,
    title: {
      en: 'Trouble with Pay in Berlin and Lisbon',
      de: 'Störung bei Bezahlen in Berlin und Lissabon',
    },
    body: { en, de },
    functions: ['pay'],
    cities: ['berlin', 'lisbon'],
    publishedAt: at,
  });
  const past = {
    id: vendor.id,
    open: false,
    startedAt: vendor.startedAt,
    resolvedAt: vendor.resolvedAt,
    notices: [
      word(
        'resolved',
        vendor.resolvedAt!,
        'Cards are accepted again. Trips that could not be paid are charged once, later.',
        'Karten werden wieder angenommen. Nicht bezahlte Fahrten werden einmal nachträglich berechnet.',
      ),
      word(
        'investigating',
        vendor.startedAt + 4 * 60_000,
        'Some card payments are declined. You can end your trip; it is charged later.',
        'Einige Kartenzahlungen werden abgelehnt. Die Fahrt lässt sich beenden; sie wird später berechnet.',
      ),
    ],
  };
  const present =
    incident === undefined
      ? []
      : [
          {
            id: incident.id,
            open: incident.state !== 'resolved',
            startedAt: incident.startedAt,
            resolvedAt: incident.resolvedAt,
            notices: scene.details.get(INCIDENT)!.notices,
          },
        ];
  return {
    title: 'Kiez Mobil status',
    at: scene.now,
    supportUrl: 'https://kiez-mobil.example/help',
    state,
    languages: ['en', 'de'],
    cities: CITIES.map(({ name, title }) => ({ name, title })),
    functions,
    interruptions: [...present, past],
    maintenance: [
      {
        id: 'ma-1',
        title: 'App and website: sign-in by code moves to a new vendor',
        startsAt: weekEnd(scene.now) - 2 * DAY,
        endsAt: weekEnd(scene.now) - 2 * DAY + HOUR,
      },
    ],
  };
}
