/** What the chain of the mock incident has done by a given time. */
import type { Detail, Entry, Notice, SceneName } from './mock-scene.ts';

const MINUTE = 60_000;
const INCIDENT = '01JQ7M4W8V2C6N9T3XK5R0BDHA';
type Chain = Detail['chains'][number];

export function chainOf(name: SceneName, start: number): Chain {
  const opened = start + 2 * MINUTE;
  const isAccepted = name !== 'fresh';
  const isLate = name === 'recovering' || name === 'resolved';
  const step = (
    index: number,
    minutes: number,
    verb: string,
    title: string,
    state: Chain['steps'][number]['state'],
  ) => ({
    index,
    dueAt: opened + minutes * MINUTE,
    do: verb,
    title,
    state,
  });
  return {
    id: 'ch-1',
    chain: 'member-facing',
    state: name === 'fresh' ? 'running' : name === 'resolved' ? 'ended' : 'accepted',
    startedAt: opened,
    round: 1,
    nextActionAt: name === 'fresh' ? opened + 5 * MINUTE : name === 'accepted' ? opened + 8 * MINUTE : null,
    steps: [
      step(0, 0, 'open-ticket', 'Open a ticket', 'done'),
      step(1, 0, 'page', 'Page the focal person by email, webhook, log', 'done'),
      step(2, 1, 'notify-members', 'Tell members: interruption', 'done'),
      step(3, 5, 'page', 'Page the deputy by email, log', isAccepted ? 'left-out' : 'waiting'),
      step(4, 6, 'contact-partner', 'Contact the partner of the cause', isAccepted ? 'done' : 'waiting'),
      step(5, 8, 'run-playbook', 'Run “Route vehicles over Carrier South”', isLate ? 'done' : 'waiting'),
    ],
  };
}

export function pagesOf(name: SceneName, start: number): Detail['pages'] {
  const at = start + 2 * MINUTE + 400;
  const acceptedAt = name === 'fresh' ? null : start + 3.4 * MINUTE;
  const page = (
    id: string,
    channel: Detail['pages'][number]['channel'],
    address: string,
    more: Partial<Detail['pages'][number]>,
  ) => ({
    id,
    person: 'amira',
    personName: 'Amira Haddad',
    channel,
    address,
    reason: 'focal person of the duty plan',
    state: 'handed-over' as const,
    createdAt: at,
    handedOverAt: at + 1_800,
    attempts: 1,
    lastError: null,
    receipt: null,
    acceptedAt: null,
    purpose: 'page' as const,
    ...more,
  });
  return [
    page('pa-1', 'email', 'amira@kiez-mobil.example', { receipt: '250 2.0.0 Ok: queued as 4XkT9w1Zq', acceptedAt }),
    page('pa-2', 'sms', '+491701234567', {
      attempts: 2,
      handedOverAt: at + 16_300,
      receipt: 'south: queued, SM77b1',
    }),
    page('pa-4', 'push', 'amira', { receipt: 'push: HTTP 201 (2 of 2 devices)' }),
    page('pa-3', 'log', 'stdout', {}),
  ];
}

export function deliveriesOf(start: number): Detail['deliveries'] {
  const at = start + 2 * MINUTE + 2_200;
  const one = (id: string, pageId: string, vendor: string, more: Partial<Detail['deliveries'][number]>) => ({
    id,
    pageId,
    vendor,
    reference: null,
    state: 'taken' as const,
    said: `${vendor}: queued`,
    takenAt: at,
    receiptDue: null,
    receiptAt: null,
    receipt: null,
    ...more,
  });
  return [
    one('dl-1', 'pa-1', 'relay-a', { said: 'relay-a.example:587: 250 2.0.0 Ok: queued as 4XkT9w1Zq' }),
    one('dl-2', 'pa-2', 'north', { said: 'north: message 1f4a', state: 'silent', receiptDue: at + 15_000 }),
    one('dl-3', 'pa-2', 'south', {
      said: 'south: queued, SM77b1',
      state: 'delivered',
      takenAt: at + 15_100,
      receiptDue: at + 30_100,
      receiptAt: at + 17_900,
      receipt: 'delivered',
    }),
    one('dl-4', 'pa-4', 'push', { said: 'push: HTTP 201 (2 of 2 devices)' }),
  ];
}

