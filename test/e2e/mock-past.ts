/** The weeks before: earlier incidents, the retro of one, what was proposed, and the tickets. */
import type { Improvement, Incident, Retro, Ticket } from './mock-scene.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function pastIncidents(now: number): Incident[] {
  const made = (
    number: number,
    days: number,
    minutes: number,
    title: string,
    severity: Incident['severity'],
    functions: string[],
    cities: string[],
    cause: Incident['cause'],
    by: string,
  ): Incident => {
    const startedAt = now - days * DAY;
    return {
      id: `inc-${number}`,
      number,
      title,
      summary: '',
      severity,
      state: 'resolved',
      phase: 'resolved',
      startedAt,
      openedAt: startedAt + 3 * MINUTE,
      acceptedAt: startedAt + 5 * MINUTE,
      acceptedBy: by,
      resolvedAt: startedAt + minutes * MINUTE,
      components: [],
      functions,
      cities,
      cause,
      mergedInto: null,
      version: 9,
    };
  };
  return [
    made(
      141,
      2.3,
      34,
      'Card payments declined by the payment vendor',
      'major',
      ['pay'],
      ['berlin', 'lisbon'],
      {
        component: 'payment-vendor',
        kind: 'partner',
        reasons: ['The vendor declined 61 % of payments; none failed before reaching it'],
      },
      'Jonas Weber',
    ),
    made(
      139,
      8.6,
      12,
      'Map tiles slow in Lisbon',
      'minor',
      ['find'],
      ['lisbon'],
      { component: 'map-vendor', kind: 'partner', reasons: ['Only requests to the map vendor are slow'] },
      'Jonas Weber',
    ),
    made(
      138,
      16.2,
      88,
      'Telematics gateway refuses unlocks after a release',
      'critical',
      ['unlock', 'end'],
      ['berlin', 'lisbon'],
      { component: 'telematics-gateway', kind: 'change', reasons: ['Release 2026.46.2 went out four minutes before'] },
      'Marek Nowak',
    ),
    made(
      136,
      37.5,
      21,
      'Log-in codes late',
      'major',
      ['register'],
      ['berlin'],
      { component: 'identity-provider', kind: 'partner', reasons: ['Codes leave on time and arrive 90 s later'] },
      'Lena Costa',
    ),
  ];
}

export function pastRetro(now: number): Retro {
  const start = now - 16.2 * DAY;
  const after = (minutes: number) => start + minutes * MINUTE;
  return {
    id: 're-1',
    incidentId: 'inc-138',
    incidentNumber: 138,
    title: 'Telematics gateway refuses unlocks after a release',
    state: 'held',
    facts: {
      startedAt: start,
      firstAlertAt: after(11),
      openedAt: after(11.2),
      firstPageAt: after(11.5),
      acceptedAt: after(14),
      firstMemberNoticeAt: after(12.2),
      partnerContactedAt: null,
      partnerNoticeAt: null,
      recoveredAt: after(74),
      resolvedAt: after(88),
      alerts: 7,
      pages: 4,
      observations: 9,
      escalations: 1,
      losses: [{ functionName: 'unlock', indicator: 'unlocks', unit: 'unlocks', amount: 1184.4, expected: 3590 }],
    },
    summary:
      'A release of the telematics gateway refused every unlock that carried the old token format. For 63 minutes about a third of unlocks failed in both cities; 214 members were in a trip and 19 could not end it from the app.',
    rootCause:
      'The new token check treats a missing claim as a refusal. Cars with firmware before 7.2 never send the claim. The staging fleet has only 7.4.',
    wentWell: 'The words to members were out 40 seconds after the page. Minutes were credited without anybody asking.',
    wentBadly:
      'The call centre knew eight minutes before the first alert: the rule waits for a fifth of all unlocks to fail over five minutes. Rolling back took half an hour because the previous image was gone.',
    createdAt: start + 2 * HOUR,
    updatedAt: now - 14 * DAY,
    version: 6,
  };
}

const BEFORE = `alert: UnlockFailures
expr: sum by (city) (rate(kiez_unlock_failures_total[5m])) / sum by (city) (rate(kiez_unlock_attempts_total[5m])) > 0.2
for: 2m
labels: { severity: critical, service: telematics }
annotations:
  summary: "{{ $value | humanizePercentage }} of unlock attempts fail in {{ $labels.city }}"
`;

