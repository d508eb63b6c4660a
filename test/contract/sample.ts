/** One of each noun, with every field set to something that would show when it got lost. */
import type { Account, Session, Token } from '../../src/access/account.ts';
import type {
  ChainRun,
  Delivery,
  DutyOverride,
  MemberNotice,
  Page,
  PartnerContact,
  PlaybookRun,
  PushDevice,
} from '../../src/action/nouns.ts';
import type { Alert, Maintenance, MaintenancePlan, Silence } from '../../src/alert/alert.ts';
import { systemActor } from '../../src/core/actor.ts';
import type { NewEntry } from '../../src/core/journal.ts';
import type { Improvement } from '../../src/improvement/improvement.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { Retro } from '../../src/retro/retro.ts';
import type { Heartbeat, Observation, Signal } from '../../src/signal/signal.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { START } from './place.ts';

const WORDS = 'Öffnen hängt in "Kreuzberg" \\ 🚲';

export function entry(change: Partial<NewEntry> = {}): NewEntry {
  return {
    actor: systemActor('test'),
    fact: 'alert.fired',
    subject: { kind: 'alert', id: 'alt_1' },
    summary: WORDS,
    ...change,
  };
}

export function signal(id: string, change: Partial<Signal> = {}): Signal {
  return {
    id,
    source: 'alertmanager',
    receivedAt: START,
    idempotencyKey: null,
    events: [
      {
        fingerprint: 'f',
        source: 's',
        labels: { alertname: 'A' },
        annotations: {},
        status: 'firing',
        startsAt: START,
        endsAt: null,
        generatorUrl: null,
        value: 1.5,
      },
    ],
    body: { nested: [1, null, 'nul \u0000 inside', { deep: true }] },
    ...change,
  };
}

export function heartbeat(id: string): Heartbeat {
  return {
    id,
    title: WORDS,
    every: 60_000,
    cron: '30 2 * * *',
    zone: 'Europe/Berlin',
    grace: 5000,
    runtime: 7000,
    labels: { a: 'b' },
    state: 'waiting',
    watchedSince: START - 9,
    lastSeenAt: null,
    startedAt: null,
    lastRuntime: 1200,
    lastExit: 3,
  };
}

export function observation(id: string, change: Partial<Observation> = {}): Observation {
  return {
    id,
    at: START,
    agent: 'ada',
    text: WORDS,
    functionName: 'unlock',
    city: 'berlin',
    inTrip: true,
    incidentId: null,
    ...change,
  };
}

export function alert(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    fingerprint: `print-${id}`,
    source: 'rule:unlock',
    name: 'UnlockSlow',
    labels: { alertname: 'UnlockSlow', city: 'berlin' },
    annotations: { summary: WORDS },
    severity: 'page',
    state: 'firing',
    startsAt: START,
    firedAt: START + 1,
    resolvedAt: null,
    expiresAt: START + 60_000,
    lastSeenAt: START + 2,
    value: 0.1 + 0.2,
    generatorUrl: 'https://example.org/g',
    count: 3,
    incidentId: null,
    silencedBy: null,
    maintenanceBy: null,
    flappingSince: START + 7,
    flippedAt: START + 8,
    calmAt: START + 9,
    inhibitedBy: null,
    heldBy: null,
    causeId: 'sig_1',
    ...change,
  };
}

export function silence(id: string, change: Partial<Silence> = {}): Silence {
  return {
    id,
    matchers: [{ name: 'city', value: 'ber.*', isRegex: true, isEqual: true }],
    startsAt: START,
    endsAt: START + 60_000,
    createdBy: 'ada',
    comment: WORDS,
    authorId: 'ada',
    annotations: { ticket: 'OPS-1' },
    updatedAt: START,
    ...change,
  };
}

export function maintenance(id: string, change: Partial<Maintenance> = {}): Maintenance {
  return {
    id,
    title: WORDS,
    matchers: [],
    startsAt: START,
    endsAt: START + 60_000,
    createdBy: 'ada',
    announced: true,
    places: { components: ['vehicles'], functions: ['unlock'] },
    anyOf: [[{ name: 'service', value: 'vehicles', isRegex: false, isEqual: true }]],
    notice: 3_600_000,
    tell: ['ada', 'carrier'],
    planId: null,
    ...change,
  };
}

export function plan(id: string, change: Partial<MaintenancePlan> = {}): MaintenancePlan {
  const { startsAt: _, endsAt: __, planId: ___, ...terms } = maintenance(id);
  return {
    ...terms,
    rule: 'FREQ=WEEKLY;BYDAY=SU',
    starts: '2026-03-01T02:00',
    zone: 'Europe/Berlin',
    duration: 7_200_000,
    createdAt: START,
    updatedAt: START + 1,
    madeUntil: START + 2,
    endedAt: null,
    ...change,
  };
}

export function incident(id: string, number: number, change: Partial<Incident> = {}): Incident {
  return {
    id,
    number,
    title: WORDS,
    summary: 'summary',
    severity: 'critical',
    state: 'open',
    phase: 'investigating',
    startedAt: START - 5,
    openedAt: START,
    acceptedAt: null,
    acceptedBy: null,
    resolvedAt: null,
    components: ['lock', 'sms'],
    functions: ['unlock'],
    cities: ['berlin'],
    cause: { component: 'sms', kind: 'partner', reasons: ['it came first'] },
    mergedInto: null,
    pinned: ['title'],
    version: 1,
    ...change,
  };
}

export function override(id: string, change: Partial<DutyOverride> = {}): DutyOverride {
  return {
    id,
    person: 'ada',
    startsAt: START,
    endsAt: START + 60_000,
    reason: WORDS,
    createdBy: 'bob',
    cancelledAt: null,
    ...change,
  };
}

