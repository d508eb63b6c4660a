import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ActionWorld, exampleSetting, OFFICER } from '../../../test/fakes/action-world.ts';
import type { Incident, IncidentSeverity } from '../../incident/incident.ts';
import { accept, open, reopen, resolve, unaccept, update } from '../../incident/index.ts';
import type { SlaClock } from '../care/nouns.ts';
import { actionProblems, slaReport } from '../index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Tuesday noon in Berlin; Marek is on duty, Amira is the deputy. */
const NOON = Date.UTC(2026, 10, 3, 11);

const SLA = [
  {
    name: 'in-a-trip',
    severity: ['critical'],
    functions: ['unlock'],
    response: '5m',
    restoration: '1h',
    warn_at: 0.5,
    warn: ['focal'],
    broken: ['lena'],
  },
  { name: 'others', severity: ['critical', 'major'], response: '15m', restoration: '4h', hours: 'office' },
];
const parts = {
  hours: [{ name: 'office', only: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }] }],
  sla: SLA,
  care: { acceptance: { critical: 'off', major: 'off' }, update: { critical: 'off', major: 'off' } },
  chains: [{ name: 'quiet', steps: [{ do: 'open-ticket' }] }],
};

describe('clocks of agreed levels of service', () => {
  let world: ActionWorld;
  beforeEach(() => {
    world = ActionWorld.open(
      NOON,
      exampleSetting((document) => Object.assign(document, parts)),
    );
  });

  const opened = async (severity: IncidentSeverity = 'critical', functions = ['unlock']): Promise<Incident> => {
    const made = await open(world.deps, OFFICER, { title: 'x', severity, functions, cities: ['berlin'] });
    await world.drain();
    return made;
  };
  const clocks = async (id: string): Promise<Record<string, SlaClock>> =>
    Object.fromEntries((await world.read((tx) => tx.actions.slaClocksOf(id))).map((one) => [one.kind, one]));
  const states = async (id: string): Promise<string[]> =>
    Object.values(await clocks(id)).map(({ kind, state }) => `${kind} ${state}`);
  const facts = async (id: string): Promise<string[]> =>
    (await world.journal(id)).flatMap(({ fact, data }) =>
      fact.startsWith('sla.') ? [`${fact.slice(4)} ${String(data['clock'])}`] : [],
    );
  const mailed = (): string[] => world.to('email').map((to) => to.split('@')[0]!);

  it('start at the detection, by the first entry that fits', async () => {
    const { id } = await opened();
    const { response, restoration } = await clocks(id);
    assert.deepEqual(
      [response!.sla, response!.dueAt, response!.warnAt],
      ['in-a-trip', NOON + 5 * MINUTE, NOON + 150_000],
    );
    assert.equal(restoration!.dueAt, NOON + HOUR);
    const other = await opened('major', ['pay']);
    assert.equal((await clocks(other.id))['restoration']!.sla, 'others');
    const minor = await opened('minor');
    assert.deepEqual(await clocks(minor.id), {}, 'nothing was agreed for it');
  });

  it('count the minutes of their hours alone', async () => {
    world.clock.set(NOON + 4 * HOUR + 30 * MINUTE);
    const { id } = await opened('major', ['pay']);
    const { restoration } = await clocks(id);
    // 16:30: half an hour today, and three and a half tomorrow.
    assert.equal(restoration!.dueAt, Date.UTC(2026, 10, 4, 8) + 3.5 * HOUR);
  });

  it('kept: acceptance stops the response, resolving the restoration', async () => {
    const { id } = await opened();
    await world.pass(2 * MINUTE);
    await accept(world.deps, OFFICER, { id });
    await world.drain();
    assert.deepEqual(await states(id), ['response kept', 'restoration running']);
    await unaccept(world.deps, OFFICER, { id });
    await world.drain();
    assert.equal((await clocks(id))['response']!.state, 'kept', 'it was responded to');
    await resolve(world.deps, OFFICER, { id, reason: 'over' });
    await world.drain();
    assert.deepEqual(await states(id), ['response kept', 'restoration kept']);
    assert.deepEqual(mailed(), []);
    assert.deepEqual(await facts(id), ['started response', 'started restoration', 'kept response', 'kept restoration']);
  });

  it('warned of and broken: pages as configured, and a fact each, once', async () => {
    const { id } = await opened();
    await world.pass(2.5 * MINUTE);
    assert.deepEqual(mailed(), ['marek'], 'warned');
    assert.match(world.sent.at(-1)!.message.subject, /Target nearly missed/);
    await world.pass(2.5 * MINUTE);
    assert.deepEqual(mailed(), ['marek', 'lena'], 'broken');
    await accept(world.deps, OFFICER, { id });
    await world.pass(5 * MINUTE);
    assert.deepEqual(await facts(id), [
      'started response',
      'started restoration',
      'warned response',
      'broken response',
      'stopped response',
    ]);
    const { response } = await clocks(id);
    assert.deepEqual(
      [response!.state, response!.brokenAt, response!.stoppedAt],
      ['broken', NOON + 5 * MINUTE, NOON + 5 * MINUTE],
    );
  });

  it('stopped late while nobody looked is broken all the same', async () => {
    const { id } = await opened();
    world.clock.set(NOON + 3 * HOUR);
    await resolve(world.deps, OFFICER, { id, reason: 'over' });
    await world.drain();
    assert.deepEqual(await states(id), ['response broken', 'restoration broken']);
    assert.deepEqual((await facts(id)).slice(2), ['broken response', 'broken restoration']);
  });

  it('worse or lighter: another target, counted from the detection as well', async () => {
    const { id } = await opened('major', ['unlock']);
    assert.equal((await clocks(id))['response']!.span, 15 * MINUTE);
    await world.pass(MINUTE);
    await update(world.deps, OFFICER, { id, severity: 'critical' });
    await world.drain();
    const { response } = await clocks(id);
    assert.deepEqual([response!.sla, response!.dueAt], ['in-a-trip', NOON + 5 * MINUTE]);
    assert.ok((await facts(id)).includes('changed response'));
  });

  it('reopened: restoration goes on where it was kept', async () => {
    const { id } = await opened();
    await resolve(world.deps, OFFICER, { id, reason: 'over' });
    await world.pass(10 * MINUTE);
    await reopen(world.deps, OFFICER, { id, reason: 'it is not' });
    await world.drain();
    assert.deepEqual(await states(id), ['response kept', 'restoration running']);
    await world.pass(50 * MINUTE);
    assert.equal((await clocks(id))['restoration']!.state, 'broken');
  });

  it('names that are not there are refused', () => {
    const setting = exampleSetting((document) =>
      Object.assign(document, parts, {
        sla: [{ name: 'a', response: '5m', hours: 'x', functions: ['fly'], warn: ['bob'], broken: ['amira'] }],
        care: { update: { critical: { every: '1h', escalate: ['bob'] } } },
      }),
    );
    assert.deepEqual(
      actionProblems(setting, NOON).map(({ path }) => path),
      ['care.update.critical.escalate[0]', 'sla[0].hours', 'sla[0].functions[0]', 'sla[0].warn[0]'],
    );
  });
});

