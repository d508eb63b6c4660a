/** Kiez Mobil at one point of an incident's life: everything the pages show, from one starting instant. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { chainOf, contactsOf, deliveriesOf, noticesOf, pagesOf, runsOf, timelineOf } from './mock-incident.ts';
import { careOf, noCare } from './mock-care.ts';
import { eventsOf } from './mock-given.ts';
import { partnerTicketOf } from './mock-watched.ts';
import { pastIncidents, pastRetro, proposals, someTickets } from './mock-past.ts';

type Of<Name extends keyof typeof contract> = (typeof contract)[Name] extends z.ZodType
  ? z.output<(typeof contract)[Name]>
  : never;

export type Incident = Of<'incidentView'>;
export type Alert = Of<'alertView'>;
export type Detail = Of<'incidentDetail'>;
export type Observation = Of<'observationView'>;
export type Ticket = Of<'ticketView'>;
export type Retro = Of<'retroView'>;
export type Improvement = Of<'improvementView'>;
export type Entry = Of<'timelineEntry'>;
export type Notice = Of<'noticeView'>;
export type NowAnswer = Of<'now'>;
export type Silence = Of<'silenceView'>;
export type Override = Of<'overrideView'>;
export type Token = Of<'tokenView'>;
export type LevelEvent = Of<'eventView'>;

/** How far the incident is: none, just opened, accepted with its chain under way, back and watched, over. */
export type SceneName = 'quiet' | 'fresh' | 'accepted' | 'recovering' | 'resolved';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Scene {
  name: SceneName;
  now: number;
  start: number;
  incidents: Incident[];
  details: Map<string, Detail>;
  loose: Alert[];
  observations: Observation[];
  tickets: Ticket[];
  retros: Retro[];
  improvements: Improvement[];
  silences: Silence[];
  overrides: Override[];
  tokens: Token[];
  events: LevelEvent[];
}

/** Minutes since the incident began, by scene. */
const AGE: Record<SceneName, number> = { quiet: 0, fresh: 3, accepted: 9, recovering: 26, resolved: 95 };
export const INCIDENT = '01JQ7M4W8V2C6N9T3XK5R0BDHA';

function alert(
  id: string,
  name: string,
  labels: Record<string, string>,
  at: number,
  summary: string,
  more: Partial<Alert>,
): Alert {
  return {
    id,
    fingerprint: id,
    source: 'rules',
    name,
    labels: { alertname: name, ...labels },
    annotations: { summary },
    severity: 'critical',
    state: 'firing',
    startsAt: at,
    firedAt: at,
    resolvedAt: null,
    lastSeenAt: at,
    value: null,
    generatorUrl: null,
    count: 1,
    incidentId: INCIDENT,
    silencedBy: null,
    maintenanceBy: null,
    flappingSince: null,
    inhibitedBy: null,
    heldBy: null,
    ...more,
  };
}

function alertsOf(start: number, resolvedAt: number | null): Alert[] {
  const end: Partial<Alert> = resolvedAt === null ? {} : { state: 'resolved', resolvedAt };
  const berlin = { city: 'berlin' };
  return [
    alert(
      'al-1',
      'vehicle-heartbeats-below',
      { ...berlin, carrier: 'north', service: 'vehicles' },
      start + 2 * MINUTE,
      'Vehicle heartbeats over carrier north in Berlin are 98 % below the expected level',
      end,
    ),
    alert(
      'al-2',
      'vehicle-heartbeats-low',
      { ...berlin, carrier: 'north', service: 'vehicles' },
      start + 2.4 * MINUTE,
      'Only 13 vehicle heartbeats per minute over carrier north in berlin',
      end,
    ),
    alert(
      'al-3',
      'CarrierAlarm',
      { ...berlin, carrier: 'north', alarm: 'NOC-48213' },
      start + 2.8 * MINUTE,
      'Radio core node BER-02 unreachable',
      { ...end, source: 'carrier-north' },
    ),
    alert(
      'al-4',
      'UnlockFailures',
      { ...berlin, service: 'telematics' },
      start + 4 * MINUTE,
      '41.3% of unlock attempts fail in berlin',
      end,
    ),
    alert(
      'al-5',
      'bookings-below',
      { ...berlin, service: 'booking' },
      start + 6 * MINUTE,
      'Bookings in Berlin are 57 % below the expected level for this hour',
      end,
    ),
  ];
}

