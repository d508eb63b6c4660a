import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig, withDefinitions, type ActivatedDefinition } from './index.ts';

const text = `
name: x
url: http://x.example
topology: { cities: [], functions: [], components: [] }
people: [{ id: a, name: A, email: a@x.example }]
duty: { zone: UTC, rotation: { people: [a], starts: "2026-01-05", handover: "09:00", every: 1w }, deputy: next, fallback: a }
chains: []
watermarks: [{ name: low, expr: up, low: { critical: 1 } }]
indicators: [{ name: bookings, expr: b, watch: [{ when: below, severity: page }] }]
outside: { email: { from: a@x.example, relays: ["smtp://127.0.0.1:25"] } }
rules: [{ watch: bookings, above: expected, severity: warning }, r.yaml]
`;
const rules = 'groups: [{ name: g, labels: { team: red }, rules: [{ alert: A, expr: up == 0 }] }]';
const config = readConfig({
  file: 'f',
  text,
  env: {},
  now: Date.UTC(2026, 6, 1),
  filesOf: (path) => [{ path, text: rules }],
});
const put = (...definitions: Omit<ActivatedDefinition, 'id'>[]) =>
  withDefinitions(
    config,
    definitions.map((each, index) => ({ id: `def_${index}`, ...each })),
  );

describe('definitions that were activated', () => {
  it('stand in place of those of the same name, and the list says so', () => {
    const mark = { kind: 'watermark', rule: 'low', definition: 'name: low\nexpr: up\nlow: { critical: 2 }\n' } as const;
    const { config: merged, unused } = put(mark);
    assert.deepEqual(unused, []);
    assert.equal(merged.plan.watermarks[0]!.low?.critical, 2);
    const listed = merged.definitions.find(({ kind }) => kind === 'watermark')!;
    assert.deepEqual([listed.definition, listed.activated], [mark.definition, 'def_0']);
    assert.equal(config.plan.watermarks[0]!.low?.critical, 1, 'the file is as it was');
  });

  it('a watch takes the place of an entry under the indicator, or stands beside', () => {
    const below = {
      kind: 'watch',
      rule: 'BookingsBelowExpected',
      definition: 'watch: bookings\nbelow: 70%\n',
    } as const;
    const other = { kind: 'watch', rule: 'Other', definition: 'watch: bookings\nname: Other\nbelow: 3\n' } as const;
    const { plan } = put(below, other).config;
    assert.deepEqual(plan.indicators[0]!.watch, []);
    assert.deepEqual(
      plan.watches!.map(({ name }) => name),
      ['BookingsAboveExpected', 'BookingsBelowExpected', 'Other'],
    );
  });

  it('a rule takes the place of the one in its group and keeps the labels of the group; a new one gets a group', () => {
    const same = { kind: 'rule', rule: 'g/A', definition: 'alert: A\nexpr: up < 1\n' } as const;
    const fresh = { kind: 'rule', rule: 'activated/B', definition: 'alert: B\nexpr: up < 2\n' } as const;
    const { groups } = put(same, fresh).config.plan;
    assert.deepEqual(
      groups.map(({ name, rules: list }) => [name, list.map(({ expr }) => expr)]),
      [
        ['g', ['up < 1']],
        ['activated', ['up < 2']],
      ],
    );
    assert.deepEqual(groups[0]!.rules[0]!.labels, { team: 'red' });
  });

  it('an indicator may come first and its watch after it, in whatever order they were activated', () => {
    const watch = {
      kind: 'watch',
      rule: 'LoginsBelowExpected',
      definition: 'watch: logins\nbelow: expected\n',
    } as const;
    const indicator = { kind: 'indicator', rule: 'logins', definition: 'name: logins\nexpr: l\n' } as const;
    assert.deepEqual(put(watch, indicator).unused, []);
    const alone = put(watch);
    assert.match(alone.unused[0]!.why, /no indicator "logins"\. Write one of bookings/);
    assert.equal(alone.config.plan.watches!.length, 1, 'and what does not fit is left out');
  });
});
