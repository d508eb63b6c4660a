/** What the stand-in says of announced work, heartbeats, partners, the topology and integrations. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { DAY, HOUR, INCIDENT } from './mock-scene.ts';

const MINUTE = 60_000;
type Of<T extends z.ZodType> = z.infer<T>;

const CHOICES: Of<typeof contract.maintenanceList>['choices'] = {
  components: [
    { name: 'booking-backend', title: 'Booking backend' },
    { name: 'carrier-north', title: 'Carrier North' },
    { name: 'payment-vendor', title: 'Payment vendor' },
  ],
  functions: [
    { name: 'unlock', title: 'Unlock' },
    { name: 'pay', title: 'Pay' },
  ],
  tell: [
    { name: 'amira', title: 'Amira Haddad' },
    { name: 'lena', title: 'Lena Costa' },
    { name: 'carrier-north', title: 'Carrier North' },
  ],
  zone: 'Europe/Berlin',
};

/** Work under way, work to come, and two plans. */
export function maintenanceOf(now: number): Of<typeof contract.maintenanceList> {
  const none = { components: [], functions: [] };
  const terms = { createdBy: 'Lena Costa', announced: false, notice: null, tell: [], planId: null };
  // Half past two at night in Berlin's winter, on the next Wednesday and the Sundays and Wednesdays after it.
  const night = now - (now % DAY) + 1.5 * HOUR;
  const untilWednesday = (3 - new Date(now).getUTCDay() + 7) % 7 || 7;
  const wednesday = night + untilWednesday * DAY;
  const sunday = now - (now % DAY) + (5 + 7) * DAY + 1.5 * HOUR;
  return {
    items: [
      {
        ...terms,
        id: 'mnt_1',
        title: 'Certificates of the payment vendor are renewed',
        matchers: [],
        places: { components: ['payment-vendor'], functions: ['pay'] },
        startsAt: now - 20 * MINUTE,
        endsAt: now + 40 * MINUTE,
        announced: true,
        state: 'active',
      },
      {
        ...terms,
        id: 'mnt_2',
        title: 'Map tiles are rebuilt',
        matchers: [{ name: 'service', value: 'maps', isRegex: false, isEqual: true }],
        places: none,
        startsAt: wednesday,
        endsAt: wednesday + 2 * HOUR,
        notice: DAY,
        tell: ['lena', 'carrier-north'],
        planId: 'mpl_1',
        state: 'pending',
      },
      {
        ...terms,
        id: 'mnt_0',
        title: 'Database moved to its second site',
        matchers: [{ name: 'service', value: 'booking', isRegex: false, isEqual: true }],
        places: none,
        startsAt: now - 3 * DAY,
        endsAt: now - 3 * DAY + 2 * HOUR,
        state: 'expired',
      },
    ],
    plans: [
      {
        id: 'mpl_1',
        title: 'Map tiles are rebuilt',
        matchers: [{ name: 'service', value: 'maps', isRegex: false, isEqual: true }],
        places: none,
        createdBy: 'Lena Costa',
        announced: false,
        notice: DAY,
        tell: ['lena', 'carrier-north'],
        rule: 'FREQ=WEEKLY;BYDAY=WE,SU',
        starts: '2026-01-04T02:30',
        zone: 'Europe/Berlin',
        duration: 2 * HOUR,
        endedAt: null,
        next: [0, 4, 7].map((days) => ({
          startsAt: wednesday + days * DAY,
          endsAt: wednesday + days * DAY + 2 * HOUR,
        })),
      },
      {
        id: 'mpl_2',
        title: 'Route of the vehicles is rehearsed over Carrier South',
        matchers: [],
        places: { components: ['carrier-north'], functions: [] },
        createdBy: 'Jonas Weber',
        announced: true,
        notice: 3 * DAY,
        tell: [],
        rule: 'FREQ=MONTHLY;BYDAY=1SU',
        starts: '2026-01-04T02:30',
        zone: 'Europe/Berlin',
        duration: HOUR,
        endedAt: null,
        next: [0, 28].map((days) => ({ startsAt: sunday + days * DAY, endsAt: sunday + days * DAY + HOUR })),
      },
    ],
    choices: CHOICES,
  };
}