function observationsOf(start: number, incidentId: string | null): Observation[] {
  const made = (
    id: string,
    minutes: number,
    text: string,
    functionName: string,
    inTrip: boolean,
    agent = 'Sofia Brandt',
  ) => ({
    id,
    at: start + minutes * MINUTE,
    agent,
    text,
    functionName,
    city: 'berlin',
    inTrip,
    incidentId,
  });
  return [
    made(
      'ob-3',
      8.2,
      'Cannot end the trip at Ostkreuz, app says car not reachable. Stands next to the car, wants to catch a train.',
      'end',
      true,
    ),
    made('ob-2', 5.5, 'Car does not open at Alexanderplatz, pressed unlock six times.', 'unlock', false, 'Tim Okafor'),
    made(
      'ob-1',
      3.6,
      'Third caller in ten minutes: unlock spins for a minute and fails. All near Prenzlauer Berg.',
      'unlock',
      false,
    ),
  ];
}

/** Builds the scene; `now` is milliseconds since the epoch. */
export function sceneOf(name: SceneName, now: number): Scene {
  const start = now - AGE[name] * MINUTE;
  const past = pastIncidents(now);
  const scene: Scene = {
    name,
    now,
    start,
    incidents: [...past],
    details: new Map(),
    loose: [],
    observations: [],
    tickets: someTickets(now),
    retros: [pastRetro(now)],
    improvements: proposals(now),
    silences: [],
    overrides: [],
    tokens: [],
    events: eventsOf(now),
  };
  for (const each of past) scene.details.set(each.id, bareDetail(each));
  addStanding(scene);
  if (name !== 'quiet') addIncident(scene);
  return scene;
}

function bareDetail(incident: Incident): Detail {
  return {
    incident,
    alerts: [],
    observations: [],
    links: [],
    timeline: [],
    chains: [],
    deliveries: [],
    pages: [],
    notices: [],
    partnerContacts: [],
    playbookRuns: [],
    playbooks: [],
    tickets: [],
    partnerTickets: [],
    partnerEvidence: [],
    ticketPartners: [],
    improvements: [],
    templates: [],
    componentTitles: { 'carrier-north': 'Carrier North' },
    losses: [],
    retroId: incident.number === 138 ? 're-1' : null,
    care: noCare(),
  };
}

function addStanding(scene: Scene): void {
  const { now } = scene;
  const matcher = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });
  scene.silences.push({
    id: 'si-1',
    matchers: [matcher('service', 'maps'), matcher('city', 'lisbon')],
    startsAt: now - 2 * HOUR,
    endsAt: now + 1.5 * HOUR,
    createdBy: 'Jonas Weber',
    comment: 'Map vendor migrates tiles for Lisbon until noon, agreed by phone',
    state: 'active',
  });
  scene.overrides.push({
    id: 'ov-1',
    person: 'lena',
    startsAt: Math.floor(now / DAY) * DAY + 2 * DAY + 7 * HOUR,
    endsAt: Math.floor(now / DAY) * DAY + 2 * DAY + 17 * HOUR,
    reason: 'Amira is at the carrier summit',
    createdBy: 'Amira Haddad',
    configured: false,
  });
  const token = (id: string, name: string, scopes: string[], days: number): Token => ({
    id,
    name,
    role: 'agent',
    scopes,
    createdBy: 'Jonas Weber',
    createdAt: now - days * DAY,
    expiresAt: now + (90 - days) * DAY,
    lastUsedAt: now - 12_000,
    revokedAt: null,
  });
  scene.tokens.push(
    token('to-1', 'Prometheus Berlin', ['signal.send'], 31),
    token('to-2', 'Carrier North alarms', ['signal.send'], 12),
  );
  if (scene.name === 'quiet') return;
  scene.loose.push(
    alert(
      'al-9',
      'PaymentApprovalsLow',
      { service: 'payment' },
      now - 4 * MINUTE,
      'Only 78.2% of payments are approved',
      { incidentId: null, severity: 'warning' },
    ),
    alert(
      'al-8',
      'TileLatencyHigh',
      { service: 'maps', city: 'lisbon' },
      now - 71 * MINUTE,
      'Map tiles take 2.4 s at the 95th percentile in lisbon',
      { incidentId: null, severity: 'warning', silencedBy: 'si-1' },
    ),
  );
}

