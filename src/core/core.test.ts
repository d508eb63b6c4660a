import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { allowed, permissionList, permit, type Actor } from './actor.ts';
import { SimulatedClock } from './clock.ts';
import { formatDuration, parseDuration, spokenDuration } from './duration.ts';
import { Fault, faultList } from './fault.ts';
import { idSource } from './id.ts';
import { fingerprint, labelsKey, sameLabels, withoutLabels } from './labels.ts';

const person = (role: Actor['roles'][number], scopes?: string[]): Actor => ({
  kind: 'person',
  id: 'x',
  name: 'X',
  roles: [role],
  ...(scopes ? { scopes } : {}),
});

describe('durations', () => {
  it('reads what Prometheus reads', () => {
    assert.equal(parseDuration('1h30m'), 5_400_000);
    assert.equal(parseDuration('1d'), 86_400_000);
    assert.equal(parseDuration('100ms'), 100);
    assert.equal(parseDuration('0'), 0);
  });
  for (const bad of ['', '5', '5 m', 'm', '1m1h', '-5m', '1.5h']) {
    it(`refuses "${bad}" and says what to write`, () => {
      assert.throws(() => parseDuration(bad), /Write a number and a unit/);
    });
  }
  it('is said to the second below ten minutes, to the minute above', () => {
    assert.deepEqual([71_600, 599_400, 2_344_000, 0].map(spokenDuration), ['1m12s', '9m59s', '39m', '0s']);
  });
  it('what is written is read back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        assert.equal(parseDuration(formatDuration(ms)), ms);
      }),
    );
  });
});

describe('labels', () => {
  it("has Alertmanager's fingerprint", () => {
    // Of {alertname="a"}: FNV-1a 64 worked out by hand from the published constants.
    let hash = 0xcbf29ce484222325n;
    for (const byte of [...Buffer.from('alertname'), 0xff, ...Buffer.from('a'), 0xff]) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
    assert.equal(fingerprint({ alertname: 'a', empty: '' }), hash.toString(16).padStart(16, '0'));
  });
  it('its fingerprint is that of the bytes in UTF-8, in the order of the names', () => {
    const bytes = new TextEncoder();
    const expected = (labels: Record<string, string>): string => {
      let hash = 0xcbf29ce484222325n;
      const names = Object.keys(labels).filter((name) => labels[name] !== '');
      for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
        for (const byte of [...bytes.encode(name), 0xff, ...bytes.encode(labels[name]), 0xff])
          hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
      }
      return hash.toString(16).padStart(16, '0');
    };
    const sets = fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }));
    fc.assert(fc.property(sets, (labels) => assert.equal(fingerprint(labels), expected(labels))));
  });
  it('keys do not depend on the order, and tell sets apart', () => {
    const sets = fc.dictionary(fc.string(), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(sets, (labels) => {
        const reversed = Object.fromEntries(Object.entries(labels).reverse());
        assert.equal(labelsKey(labels), labelsKey(reversed));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.dictionary(fc.string(), fc.string()), (one, other) => {
        assert.equal(sameLabels(one, other), labelsKey(one) === labelsKey(other));
        assert.ok(sameLabels(one, Object.fromEntries(Object.entries({ ...one, absent: '' }).reverse())));
      }),
    );
    assert.ok(!sameLabels({ a: '1' }, { a: '1', b: '2' }) && !sameLabels({ a: '1', b: '2' }, { a: '1' }));
    assert.ok(!sameLabels({ constructor: '1' }, {}));
    assert.notEqual(labelsKey({ a: 'b', c: 'd' }), labelsKey({ a: 'bc', d: '' }));
    assert.deepEqual(withoutLabels({ a: '1', b: '', c: '3' }, ['c']), { a: '1' });
  });
});

describe('ids', () => {
  it('sort by time and never repeat, even when the clock steps back', () => {
    const clock = new SimulatedClock(1_000_000);
    const ids = idSource(
      () => clock.now(),
      () => 0.999,
    );
    const made: string[] = [];
    for (let index = 0; index < 100; index++) {
      if (index === 50) clock.set(500_000);
      if (index % 7 === 0) clock.advance(1);
      made.push(ids.next('x'));
    }
    assert.deepEqual(made, [...made].sort());
    assert.equal(new Set(made).size, 100);
  });
});

describe('permissions', () => {
  it('an unknown permission is refused to everybody, an administrator included', () => {
    assert.equal(allowed(person('admin'), 'no.such' as never), false);
  });
  it('a viewer looks and changes nothing', () => {
    const may = permissionList().filter(({ permission }) => allowed(person('viewer'), permission));
    assert.deepEqual(
      may.map(({ permission }) => permission),
      ['view.operations'],
    );
  });
  it('a token narrowed to one permission has only that one, whatever its role', () => {
    const token = person('admin', ['signal.send']);
    const may = permissionList().filter(({ permission }) => allowed(token, permission));
    assert.deepEqual(
      may.map(({ permission }) => permission),
      ['signal.send'],
    );
  });
  it('a refusal names the roles that would do', () => {
    assert.throws(() => permit(person('agent'), 'alert.silence'), /needs the role admin or duty/);
  });
});

describe('faults', () => {
  it('become RFC 9457 problems with every parameter filled in', () => {
    const problem = new Fault('not_found', { what: 'incident', id: '7' }).problem();
    assert.equal(problem.detail, 'There is no incident "7".');
    assert.equal(problem.status, 404);
    assert.equal(problem.retryable, false);
  });
  it('tell a sender to come again exactly where that helps', () => {
    for (const { code, status, retryable } of faultList()) {
      if (status === 503 && code !== 'data_locked') assert.equal(retryable, true, code);
      if (status < 500 && status !== 429) assert.equal(retryable, false, code);
    }
  });
});
