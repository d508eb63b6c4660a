import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseEnded, type Handler, type WorkItem } from '../../src/core/work.ts';
import { sendFallback } from '../../src/action/page/fallback.ts';
import { sendBundle } from '../../src/action/page/send-bundle.ts';
import { sendCall } from '../../src/action/duty/call.ts';
import { tellAuthor } from '../../src/action/author/tell-author.ts';
import { answerAlarmWork } from '../../src/partner/alarm/answer.ts';
import { notifyWork } from '../../src/partner/alarm/notify.ts';
import { syncAlarmsWork } from '../../src/partner/alarm/sync.ts';
import { sendNoteWork, sendTicketWork } from '../../src/partner/ticket/send.ts';
import { syncTicketsWork } from '../../src/partner/ticket/sync.ts';
import { confirmSubscription } from '../../src/signal/verbs/take-sns.ts';

const NOW = Date.UTC(2026, 8, 15, 10);
const PERSON = { id: 'ada', name: 'Ada', email: 'ada@operator.example', webhook: null, phone: null, account: null };

/** What the world was asked, in words. */
let asked: string[] = [];

const partner = {
  name: 'north',
  title: 'North',
  alarms: { url: 'https://north.example/alarm', callback: 'base', subscribe: false, query: null },
  tickets: { url: 'https://north.example/ticket', version: '5', subscribe: false, ticket_type: 'incident', poll: 1 },
};
const setting = {
  name: 'Kiez',
  url: 'https://ops.example',
  people: [PERSON],
  duty: { fallback: 'ada', zone: 'Europe/Berlin' },
  partners: [partner],
};
const services = {
  setting: () => setting,
  channel: (name: string) => ({
    name,
    vendors: 1,
    send: () => {
      asked.push(name);
      return Promise.resolve({ said: 'taken', vendor: name, reference: null, receipt: false });
    },
  }),
  request: () => {
    asked.push('request');
    return Promise.resolve({ status: 200, body: '[]', headers: {} });
  },
  secrets: {
    derive: (text: string) => `secret-of-${text}`,
    hash: (text: string) => `${text}0000000000`,
    same: Object.is,
  },
};

const page = { id: 'pag_1', key: 'k', incidentId: 'inc_1', person: 'ada', channel: 'email', address: PERSON.email };
const call = { id: 'cal_1', key: 'k', kind: 'notice', person: 'ada', channel: 'email', address: PERSON.email };
const remote = { partner: 'north', remoteId: 'r1', state: 'raised', alarm: {}, number: 1 };
const ticket = {
  createdAt: NOW,
  title: 't',
  body: 'b',
  severity: 'major',
  id: 'ptk_1',
  key: 'k',
  partner: 'north',
  remoteId: 'r1',
  state: 'due',
  notes: [{ key: 'n', text: 'x', at: NOW, author: 'a' }],
};
/** What each handler finds in the database. */
const found = {
  actions: {
    bundledPages: () => [page],
    call: () => ({ ...call, state: 'due', attempts: 0, subject: 's', text: 't' }),
    pushDevices: () => [],
  },
  incidents: { byId: () => ({ id: 'inc_1', number: 1, state: 'open', severity: 'major', title: 'x' }) },
  journal: { byId: () => ({ id: 'jrn_1', fact: 'silence.ending', subject: { id: 'sil_1' }, data: {}, summary: 's' }) },
  alerts: { silence: () => ({ id: 'sil_1', createdBy: 'Ada', matchers: [], comment: '', startsAt: NOW, endsAt: NOW }) },
  partners: {
    hub: () => ({ id: 'hub_1', partner: 'north', callback: 'https://north.example/back', failures: 0 }),
    link: () => null,
    alarmByNumber: () => remote,
    ticket: () => ticket,
    tickets: () => [{ ...ticket, state: 'open' }],
  },
};
const deps = {
  clock: { now: () => NOW },
  store: { read: (run: (tx: unknown) => Promise<unknown>) => run(found) },
} as never;
const given = services as never;

const HANDLERS: Readonly<Record<string, Handler<never>>> = {
  'the fallback': sendFallback(deps, given),
  'several incidents in one message': sendBundle(deps, given),
  'a call about the duty': sendCall(deps, given),
  'the author of a silence': tellAuthor(deps, given),
  "a subscriber of a partner's alarms": notifyWork(deps, given),
  "the look at a partner's alarms": syncAlarmsWork(deps, given),
  "the answer to a partner's alarm": answerAlarmWork(deps, given),
  'a ticket at a partner': sendTicketWork(deps, given),
  "a note on a partner's ticket": sendNoteWork(deps, given),
  "the look at a partner's tickets": syncTicketsWork(deps, given),
  'a subscription of SNS': confirmSubscription(deps, () => {
    asked.push('request');
    return Promise.resolve({ status: 200, headers: {}, body: '' }) as never;
  }),
};

function itemOf(kind: string, leaseEndsAt: number): WorkItem {
  const payload = {
    subject: 's',
    text: 't',
    person: 'ada',
    channel: 'email',
    callId: 'cal_1',
    entryId: 'jrn_1',
    hubId: 'hub_1',
    event: { eventType: 'AlarmCreateEvent' },
    partner: 'north',
    number: 1,
    task: 'ackAlarms',
    at: NOW,
    ticketId: 'ptk_1',
    note: 'n',
    source: 'sns',
    url: 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
    topic: 't',
  };
  const numbers = { dueAt: NOW, priority: 0, attempt: 1, fence: 1, leaseEndsAt };
  return { id: 'wrk_1', kind, key: 'k', payload, causeId: null, ...numbers };
}

for (const [what, handler] of Object.entries(HANDLERS)) {
  test(`a process that slept beyond its lease does not send ${what}; one that holds it does`, async () => {
    assert.ok('outside' in handler);
    asked = [];
    await assert.rejects(handler.outside(itemOf(handler.kind, NOW)), LeaseEnded);
    assert.deepEqual(asked, [], 'the world was not called');
    await handler.outside(itemOf(handler.kind, NOW + 1)).catch(() => undefined);
    assert.ok(asked.length > 0, 'with the lease it is called');
  });
}
