import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../core/fault.ts';
import { nextRun, parseCron } from './cron.ts';

const ms = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
function runs(text: string, from: string, count: number, zone = 'Europe/Berlin'): string[] {
  const found: string[] = [];
  let at: number | null = ms(from);
  while (found.length < count && (at = nextRun(parseCron(text), zone, at)) !== null)
    found.push(new Date(at).toISOString().slice(0, 16));
  return found;
}

test('cron: lists, ranges, steps, names and words', () => {
  assert.deepEqual(runs('*/20 9-10 * * mon-fri', '2026-09-18T07:30:00Z', 4), [
    '2026-09-18T07:40',
    '2026-09-18T08:00',
    '2026-09-18T08:20',
    '2026-09-18T08:40',
  ]);
  assert.deepEqual(runs('30 2 1,15 * *', '2026-09-02T00:00:00Z', 2), ['2026-09-15T00:30', '2026-10-01T00:30']);
  assert.deepEqual(runs('@weekly', '2026-09-15T00:00:00Z', 1), ['2026-09-19T22:00']);
  assert.deepEqual(runs('0 12 * feb,dec 7', '2026-09-15T00:00:00Z', 2), ['2026-12-06T11:00', '2026-12-13T11:00']);
  assert.deepEqual(runs('0 0 29 2 *', '2026-09-15T00:00:00Z', 1, 'UTC'), ['2028-02-29T00:00']);
});

test('cron: a day of the month or of the week, where both are named; both, where one begins with a star', () => {
  assert.deepEqual(runs('0 0 13 * fri', '2026-09-01T00:00:00Z', 3, 'UTC'), [
    '2026-09-04T00:00',
    '2026-09-11T00:00',
    '2026-09-13T00:00',
  ]);
  assert.deepEqual(runs('0 0 */2 * fri', '2026-09-01T00:00:00Z', 2, 'UTC'), ['2026-09-11T00:00', '2026-09-25T00:00']);
});

test('cron: a time that the change to summer time leaves out is due right after, once', () => {
  assert.deepEqual(runs('30 2 * * *', '2026-03-28T12:00:00Z', 2), ['2026-03-29T01:30', '2026-03-30T00:30']);
  assert.deepEqual(runs('0 * * * *', '2026-03-29T00:00:00Z', 3), [
    '2026-03-29T01:00',
    '2026-03-29T02:00',
    '2026-03-29T03:00',
  ]);
});

test('cron: a time that comes twice is due once, hourly work each hour', () => {
  assert.deepEqual(runs('30 2 * * *', '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30', '2026-10-26T01:30']);
  assert.deepEqual(runs('30 * * * *', '2026-10-24T23:45:00Z', 3), [
    '2026-10-25T00:30',
    '2026-10-25T01:30',
    '2026-10-25T02:30',
  ]);
});

test('cron: what is found is what going through every minute finds', () => {
  const field = (from: number, to: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: from, max: to }).map(String),
      fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
    );
  const texts = fc
    .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 500_000 }), (text, minute) => {
      const after = ms('2026-01-01T00:00:00Z') + minute * 60_000;
      const found = nextRun(parseCron(text), 'UTC', after);
      const limit = after + 3 * 86_400_000;
      let expected: number | null = null;
      for (let at = after + 60_000; at <= limit && expected === null; at += 60_000)
        if (matches(text, at)) expected = at;
      if (expected === null) assert.ok(found !== null && found > limit);
      else assert.equal(found, expected);
    }),
    { numRuns: 60 },
  );
});

test('cron: what is no expression is refused with the field that is wrong', () => {
  for (const [text, words] of [
    ['* * * *', /five fields/],
    ['60 * * * *', /no minutes/],
    ['0 24 * * *', /no hours/],
    ['0 0 0 * *', /days of the month/],
    ['0 0 * foo *', /months/],
    ['0 0 * * 5-1', /days of the week/],
    ['5/10 * * * *', /minutes/],
    ['*/0 * * * *', /minutes/],
    ['0 0 30 2 *', /never comes/],
    ['@reboot', /five fields/],
  ] as const)
    assert.throws(
      () => parseCron(text),
      (error) => error instanceof Fault && words.test(error.message),
      text,
    );
});

/** Whether the minute at an instant fits, in UTC, field by field. */
function matches(text: string, at: number): boolean {
  const date = new Date(at);
  const [minute, hour, day, month, weekday] = text
    .split(' ')
    .map(
      (part) => (value: number, from: number) =>
        part === '*' || (part.startsWith('*/') ? (value - from) % Number(part.slice(2)) === 0 : Number(part) === value),
    );
  const [, , dayText, , weekText] = text.split(' ');
  const ofMonth = day!(date.getUTCDate(), 1);
  const ofWeek = weekday!(date.getUTCDay(), 0) || (weekText !== '*' && date.getUTCDay() === 0 && weekday!(7, 0));
  const either = !dayText!.startsWith('*') && !weekText!.startsWith('*');
  return (
    minute!(date.getUTCMinutes(), 0) &&
    hour!(date.getUTCHours(), 0) &&
    month!(date.getUTCMonth() + 1, 1) &&
    (either ? ofMonth || ofWeek : ofMonth && ofWeek)
  );
}