/** Heartbeats in every state. */
export function heartbeatsOf(now: number): Of<typeof contract.heartbeatList> {
  const plain = { labels: {}, every: 0, cron: null, zone: 'UTC', grace: HOUR, runtime: null, addresses: [] };
  const quiet = { startedAt: null, lastRuntime: null, lastExit: null };
  const from = now - 30 * DAY;
  const turns = (...list: ['unknown' | 'alive' | 'missed' | 'failed' | 'paused', number][]) =>
    list.map(([state, day], index) => ({
      state,
      from: from + day * DAY,
      to: index + 1 < list.length ? from + list[index + 1]![1] * DAY : now,
    }));
  return {
    items: [
      {
        ...plain,
        ...quiet,
        id: 'nightly-billing',
        title: 'Nightly billing run',
        cron: '30 2 * * *',
        zone: 'Europe/Berlin',
        runtime: 3 * HOUR,
        state: 'missed',
        lastSeenAt: now - 40 * HOUR,
        dueAt: now - 16 * HOUR,
        overdueAt: now - 15 * HOUR,
        lastRuntime: 47 * MINUTE,
        lastExit: 0,
        addresses: [{ id: 'png_1', createdBy: 'Amira Haddad', createdAt: now - 60 * DAY }],
        history: turns(['alive', 0], ['missed', 11], ['alive', 11.3], ['missed', 29.35]),
      },
      {
        ...plain,
        ...quiet,
        id: 'vehicle-import',
        title: 'Import of vehicles from the leasing partner',
        every: 10 * MINUTE,
        grace: MINUTE,
        state: 'alive',
        lastSeenAt: now - 4 * MINUTE,
        dueAt: now + 6 * MINUTE,
        overdueAt: now + 7 * MINUTE,
        history: turns(['unknown', 0], ['alive', 9], ['failed', 17], ['alive', 17.4]),
      },
      {
        ...plain,
        ...quiet,
        id: 'monthly-report',
        title: 'Monthly report to the cities',
        cron: '0 6 1 * *',
        zone: 'Europe/Lisbon',
        state: 'paused',
        lastSeenAt: now - 24 * DAY,
        dueAt: null,
        overdueAt: null,
        history: turns(['alive', 0], ['paused', 20]),
      },
    ],
  };
}

/** Two partners, one of them troubled, with a ticket; and three rows of the ledger. */
export function partnersOf(now: number): Of<typeof contract.partnerOverview> {
  const link = { registered: true, lastOkAt: now - MINUTE, lastEventAt: now - 20 * MINUTE, lastError: null };
  return {
    partners: [
      {
        name: 'carrier-north',
        title: 'Carrier North',
        email: 'noc@carrier-north.example',
        components: [{ name: 'carrier-north', title: 'Carrier North' }],
        state: 'troubled',
        links: [
          { ...link, protocol: 'alarm', state: 'up' },
          { ...link, protocol: 'ticket', state: 'down', lastError: 'connect ECONNREFUSED 203.0.113.7:443' },
        ],
        takesTickets: true,
        alarms: [
          {
            number: 48213,
            partner: 'carrier-north',
            origin: 'partner',
            words: 'Packet core BER-02: no answer',
            perceivedSeverity: 'critical',
            probableCause: 'communicationsSubsystemFailure',
            alarmedObject: 'BER-02',
            acknowledged: true,
            raisedAt: now - 18 * MINUTE,
          },
        ],
        tickets: [partnerTicketOf(now)],
        incidents: [{ id: INCIDENT, number: 142, title: 'Vehicles over Carrier North silent in Berlin' }],
      },
      {
        name: 'carrier-south',
        title: 'Carrier South',
        email: 'noc@carrier-south.example',
        components: [{ name: 'carrier-south', title: 'Carrier South' }],
        state: 'quiet',
        links: [],
        takesTickets: false,
        alarms: [],
        tickets: [],
        incidents: [],
      },
    ],
  };
}

export function partnerTicketOf(now: number): Of<typeof contract.partnerTicketView> {
  return {
    id: 'ptk_1',
    partner: 'carrier-north',
    partnerTitle: 'Carrier North',
    incidentId: INCIDENT,
    incidentNumber: 142,
    state: 'open',
    remoteId: 'TT-90117',
    remoteStatus: 'inProgress',
    severity: 'critical',
    title: 'SIM cards in Berlin send nothing',
    body: 'About 1,150 SIM cards of ours in Berlin have sent nothing since 17:58.',
    notes: [
      { at: now - 9 * MINUTE, author: 'NOC Carrier North', text: 'A card in BER-02 is replaced.', origin: 'partner' },
    ],
    createdAt: now - 14 * MINUTE,
    openedAt: now - 14 * MINUTE,
    acknowledgedAt: now - 12 * MINUTE,
    promisedAt: now + 30 * MINUTE,
    resolvedAt: null,
    lastError: null,
  };
}

export function ledgerOf(now: number): Of<typeof contract.partnerLedger> {
  const row = {
    id: 'led_1',
    partner: 'carrier-north',
    partnerTitle: 'Carrier North',
    incidentId: INCIDENT,
    incidentNumber: 142,
    title: 'Vehicles over Carrier North silent in Berlin',
    startedAt: now - 22 * MINUTE,
    detectedAt: now - 20 * MINUTE,
    noticedAt: now - 18 * MINUTE,
    noticeBy: 'alarm',
    lead: 2 * MINUTE,
    contactedAt: now - 14 * MINUTE,
    acknowledgedAt: now - 12 * MINUTE,
    promisedAt: now + 30 * MINUTE,
    promiseBy: 'word' as const,
    kept: null,
    resolvedAt: null,
    evidence: ['82 % of the silent vehicles share carrier north; other carriers are healthy'],
  };
  const before = { ...row, id: 'led_0', startedAt: now - 40 * DAY, resolvedAt: now - 40 * DAY + 2 * HOUR, kept: false };
  return {
    rows: [row, before],
    months: [
      {
        partner: 'carrier-north',
        partnerTitle: 'Carrier North',
        month: '2026-10',
        interruptions: 2,
        resolved: 2,
        duration: 3 * HOUR,
        longest: 2 * HOUR,
        medianLead: -4 * MINUTE,
        untold: 1,
        medianAcknowledge: 6 * MINUTE,
        kept: 1,
        broken: 1,
      },
    ],
  };
}

