import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Alert } from '../../alert/alert.ts';
import type { Entry } from '../../core/journal.ts';
import type { Incident } from '../../incident/incident.ts';
import { Topology } from '../../incident/topology.ts';
import type { LedgerRow, PartnerTicket } from '../nouns.ts';
import { look } from './attribute.ts';
import { cell, ledgerCsv } from './csv.ts';
import { ledgerRow } from './ledger.ts';
import { isKept, leadOf, months } from './month.ts';
import { atLeast, findShared } from './significance.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 3, 11);
const TOPOLOGY = new Topology({
  cities: [{ name: 'berlin', title: 'Berlin', zone: 'Europe/Berlin' }],
  functions: [],
  components: [
    {
      name: 'carrier-north',
      title: 'Carrier North',
      kind: 'carrier',
      partner: 'carrier-north',
      match: { carrier: 'north' },
      needs: [],
    },
  ],
  redundancy: [],
});

describe('what the silent ones share', () => {
  it('is the upper tail of the hypergeometric distribution', () => {
    // 5 of 10 drawn, 5 marked: all five marked with probability 1/C(10,5).
    assert.ok(Math.abs(atLeast(5, 5, 5, 10) - 1 / 252) < 1e-12);
    assert.ok(Math.abs(atLeast(4, 5, 5, 10) - 26 / 252) < 1e-12);
    assert.equal(atLeast(0, 5, 5, 10), 1);
    const whole = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(whole, whole, whole, (all, a, b) => {
        const [drawn, marked] = [Math.min(a, all), Math.min(b, all)];
        let before = 1;
        for (let seen = 0; seen <= Math.min(drawn, marked); seen++) {
          const p = atLeast(seen, drawn, marked, all);
          assert.ok(p >= 0 && p <= before + 1e-9, 'it only falls');
          before = p;
        }
      }),
    );
  });

  it('is said when one carrier is silent, not when chance or everybody is', () => {
    const found = findShared([
      { value: 'north', silent: 410, total: 1000 },
      { value: 'south', silent: 90, total: 1000 },
    ]);
    assert.deepEqual([found?.value, found?.silentWith, found?.silent], ['north', 410, 500]);
    assert.ok(found!.p < 1e-9);
    const even = [
      { value: 'north', silent: 52, total: 1000 },
      { value: 'south', silent: 48, total: 1000 },
    ];
    assert.equal(findShared(even), null, 'chance');
    assert.equal(findShared(even.map((share) => ({ ...share, silent: share.total }))), null, 'everybody is silent');
    assert.equal(findShared([{ value: 'north', silent: 900, total: 1000 }]), null, 'there is nothing to compare with');
    assert.equal(
      findShared([
        { value: 'a', silent: 3, total: 3 },
        { value: 'b', silent: 0, total: 900 },
      ]),
      null,
      'too few to say',
    );
  });

  it('is put in words with the share, the size and the others', async () => {
    const counts: Record<string, Record<string, number>> = {
      'sum by (carrier) (silent)': { north: 410, south: 12 },
      'sum by (carrier) (total)': { north: 500, south: 500 },
      'sum by (city) (silent)': { berlin: 211, lisbon: 211 },
      'sum by (city) (total)': { berlin: 500, lisbon: 500 },
    };
    const measure = {
      values: (expr: string) =>
        Promise.resolve(
          Object.entries(counts[expr] ?? {}).map(([value, number]) => ({
            labels: { carrier: value, city: value },
            value: number,
          })),
        ),
    };
    const setting = { silent: 'silent', total: 'total', by: ['carrier', 'city'] };
    const found = await look({ measure }, setting, TOPOLOGY, START);
    assert.deepEqual(
      found.map(({ dimension, value }) => [dimension, value]),
      [['carrier', 'north']],
    );
    assert.equal(
      found[0]!.words,
      '97 % of the silent vehicles (410 of 422) share carrier Carrier North, which has 50 % of all; 82 % of its vehicles are silent; other values of carrier are healthy (2 % silent); by chance less than once in a million',
    );
  });
});

const incident = (change: Partial<Incident> = {}): Incident =>
  ({ id: 'inc_1', number: 7, title: 'Unlock disturbed', startedAt: START, resolvedAt: null, ...change }) as Incident;