describe('the report', () => {
  const clock = (change: Partial<SlaClock>): SlaClock => ({
    id: 'sla_1',
    incidentId: 'inc_1',
    kind: 'response',
    sla: 'a',
    severity: 'critical',
    functions: ['unlock', 'end'],
    span: 5 * MINUTE,
    hours: null,
    startedAt: NOON,
    warnAt: NOON,
    dueAt: NOON + 5 * MINUTE,
    warnedAt: null,
    stoppedAt: NOON + MINUTE,
    brokenAt: null,
    state: 'kept',
    warn: [],
    broken: [],
    ...change,
  });

  it('counts by month, severity and function; running ones have no share, void ones do not count', () => {
    const rows = slaReport(
      [
        clock({}),
        clock({ functions: ['unlock'], state: 'broken', stoppedAt: NOON + 9 * MINUTE }),
        clock({ kind: 'restoration', state: 'running', stoppedAt: null, functions: [] }),
        clock({ state: 'void' }),
        // The first of December begins an hour earlier in Berlin than by UTC.
        clock({ startedAt: Date.UTC(2026, 10, 30, 23, 30), stoppedAt: Date.UTC(2026, 10, 30, 23, 31), functions: [] }),
      ],
      'Europe/Berlin',
    );
    const words = rows.map(
      ({ month, functionName, kind, kept, broken, running, share, longest }) =>
        `${month} ${functionName} ${kind} ${kept}/${broken}/${running} ${share} ${longest === null ? '-' : longest / MINUTE}`,
    );
    assert.deepEqual(words, [
      '2026-11 * response 1/1/0 0.5 9',
      '2026-11 * restoration 0/0/1 null -',
      '2026-11 end response 1/0/0 1 1',
      '2026-11 unlock response 1/1/0 0.5 9',
      '2026-12 * response 1/0/0 1 1',
    ]);
  });
});