export function topologyOf(now: number): Of<typeof contract.topologyView> {
  const component = { partner: null, needs: [], state: 'ok' as const, alerts: 0, incidentIds: [] };
  const gateway = [
    { name: 'carrier-north', learnt: false },
    { name: 'carrier-south', learnt: false },
  ];
  return {
    functions: [
      { name: 'unlock', title: { en: 'Unlock', de: 'Öffnen' }, inTrip: true, needs: ['telematics'], state: 'down' },
      { name: 'pay', title: { en: 'Pay', de: 'Bezahlen' }, inTrip: false, needs: ['payment-vendor'], state: 'ok' },
    ],
    components: [
      {
        ...component,
        name: 'telematics',
        title: 'Telematics gateway',
        kind: 'application',
        needs: gateway,
        state: 'degraded',
        alerts: 1,
        incidentIds: [INCIDENT],
      },
      { ...component, name: 'payment-vendor', title: 'Payment vendor', kind: 'vendor' },
      {
        ...component,
        name: 'carrier-north',
        title: 'Carrier North',
        kind: 'carrier',
        partner: 'carrier-north',
        state: 'down',
        alerts: 2,
        incidentIds: [INCIDENT],
      },
      { ...component, name: 'carrier-south', title: 'Carrier South', kind: 'carrier', partner: 'carrier-south' },
    ],
    groups: [{ name: 'vehicle-route', title: 'Route to the vehicles', members: ['carrier-north', 'carrier-south'] }],
    edges: [
      {
        id: 'edg_1',
        caller: 'telematics',
        callee: 'payment-vendor',
        callerTitle: 'Telematics gateway',
        calleeTitle: 'Payment vendor',
        evidence: [{ words: '12 calls a second over the last ten minutes', value: 12 }],
        state: 'proposed',
        firstSeenAt: now - 2 * DAY,
        lastSeenAt: now - HOUR,
        decidedBy: null,
        decidedAt: null,
        reason: null,
        known: true,
      },
    ],
    causes: [
      {
        incidentId: INCIDENT,
        number: 142,
        title: 'Vehicles over Carrier North silent in Berlin',
        component: 'carrier-north',
        probability: 0.84,
        path: ['telematics', 'carrier-north'],
      },
    ],
  };
}

export function integrationsOf(now: number): Of<typeof contract.integrationList> {
  const mapping = '{ "status": "firing", "labels": { "alertname": title } }';
  const connect = [{ title: 'Contact point', text: 'https://lamplighter.example/in/grafana' }];
  return {
    integrations: [
      {
        name: 'grafana',
        title: 'Grafana',
        about: 'Alerts of Grafana by webhook',
        door: 'in',
        secrets: ['bearer', 'hmac'],
        mapping,
        connect,
        samples: [{ name: 'firing', headers: {}, body: { title: 'Unlock fails' } }],
      },
    ],
    sources: [
      {
        name: 'grafana',
        title: 'Grafana of the fleet team',
        partner: null,
        integration: 'grafana',
        ownMapping: false,
        mapping,
        address: 'https://lamplighter.example/in/grafana',
        secrets: ['token'],
        connect,
        doors: [
          {
            door: 'webhook:grafana',
            lastReceivedAt: now - 3 * MINUTE,
            lastRefusedAt: now - 20 * MINUTE,
            lastReason: 'labels.alertname is missing',
            open: 1,
          },
        ],
      },
    ],
    statusPages: [
      {
        name: 'payment-vendor',
        title: 'Payment vendor',
        partner: null,
        url: 'https://status.vendor.example/api/v2/summary.json',
        form: 'statuspage',
        askedAt: now - MINUTE,
        readAt: now - MINUTE,
        failingSince: null,
        error: null,
        open: [{ title: 'Card payments are slow', status: 'investigating', url: null }],
      },
    ],
  };
}

export function quarantineOf(now: number): Of<typeof contract.quarantinedPage> {
  return {
    items: [
      {
        id: 'qua_1',
        kind: 'webhook:grafana',
        receivedAt: now - 20 * MINUTE,
        reason: 'labels.alertname is missing',
        body: '{"title":null}',
        headers: {},
        cut: false,
        state: 'open',
        settledAt: null,
        settledBy: null,
      },
    ],
    next: null,
  };
}