export function proposals(now: number): Improvement[] {
  const base = {
    retroId: 're-1',
    incidentId: 'inc-138',
    createdBy: 'Marek Nowak',
    createdAt: now - 15 * DAY,
    updatedAt: now - 14 * DAY,
    version: 3,
  };
  return [
    {
      ...base,
      id: 'im-1',
      number: 23,
      title: 'Notice failing unlocks before the call centre does',
      body: 'The rule waits for a fifth of all unlocks to fail over five minutes. In incident #138 the share rose slowly, so it fired eleven minutes in. A tenth over two minutes would have fired after three.',
      state: 'proved',
      owner: 'Marek Nowak',
      dueAt: now + 3 * DAY,
      change: {
        kind: 'rule',
        rule: 'UnlockFailures',
        before: BEFORE,
        after: BEFORE.replaceAll('[5m]', '[2m]').replace('> 0.2', '> 0.1').replace('for: 2m', 'for: 1m'),
      },
      proof: {
        at: now - 14 * DAY,
        incidentId: 'inc-138',
        firedBefore: now - 16.2 * DAY + 11 * MINUTE,
        firedAfter: now - 16.2 * DAY + 3 * MINUTE,
        earlierBy: 8 * MINUTE,
        historyFrom: now - 44 * DAY,
        historyTo: now - 16 * DAY,
        alertsBefore: 3,
        alertsAfter: 4,
        extraAlerts: 1,
        verdict: 'Fires 8 min earlier in the incident, at the price of one more alert in four weeks.',
      },
    },
    {
      ...base,
      id: 'im-2',
      number: 24,
      title: 'Keep the previous image of the gateway for a week',
      body: 'Rolling back took 31 minutes because the image had to be built again.',
      state: 'proposed',
      owner: 'Jonas Weber',
      dueAt: now - 1 * DAY,
      change: null,
      proof: null,
    },
    {
      ...base,
      id: 'im-3',
      number: 19,
      title: 'Contact the identity vendor after six minutes, not twenty',
      body: '',
      state: 'adopted',
      retroId: null,
      owner: 'Lena Costa',
      dueAt: null,
      change: null,
      proof: null,
    },
  ];
}

export function someTickets(now: number): Ticket[] {
  const made = (
    number: number,
    title: string,
    kind: Ticket['kind'],
    priority: number,
    state: Ticket['state'],
    owner: string | null,
    more: Partial<Ticket> = {},
  ): Ticket => ({
    id: `ti-${number}`,
    number,
    title,
    body: '',
    kind,
    priority,
    state,
    owner,
    incidentId: null,
    functionName: null,
    city: null,
    openedBy: 'Chain member-facing',
    openedAt: now - 3 * DAY,
    updatedAt: now - 5 * HOUR,
    closedAt: null,
    dueAt: null,
    version: 1,
    ...more,
  });
  return [
    made(317, 'Vehicles over Carrier North silent in Berlin', 'incident', 1, 'open', null, {
      body: 'Opened by the chain. Eliminate the cause and write down what is different afterwards.\n\nCarrier North is the only route of 1,150 vehicles in Berlin until they fall back to the second SIM card.',
      incidentId: '01JQ7M4W8V2C6N9T3XK5R0BDHA',
      functionName: 'unlock',
      city: 'berlin',
    }),
    made(311, 'Second payment vendor for card payments', 'technology', 2, 'in-progress', 'Jonas Weber', {
      dueAt: now - 2 * DAY,
      openedBy: 'Jonas Weber',
    }),
    made(314, 'Members at Ostkreuz ask for a place to end trips', 'observation', 3, 'open', 'Lena Costa', {
      openedBy: 'Sofia Brandt',
      city: 'berlin',
      functionName: 'end',
    }),
    made(305, 'Firmware 7.2 for the oldest 240 cars', 'technology', 2, 'waiting', 'Marek Nowak', {
      dueAt: now + 9 * DAY,
    }),
    made(298, 'Say in the app when a log-in code is late', 'request', 4, 'open', null, {
      openedBy: 'Tim Okafor',
      updatedAt: now - 6 * DAY,
    }),
  ];
}