export function noticesOf(start: number, now: number, resolvedAt: number | null): Notice[] {
  const clock = new Intl.DateTimeFormat('en', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Europe/Berlin',
  }).format(start);
  const notices: Notice[] = [
    {
      id: 'no-1',
      incidentId: INCIDENT,
      phase: 'investigating',
      severity: 'critical',
      title: {
        en: 'Trouble with Unlock, Drive, and Lock and end in Berlin',
        de: 'Störung bei Öffnen, Fahren und Abschließen in Berlin',
      },
      body: {
        en: `Since ${clock} some cars in Berlin cannot be reached. We are working on it. If you are in a trip, you can end it at no extra cost: minutes during this interruption are not charged.`,
        de: `Seit ${clock} sind einige Autos in Berlin nicht erreichbar. Wir arbeiten daran. Wer unterwegs ist, kann die Fahrt ohne Mehrkosten beenden: Minuten während der Störung werden nicht berechnet.`,
      },
      agentWord: {
        en: `Some cars in Berlin cannot be reached since ${clock}. Ask whether the member is in a trip. Minutes are not charged. No need to press again: repeated tries slow it down.`,
        de: `Einige Autos in Berlin sind seit ${clock} nicht erreichbar. Frage, ob das Mitglied unterwegs ist. Minuten werden nicht berechnet. Nicht wiederholt drücken: das verlangsamt es.`,
      },
      functions: ['unlock', 'drive', 'end'],
      cities: ['berlin'],
      publishedAt: start + 2.9 * MINUTE,
      publishedBy: 'chain member-facing',
    },
  ];
  if (resolvedAt !== null) {
    notices.push({
      ...notices[0]!,
      id: 'no-2',
      phase: 'resolved',
      severity: 'minor',
      title: {
        en: 'Solved: Unlock, Drive, and Lock and end in Berlin',
        de: 'Behoben: Öffnen, Fahren und Abschließen in Berlin',
      },
      body: {
        en: `The interruption that began at ${clock} is over. Minutes during it are credited without your asking.`,
        de: `Die Störung seit ${clock} ist behoben. Minuten während der Störung werden ohne Nachfrage gutgeschrieben.`,
      },
      agentWord: {
        en: 'It is solved. Minutes during the interruption are credited by themselves.',
        de: 'Es ist behoben. Minuten während der Störung werden von selbst gutgeschrieben.',
      },
      publishedAt: resolvedAt,
    });
  }
  return notices.filter((each) => each.publishedAt <= now).toReversed();
}

export function contactsOf(start: number, now: number): Detail['partnerContacts'] {
  const at = start + 8 * MINUTE;
  if (at > now) return [];
  return [
    {
      id: 'pc-1',
      partner: 'carrier-north',
      partnerTitle: 'Carrier North',
      address: 'noc@carrier-north.example',
      subject: '[Kiez Mobil #142] Vehicles over Carrier North silent in Berlin',
      body: 'For some minutes about 1,150 SIM cards of ours in Berlin have sent nothing. Your alarm NOC-48213 names BER-02.\nEvidence: heartbeats per minute fell from 640 to 13.\nPlease confirm and tell us when you expect it back.',
      state: 'handed-over',
      createdAt: at,
      handedOverAt: at + 2_100,
      lastError: null,
    },
  ];
}

export function runsOf(name: SceneName, start: number, now: number): Detail['playbookRuns'] {
  const at = start + 10 * MINUTE;
  if (at > now) return [];
  return [
    {
      id: 'pr-1',
      playbook: 'switch-carrier',
      title: 'Route vehicles over Carrier South',
      startedBy: 'chain member-facing',
      startedAt: at,
      state: name === 'fresh' || name === 'accepted' ? 'verifying' : 'recovered',
      results: [
        { at: at + 300, step: 'guard', ok: true, detail: 'Carrier South must be healthy: 438 is above 100' },
        { at: at + 1_200, step: 'switch the route', ok: true, detail: 'POST /route answered 204 in 92 ms' },
        { at: at + 9 * MINUTE, step: 'verify', ok: true, detail: 'Heartbeats 612, above 300 for 1 min in every city' },
      ],
      finishedAt: at + 10 * MINUTE,
    },
  ];
}

