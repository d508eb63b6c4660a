/** The ports of the exchange with partners: what is written is what is read, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AlarmRecord, LedgerRow, PartnerHub, PartnerLink, PartnerTicket } from '../../src/partner/nouns.ts';
import { onEachDatabase, START, type Fresh } from './place.ts';

const WORDS = 'Zelle "4711" \\ gestört 🚲';

function alarm(number: number, change: Partial<AlarmRecord> = {}): AlarmRecord {
  return {
    id: `pal_${number}`,
    number,
    partner: 'north',
    origin: 'partner',
    key: `oss/${number}`,
    remoteId: `r${number}`,
    alarm: { specificProblem: WORDS, place: [{ name: 'Berlin' }], serviceAffecting: true },
    state: 'raised',
    ackState: 'unacknowledged',
    raisedAt: START,
    changedAt: START + 1,
    clearedAt: null,
    seenAt: START + 2,
    ...change,
  };
}

function ticket(id: string, change: Partial<PartnerTicket> = {}): PartnerTicket {
  return {
    id,
    key: `key-${id}`,
    partner: 'north',
    incidentId: 'inc_1',
    state: 'open',
    remoteId: `tt-${id}`,
    remoteStatus: 'inProgress',
    severity: 'Critical',
    title: WORDS,
    body: WORDS,
    notes: [{ key: 'n1', at: START, author: 'noc', text: WORDS, origin: 'partner' }],
    createdAt: START,
    openedAt: START + 1,
    acknowledgedAt: START + 2,
    promisedAt: START + 3,
    resolvedAt: null,
    updatedAt: START + 4,
    attempts: 2,
    lastError: 'HTTP 503',
    ...change,
  };
}

function ledger(id: string, change: Partial<LedgerRow> = {}): LedgerRow {
  return {
    id,
    partner: 'north',
    incidentId: 'inc_1',
    incidentNumber: 7,
    title: WORDS,
    startedAt: START,
    detectedAt: START + 1,
    noticedAt: START + 2,
    noticeBy: 'tmf642',
    contactedAt: START + 3,
    acknowledgedAt: null,
    promisedAt: START + 5,
    promiseBy: 'contract',
    resolvedAt: null,
    attributions: [
      {
        dimension: 'carrier',
        value: 'north',
        silentWith: 8,
        silent: 9,
        totalWith: 50,
        total: 100,
        p: 1e-9,
        at: START,
        words: WORDS,
      },
    ],
    ...change,
  };
}

onEachDatabase('partners', (place) => {
  let fresh: Fresh;
  before(async () => {
    fresh = await place.fresh();
  });
  after(() => fresh.remove());

  test('alarms: one of a key is open, the newest is found, lists page by offset', async () => {
    await fresh.store.transact(async ({ partners }) => {
      assert.deepEqual([await partners.nextAlarmNumber(), await partners.nextAlarmNumber()], [1, 2]);
      const first = alarm(11);
      await partners.insertAlarm(first);
      assert.deepEqual(await partners.alarmByNumber(11), first);
      const cleared = { state: 'cleared', clearedAt: START + 9, ackState: 'acknowledged', seenAt: START + 9 } as const;
      await partners.updateAlarm('pal_11', cleared);
      await partners.insertAlarm(alarm(12, { key: 'oss/11', remoteId: 'r11' }));
      await partners.insertAlarm(alarm(13, { origin: 'own' }));
      await partners.insertAlarm(alarm(14, { partner: 'south' }));
      assert.equal((await partners.alarmByKey('north', 'partner', 'oss/11'))?.number, 12);
      assert.equal((await partners.alarmByRemote('north', 'r11'))?.number, 12);
      assert.equal(await partners.alarmByKey('south', 'partner', 'oss/11'), null);
      const numbers = (rows: readonly AlarmRecord[]) => rows.map(({ number }) => number);
      assert.deepEqual(numbers(await partners.openAlarms({ partner: 'north' })), [13, 12]);
      assert.deepEqual(numbers(await partners.openAlarms({ partner: 'north', origin: 'own' })), [13]);
      const page = await partners.alarms({ partner: 'north', offset: 1, limit: 1 });
      assert.deepEqual([numbers(page.items), page.total], [[12], 3]);
      assert.equal((await partners.alarms({ partner: null, offset: 0, limit: 10 })).total, 4);
      assert.equal(await partners.tidy(START + 9), 0, 'what ended at the instant stays');
      assert.equal(await partners.tidy(START + 10), 1);
      assert.equal(await partners.alarmByNumber(11), null);
      await partners.deleteAlarm('pal_14');
      assert.equal(await partners.alarmByNumber(14), null);
    });
    const second = fresh.store.transact(({ partners }) => partners.insertAlarm(alarm(15, { key: 'oss/11' })));
    await assert.rejects(second, 'a second open row of a key');
  });

  test('tasks, hubs and links', async () => {
    await fresh.store.transact(async ({ partners }) => {
      const task = {
        id: 'pts_1',
        partner: 'north',
        kind: 'ackAlarms',
        body: { ackUserId: WORDS },
        createdAt: START,
      } as const;
      await partners.insertTask(task);
      await partners.insertTask({ ...task, id: 'pts_2', partner: 'south' });
      assert.deepEqual(await partners.task('ackAlarms', 'pts_1'), task);
      assert.equal(await partners.task('clearAlarms', 'pts_1'), null);
      const listed = await partners.tasks({ partner: 'north', kind: 'ackAlarms', offset: 0, limit: 5 });
      assert.deepEqual([listed.items, listed.total], [[task], 1]);
      const hub: PartnerHub = {
        id: 'hub_1',
        partner: 'north',
        callback: 'https://x.example',
        query: null,
        createdAt: START,
        failures: 0,
      };
      await partners.insertHub(hub);
      await partners.updateHub('hub_1', { failures: 3 });
      assert.deepEqual(await partners.hubsOf('north'), [{ ...hub, failures: 3 }]);
      assert.equal(await partners.deleteHub('hub_1'), true);
      assert.equal(await partners.deleteHub('hub_1'), false);
      const link: PartnerLink = {
        id: 'north:alarm',
        partner: 'north',
        protocol: 'alarm',
        hubId: 'h',
        callback: 'https://ops.example',
        state: 'up',
        lastOkAt: START,
        lastEventAt: null,
        lastError: null,
        failures: 0,
      };
      await partners.saveLink(link);
      await partners.saveLink({ ...link, state: 'down', failures: 3, lastError: WORDS });
      assert.deepEqual(await partners.links(), [{ ...link, state: 'down', failures: 3, lastError: WORDS }]);
      assert.equal(await partners.link('south:alarm'), null);
    });
  });

  test('tickets at partners, and the ledger', async () => {
    await fresh.store.transact(async ({ partners }) => {
      const first = ticket('pti_1');
      assert.equal(await partners.insertTicket(first), true);
      assert.equal(await partners.insertTicket({ ...first, id: 'pti_9' }), false, 'one ticket of a key');
      await partners.insertTicket(ticket('pti_2', { state: 'closed', incidentId: 'inc_2' }));
      await partners.updateTicket('pti_1', { state: 'resolved', resolvedAt: START + 8 });
      const changed = { ...first, state: 'resolved', resolvedAt: START + 8 };
      assert.deepEqual(await partners.ticket('pti_1'), changed);
      assert.deepEqual(await partners.ticketByRemote('north', 'tt-pti_1'), changed);
      assert.deepEqual(await partners.ticketsOf('inc_1'), [changed]);
      const closed = await partners.tickets({ states: ['closed'], partner: 'north', limit: 9 });
      assert.deepEqual(
        closed.map(({ id }) => id),
        ['pti_2'],
      );
      await partners.saveLedger(ledger('inc_1:north'));
      await partners.saveLedger(ledger('inc_1:north', { resolvedAt: START + 60 }));
      await partners.saveLedger(
        ledger('inc_2:south', { partner: 'south', incidentId: 'inc_2', startedAt: START + 100 }),
      );
      assert.deepEqual(await partners.ledgerOf('inc_1'), [ledger('inc_1:north', { resolvedAt: START + 60 })]);
      const ids = async (filter: { partner?: string; since: number; until: number }) =>
        (await partners.ledger({ ...filter, limit: 9 })).map(({ id }) => id);
      assert.deepEqual(await ids({ since: START, until: START + 101 }), ['inc_2:south', 'inc_1:north']);
      assert.deepEqual(await ids({ since: START, until: START + 100 }), ['inc_1:north']);
      assert.deepEqual(await ids({ partner: 'south', since: 0, until: START + 999 }), ['inc_2:south']);
      await partners.deleteLedger('inc_2:south');
      assert.equal(await partners.ledgerRow('inc_2:south'), null);
    });
  });
});