const alert = (firedAt: number, source: string): Alert => ({ firedAt, startsAt: firedAt, source }) as Alert;
const ticket = (change: Partial<PartnerTicket>): PartnerTicket =>
  ({ partner: 'north', openedAt: null, acknowledgedAt: null, promisedAt: null, ...change }) as PartnerTicket;

describe('the ledger', () => {
  const input = {
    incident: incident(),
    partner: { name: 'north', promise: { resolve: 60 * MINUTE } },
    alerts: [
      { alert: alert(START + 2 * MINUTE, 'rule:x'), partner: null },
      { alert: alert(START + 5 * MINUTE, 'rule:y'), partner: null },
      { alert: alert(START + 9 * MINUTE, 'tmf642:north'), partner: 'north' },
      { alert: alert(START + 1 * MINUTE, 'tmf642:south'), partner: 'south' },
    ],
    contacts: [],
    tickets: [],
    entries: [],
  };

  it('sets our first sign beside their first notice', () => {
    const row = ledgerRow(input);
    assert.deepEqual([row.detectedAt, row.noticedAt, row.noticeBy], [START + 2 * MINUTE, START + 9 * MINUTE, 'tmf642']);
    assert.equal(leadOf(row), 7 * MINUTE);
    assert.deepEqual([row.promisedAt, row.promiseBy], [START + 60 * MINUTE, 'contract']);
    assert.equal(leadOf(ledgerRow({ ...input, alerts: input.alerts.slice(2) })), null, 'seen by them alone');
  });

  it("takes the partner's own word before the contract, and knows when it was broken", () => {
    const tickets = [
      ticket({ openedAt: START + 10 * MINUTE, acknowledgedAt: START + 12 * MINUTE, promisedAt: START + 30 * MINUTE }),
    ];
    const row = ledgerRow({ ...input, tickets });
    assert.deepEqual([row.promisedAt, row.promiseBy], [START + 30 * MINUTE, 'word']);
    assert.deepEqual([row.contactedAt, row.acknowledgedAt], [START + 10 * MINUTE, START + 12 * MINUTE]);
    assert.equal(isKept(row, START + 29 * MINUTE), null, 'not known yet');
    assert.equal(isKept(row, START + 31 * MINUTE), false);
    assert.equal(isKept({ ...row, resolvedAt: START + 30 * MINUTE }, START + 99 * MINUTE), true);
  });

  it('keeps the newest finding of each dimension', () => {
    const told = (dimension: string, value: string): Entry =>
      ({ fact: 'partner.attributed', data: { dimension, value, p: 1e-5 } }) as unknown as Entry;
    const { attributions } = ledgerRow({ ...input, entries: [told('carrier', 'south'), told('carrier', 'north')] });
    assert.deepEqual(
      attributions.map(({ value }) => value),
      ['north'],
    );
  });

  it('sums up months', () => {
    const row = ledgerRow(input);
    const over = { ...row, id: 'b', resolvedAt: START + 30 * MINUTE, noticedAt: null, noticeBy: null };
    const long = { ...row, id: 'c', resolvedAt: START + 90 * MINUTE };
    const [month, ...others] = months([row, over, long], START + 100 * MINUTE);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [month!.month, month!.interruptions, month!.resolved, month!.duration, month!.longest],
      ['2026-11', 3, 2, 120 * MINUTE, 90 * MINUTE],
    );
    assert.deepEqual([month!.medianLead, month!.untold, month!.kept, month!.broken], [7 * MINUTE, 1, 1, 2]);
  });

  it('as CSV runs nowhere as a formula, and keeps its cells', () => {
    const row: LedgerRow = { ...ledgerRow(input), title: '=HYPERLINK("http://x","y"), now' };
    const [head, line] = ledgerCsv([row], START).split('\r\n');
    assert.equal(head!.split(',').length, 16);
    assert.match(line!, /^north,7,"'=HYPERLINK\(""http:\/\/x"",""y""\), now",2026-11-03T11:00:00Z,/);
    assert.match(line!, /,tmf642,420,/);
    assert.equal(cell('-1+1'), "'-1+1");
    assert.equal(cell(-420), '-420', 'a number of our own stays one');
  });
});