export function timelineOf(name: SceneName, start: number, now: number): Entry[] {
  const entries: Entry[] = [];
  const add = (
    minutes: number,
    actor: [Entry['actorKind'], string],
    kind: string,
    fact: string,
    summary: string,
    more: Partial<Entry> = {},
  ) => {
    const id = `jo-${entries.length + 1}`;
    entries.push({
      id,
      at: start + minutes * MINUTE,
      actorKind: actor[0],
      actorName: actor[1],
      fact,
      subject: { kind, id: INCIDENT },
      summary,
      reason: null,
      causeId: null,
      data: {},
      corrected: null,
      ...more,
    });
  };
  add(
    2,
    ['rule', 'vehicle-heartbeats'],
    'alert',
    'alert.fired',
    'Vehicle heartbeats over carrier north in Berlin are 98 % below the expected level',
    { reason: 'below the band for 2 min' },
  );
  add(2.02, ['system', 'Correlation'], 'incident', 'incident.opened', 'Incident #142 opened with one alert', {
    reason: 'no open incident within two steps',
  });
  add(2.03, ['system', 'Chain member-facing'], 'ticket', 'ticket.opened', 'Ticket #317 opened');
  add(
    2.05,
    ['system', 'Chain member-facing'],
    'page',
    'page.handed-over',
    'Amira Haddad paged by email, webhook and log',
    { reason: 'focal person of the duty plan' },
  );
  add(
    2.4,
    ['rule', 'vehicle-heartbeats-low'],
    'alert',
    'alert.joined',
    'Only 13 vehicle heartbeats per minute over carrier north in berlin',
    { reason: 'same place as the first alert' },
  );
  add(2.8, ['partner', 'Carrier North'], 'alert', 'alert.joined', 'Radio core node BER-02 unreachable (NOC-48213)', {
    reason: 'the partner of the probable cause',
  });
  add(
    2.9,
    ['system', 'Chain member-facing'],
    'notice',
    'notice.published',
    'Members told: Trouble with Unlock, Drive, and Lock and end in Berlin',
  );
  add(3.4, ['person', 'Amira Haddad'], 'incident', 'incident.accepted', 'Accepted; escalation to the deputy left out');
  add(
    3.6,
    ['person', 'Sofia Brandt'],
    'observation',
    'observation.recorded',
    'Third caller in ten minutes: unlock spins for a minute and fails.',
  );
  add(4, ['rule', 'UnlockFailures'], 'alert', 'alert.joined', '41.3% of unlock attempts fail in berlin', {
    reason: 'one step from Carrier North',
  });
  add(5.1, ['person', 'Amira Haddad'], 'incident', 'incident.updated', 'Phase from investigating to identified', {
    corrected: {
      by: 'Amira Haddad',
      at: start + 5.8 * MINUTE,
      reason: 'Typed too fast',
      before: 'Phase from investigating to monitoring',
    },
  });
  add(
    6,
    ['rule', 'bookings'],
    'alert',
    'alert.joined',
    'Bookings in Berlin are 57 % below the expected level for this hour',
    { reason: 'needs the telematics gateway' },
  );
  add(
    8.05,
    ['system', 'Chain member-facing'],
    'partner-contact',
    'partner.contacted',
    'Carrier North contacted with evidence at noc@carrier-north.example',
  );
  add(
    8.6,
    ['person', 'Amira Haddad'],
    'incident',
    'incident.noted',
    'Spoke to the NOC of Carrier North: power failure at BER-02, technician on the way, no time yet.',
  );
  add(
    10,
    ['system', 'Chain member-facing'],
    'playbook-run',
    'playbook.started',
    'Playbook “Route vehicles over Carrier South” started',
    { reason: 'guard holds: 438 is above 100' },
  );
  add(
    20,
    ['system', 'Playbook'],
    'playbook-run',
    'playbook.recovered',
    'Recovery proved: 612 heartbeats per minute, above 300 for 1 min',
  );
  add(22, ['rule', 'vehicle-heartbeats'], 'alert', 'alert.resolved', 'All alerts of the incident are resolved');
  add(23.5, ['person', 'Amira Haddad'], 'incident', 'incident.updated', 'Phase from identified to monitoring');
  add(47, ['system', 'Settling'], 'incident', 'incident.resolved', 'Resolved: all alerts over for 5 min', {
    reason: 'settle time passed',
  });
  return entries.filter((each) => each.at <= now && (name !== 'fresh' || each.fact !== 'incident.accepted'));
}

/** What happened in the earlier incident whose retro is shown. */
export function pastTimeline(start: number): Entry[] {
  const rows: [number, Entry['actorKind'], string, string, string, string][] = [
    [
      3,
      'person',
      'Tim Okafor',
      'observation',
      'observation.recorded',
      'Unlock refused with “not allowed” in Kreuzberg, two callers.',
    ],
    [11, 'rule', 'UnlockFailures', 'alert', 'alert.fired', '20.6% of unlock attempts fail in berlin'],
    [11.2, 'system', 'Correlation', 'incident', 'incident.opened', 'Incident #138 opened with one alert'],
    [11.5, 'system', 'Chain member-facing', 'page', 'page.handed-over', 'Marek Nowak paged by email and log'],
    [
      12.2,
      'system',
      'Chain member-facing',
      'notice',
      'notice.published',
      'Members told: Trouble with Unlock, and Lock and end',
    ],
    [14, 'person', 'Marek Nowak', 'incident', 'incident.accepted', 'Accepted'],
    [
      31,
      'person',
      'Marek Nowak',
      'incident',
      'incident.noted',
      'Rolling back release 2026.46.2; the previous image has to be built again.',
    ],
    [74, 'rule', 'UnlockFailures', 'alert', 'alert.resolved', 'Unlocks succeed again in both cities'],
    [88, 'system', 'Settling', 'incident', 'incident.resolved', 'Resolved: all alerts over for 5 min'],
  ];
  return rows.map(([minutes, actorKind, actorName, kind, fact, summary], index) => ({
    id: `past-${index}`,
    at: start + minutes * MINUTE,
    actorKind,
    actorName,
    fact,
    subject: { kind, id: 'inc-138' },
    summary,
    reason: null,
    causeId: null,
    data: {},
    corrected: null,
  }));
}