export function chain(id: string, incidentId: string): ChainRun {
  return {
    id,
    incidentId,
    chain: 'night',
    snapshot: {
      steps: [{ after: 0, onlyUnaccepted: true, do: 'page', target: 'duty', by: ['email', 'log'] }],
      repeatEvery: null,
      maxRounds: 3,
      severity: 'critical',
      people: [
        {
          id: 'ada',
          name: 'Ada',
          email: 'ada@example.org',
          webhook: null,
          phone: null,
          ntfy: null,
          slack: null,
          mattermost: null,
          teams: null,
          telegram: null,
          account: null,
          rules: [{ severity: ['critical'], by: ['sms'], then: [{ after: 60_000, by: ['voice'] }] }],
          quiet: { from: '22:00', to: '07:00', zone: null, except: ['critical'] },
        },
      ],
      fallback: 'ada',
      templates: [],
    },
    state: 'running',
    startedAt: START,
    nextStep: 0,
    round: 1,
    nextActionAt: START + 10,
    waited: 60_000,
    paged: 2,
  };
}

export function delivery(id: string, pageId: string, incidentId: string): Delivery {
  return {
    id,
    pageId,
    incidentId,
    vendor: 'north',
    reference: 'ref-1',
    state: 'taken',
    said: WORDS,
    takenAt: START,
    receiptDue: START + 15_000,
    receiptAt: null,
    receipt: null,
  };
}

export function device(id: string, account: string): PushDevice {
  const endpoint = 'https://push.example/1';
  return { id, account, name: WORDS, endpoint, p256dh: 'p', auth: 'a', createdAt: START, lastUsedAt: null };
}

export function page(id: string, key: string, incidentId: string): Page {
  return {
    id,
    key,
    incidentId,
    chainRunId: null,
    person: 'ada',
    channel: 'email',
    address: 'ada@example.org',
    reason: WORDS,
    state: 'due',
    createdAt: START,
    handedOverAt: null,
    attempts: 0,
    lastError: null,
    receipt: null,
    acceptHash: `hash-${id}`,
    acceptedAt: null,
    purpose: 'hand-over',
    about: 'ho_1',
    replyHash: `reply-${id}`,
    replyUsedAt: START + 4,
  };
}

export function notice(id: string, incidentId: string, publishedAt: number): MemberNotice {
  return {
    id,
    incidentId,
    phase: 'identified',
    severity: 'major',
    title: { en: 'Unlocking', de: 'Öffnen' },
    body: { en: 'slow' },
    agentWord: { en: 'say' },
    functions: ['unlock'],
    cities: [],
    publishedAt,
    publishedBy: 'rule',
  };
}

export function contact(id: string, key: string, incidentId: string): PartnerContact {
  return {
    id,
    key,
    incidentId,
    partner: 'telco',
    address: 'noc@example.org',
    subject: WORDS,
    body: 'body',
    state: 'due',
    createdAt: START,
    handedOverAt: null,
    attempts: 0,
    lastError: null,
  };
}

export function playbookRun(id: string, incidentId: string): PlaybookRun {
  return {
    id,
    incidentId,
    playbook: 'switch-sms',
    startedBy: 'ada',
    startedAt: START,
    state: 'acting',
    step: 1,
    results: [{ at: START, step: 'guard', ok: true, detail: WORDS }],
    finishedAt: null,
    deadline: START + 9,
  };
}

export function ticket(id: string, number: number, change: Partial<Ticket> = {}): Ticket {
  return {
    id,
    number,
    title: WORDS,
    body: '',
    kind: 'technology',
    priority: 2,
    state: 'open',
    owner: null,
    incidentId: null,
    functionName: 'unlock',
    city: null,
    openedBy: 'rule',
    openedAt: START,
    updatedAt: START,
    closedAt: null,
    dueAt: START + 1,
    version: 1,
    ...change,
  };
}

export function retro(id: string, incidentId: string): Retro {
  return {
    id,
    incidentId,
    title: WORDS,
    state: 'draft',
    facts: {
      startedAt: START,
      firstAlertAt: null,
      openedAt: START,
      firstPageAt: START + 1,
      acceptedAt: null,
      firstMemberNoticeAt: null,
      partnerContactedAt: null,
      partnerNoticeAt: null,
      recoveredAt: null,
      resolvedAt: null,
      alerts: 2,
      pages: 1,
      observations: 0,
      escalations: 0,
    },
    summary: '',
    rootCause: 'r',
    wentWell: 'w',
    wentBadly: 'b',
    createdAt: START,
    updatedAt: START,
    version: 1,
  };
}

export function improvement(id: string, number: number): Improvement {
  return {
    id,
    number,
    title: WORDS,
    body: 'b',
    state: 'proposed',
    retroId: null,
    incidentId: null,
    owner: 'ada',
    dueAt: null,
    change: { kind: 'rule', rule: 'UnlockSlow', before: 'a: 1\n', after: 'a: 2\n' },
    proof: null,
    createdBy: 'ada',
    createdAt: START,
    updatedAt: START,
    version: 1,
  };
}

export function account(id: string, name: string): Account {
  return {
    id,
    name,
    displayName: WORDS,
    passwordHash: '$argon2id$',
    role: 'duty',
    createdAt: START,
    disabledAt: null,
  };
}

export function session(id: string, accountId: string): Session {
  return {
    id,
    accountId,
    secretHash: `hash-${id}`,
    createdAt: START,
    expiresAt: START + 10,
    lastSeenAt: START,
  };
}

export function token(id: string): Token {
  return {
    id,
    name: 'ci',
    role: 'agent',
    scopes: ['signal.send'],
    secretHash: `hash-${id}`,
    createdBy: 'ada',
    createdAt: START,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  };
}
