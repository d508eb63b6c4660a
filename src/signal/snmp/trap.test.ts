import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CoreTx } from '../../core/transaction.ts';
import type { SignalTx } from '../ports.ts';
import { Memory, signalTables } from '../testing/memory.ts';
import { snmpSchema } from './config.ts';
import { takeTrap } from './take-trap.ts';
import { trapEvent, versionOneOid, type Trap } from './trap.ts';

const NOW = Date.UTC(2026, 0, 5, 8);
const IF_INDEX = '1.3.6.1.2.1.2.2.1.1';
const NORTH = { partner: 'carrier-north', labels: { carrier: 'north' } };
const trap = (oid: string, change: Partial<Trap> = {}): Trap => ({
  version: '2c',
  kind: 'trap',
  oid,
  address: '10.1.2.3',
  requestId: 7,
  uptime: 100,
  variables: [{ oid: `${IF_INDEX}.3`, value: '3' }],
  ...change,
});

describe('a trap', () => {
  it('linkDown fires and linkUp of the same interface ends it', () => {
    const down = trapEvent(trap('1.3.6.1.6.3.1.1.5.3'), [], NORTH, 'warning', NOW)!;
    assert.deepEqual(
      [down.status, down.source, down.labels['severity'], down.labels['interface'], down.labels['carrier']],
      ['firing', 'snmp:carrier-north', 'critical', '3', 'north'],
    );
    assert.equal(down.endsAt, null, 'it lasts until the link is up');
    const up = trapEvent(trap('1.3.6.1.6.3.1.1.5.4'), [], NORTH, 'warning', NOW)!;
    assert.deepEqual([up.status, up.fingerprint], ['resolved', down.fingerprint]);
    const other = { variables: [{ oid: `${IF_INDEX}.4`, value: '4' }] };
    assert.notEqual(
      trapEvent(trap('1.3.6.1.6.3.1.1.5.4', other), [], NORTH, 'warning', NOW)!.fingerprint,
      down.fingerprint,
    );
    assert.notEqual(
      trapEvent(trap('1.3.6.1.6.3.1.1.5.4', { address: '10.9.9.9' }), [], NORTH, 'warning', NOW)!.fingerprint,
      down.fingerprint,
    );
  });

  it('of a vendor is data: ITU severities, keys, labels', () => {
    const severity = '1.3.6.1.4.1.9999.1.1';
    const { traps } = snmpSchema.parse({
      traps: [
        {
          oid: '1.3.6.1.4.1.9999.0.1',
          alertname: 'CellDown',
          severity_from: severity,
          key: ['1.3.6.1.4.1.9999.1.2'],
          labels: { cell: '1.3.6.1.4.1.9999.1.2' },
        },
      ],
    })!;
    const told = (itu: string) =>
      trapEvent(
        trap('1.3.6.1.4.1.9999.0.1', {
          variables: [
            { oid: `${severity}.0`, value: itu },
            { oid: '1.3.6.1.4.1.9999.1.2.0', value: '4711' },
          ],
        }),
        traps,
        NORTH,
        'ignore',
        NOW,
      )!;
    assert.deepEqual(
      ['2', '3', '4', '5', '6'].map((itu) => told(itu).labels['severity']),
      ['warning', 'critical', 'critical', 'warning', 'warning'],
    );
    assert.equal(told('1').status, 'resolved', 'cleared');
    assert.equal(told('1').fingerprint, told('3').fingerprint);
    assert.equal(told('3').labels['cell'], '4711');
  });

  it('that nobody listed is a warning that ends by itself, or is passed over', () => {
    const event = trapEvent(trap('1.3.6.1.4.1.1.0.5'), [], { partner: null, labels: {} }, 'warning', NOW)!;
    assert.deepEqual([event.source, event.labels['severity'], event.endsAt], ['snmp', 'warning', NOW + 3_600_000]);
    assert.equal(trapEvent(trap('1.3.6.1.4.1.1.0.5'), [], NORTH, 'ignore', NOW), null);
  });

  it('of version 1 has the identifier that RFC 3584 gives it', () => {
    assert.equal(versionOneOid('1.3.6.1.4.1.8072', 2, 0), '1.3.6.1.6.3.1.1.5.3');
    assert.equal(versionOneOid('1.3.6.1.4.1.8072', 6, 17), '1.3.6.1.4.1.8072.0.17');
  });

  it('sent again because its answer was lost is the same signal', async () => {
    const tables = signalTables();
    const memory = new Memory<SignalTx & CoreTx>({ signals: tables.signals });
    const config = snmpSchema.parse({})!;
    const inform = trap('1.3.6.1.6.3.1.1.5.3', { kind: 'inform' });
    await takeTrap(memory.deps, config, NORTH, inform);
    await takeTrap(memory.deps, config, NORTH, inform);
    await takeTrap(memory.deps, config, NORTH, { ...inform, requestId: 8 });
    assert.equal(tables.kept.length, 2);
  });
});
