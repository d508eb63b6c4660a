import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workProblems, workSchema } from './work-config.ts';

const KNOWN = {
  zone: 'Europe/Berlin',
  components: ['maps', 'bare'],
  unplaced: ['bare'],
  functions: ['book'],
  tell: ['lena'],
};
const ONCE = { name: 'w', components: ['maps'], from: '2026-12-01T02:00', to: '2026-12-01T04:00' };
const AGAIN = { name: 'w', components: ['maps'], rule: 'FREQ=DAILY', starts: '2026-12-01T02:00', for: '2h' };

const wrong = (work: object): string[] =>
  workProblems([workSchema.parse(work)], KNOWN).map(({ path, message }) => `${String(path)}: ${message}`);

test('work once and work that recurs are taken', () => {
  assert.deepEqual(wrong(ONCE), []);
  assert.deepEqual(wrong({ ...ONCE, to: '2026-12-01T04:00Z' }), []);
  assert.deepEqual(wrong(AGAIN), []);
  assert.deepEqual(
    wrong({ ...AGAIN, starts: '2019-12-01T02:00', rule: 'FREQ=DAILY;COUNT=1' }),
    [],
    'over is no mistake',
  );
});

for (const [what, work, words] of [
  ['no times', { ...ONCE, to: undefined }, /^maintenance\[0\]: Write from and to, or rule/],
  ['an end before the begin', { ...ONCE, to: '2026-12-01T01:00' }, /to: It ends before it begins/],
  ['no instant', { ...ONCE, from: 'tomorrow' }, /from: "tomorrow" is not an instant in Europe\/Berlin/],
  ['no zone', { ...AGAIN, zone: 'Berlin' }, /rule: "Berlin" is no time zone/],
  ['a rule that does not parse', { ...AGAIN, rule: 'FREQ=YEARLY' }, /rule: .*FREQ must be DAILY/],
  ['a rule without its length', { ...AGAIN, for: undefined }, /Write with for how long it lasts/],
  ['a rule and an end', { ...AGAIN, to: '2026-12-01T04:00' }, /Write rule, starts and for, or from and to/],
  ['nothing meant', { ...ONCE, components: [] }, /Nothing says which alerts are expected/],
  ['matchers for everything', { ...ONCE, components: [], matchers: ['a=~".*"'] }, /^maintenance\[0\]\.matchers/],
  ['an unknown component', { ...ONCE, components: ['map'] }, /components: There is no "map"; defined are maps, bare/],
  ['a component without labels', { ...ONCE, components: ['bare'] }, /No labels belong to the component "bare"/],
  ['an unknown person', { ...ONCE, tell: ['leah'] }, /tell: There is no "leah"; defined are lena/],
] as const) {
  test(`${what} is told`, () => assert.match(wrong(work).join('\n'), words));
}