function addIncident(scene: Scene): void {
  const { name, start, now } = scene;
  const isAccepted = name !== 'fresh';
  const resolvedAt = name === 'resolved' ? start + 47 * MINUTE : null;
  const isBack = name === 'recovering' || name === 'resolved';
  const incident: Incident = {
    id: INCIDENT,
    number: 142,
    title: 'Vehicles over Carrier North silent in Berlin',
    summary: isAccepted
      ? 'About 60 % of the Berlin fleet runs over Carrier North and cannot be reached. Cars over Carrier South are fine. Lisbon is not affected.'
      : '',
    severity: 'critical',
    state: name === 'fresh' ? 'open' : name === 'resolved' ? 'resolved' : 'accepted',
    phase:
      name === 'fresh'
        ? 'investigating'
        : name === 'accepted'
          ? 'identified'
          : name === 'resolved'
            ? 'resolved'
            : 'monitoring',
    startedAt: start,
    openedAt: start + 2 * MINUTE,
    acceptedAt: isAccepted ? start + 3.4 * MINUTE : null,
    acceptedBy: isAccepted ? 'Amira Haddad' : null,
    resolvedAt,
    components: ['carrier-north', 'vehicles', 'telematics-gateway', 'booking-backend'],
    functions: name === 'fresh' ? ['unlock', 'drive', 'end'] : ['unlock', 'drive', 'end', 'book'],
    cities: ['berlin'],
    cause: {
      component: 'carrier-north',
      kind: 'partner',
      reasons: [
        'Carrier North reports an alarm of its own in Berlin: radio core node BER-02 unreachable (NOC-48213)',
        'All silent vehicles are on Carrier North; those on Carrier South are heard as expected',
        'It began 40 s before the first failure in the systems that need it',
      ],
    },
    mergedInto: null,
    version: 4,
  };
  const alerts = alertsOf(start, isBack ? start + 22 * MINUTE : null).filter((each) => each.startsAt <= now);
  const observations = observationsOf(start, INCIDENT).filter((each) => each.at <= now);
  scene.observations.push(...observations);
  scene.incidents.unshift(incident);
  const ticket = scene.tickets[0]!;
  scene.tickets[0] = { ...ticket, openedAt: start + 2 * MINUTE, updatedAt: start + 2 * MINUTE };
  scene.details.set(INCIDENT, {
    incident,
    alerts,
    observations,
    links: alerts.map((each) => ({
      memberKind: 'alert',
      memberId: each.id,
      linkedAt: each.startsAt,
      linkedBy: 'rule',
      reason: 'Its place is one step from Carrier North',
    })),
    timeline: timelineOf(name, start, now),
    care: careOf(name, incident, start + 2 * MINUTE, now),
    chains: [chainOf(name, start)],
    deliveries: deliveriesOf(start),
    pages: pagesOf(name, start),
    notices: noticesOf(start, now, resolvedAt),
    partnerContacts: contactsOf(start, now),
    playbookRuns: runsOf(name, start, now),
    playbooks: [{ name: 'switch-carrier', title: 'Route vehicles over Carrier South' }],
    tickets: [scene.tickets[0]],
    partnerTickets: name === 'fresh' ? [] : [partnerTicketOf(now)],
    partnerEvidence: [
      {
        partner: 'carrier-north',
        title: 'Carrier North',
        words: ['82 % of the silent vehicles share carrier north; other carriers are healthy'],
        lead: 2 * 60_000,
      },
    ],
    ticketPartners: name === 'fresh' ? [{ name: 'carrier-north', title: 'Carrier North' }] : [],
    improvements: [],
    templates: [],
    componentTitles: { 'carrier-north': 'Carrier North' },
    losses: [],
    retroId: null,
  });
}
