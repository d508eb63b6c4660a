import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ActionWorld, OFFICER } from '../../../test/fakes/action-world.ts';
import { open } from '../../incident/index.ts';
import type { Incident } from '../../incident/incident.ts';
import { abortPlaybook, runPlaybook } from '../index.ts';
import type { PlaybookRun } from '../nouns.ts';
import { judge } from './judge.ts';

const MINUTE = 60_000;
const ROUTE = 'POST http://127.0.0.1:8650/route';

describe('a playbook', () => {
  let world: ActionWorld;
  let incident: Incident;
  let verified: number;
  beforeEach(async () => {
    world = ActionWorld.open(Date.UTC(2026, 10, 3, 11));
    verified = 0;
    // The guard asks for the healthy carrier, the verification for the vehicles that are heard again.
    world.values = (expr) => (expr.includes('south') ? [500] : [verified]);
    incident = await open(world.deps, OFFICER, { title: 'x', severity: 'minor' });
  });
  const start = (): Promise<PlaybookRun> =>
    runPlaybook(world.deps, world.services, OFFICER, { incidentId: incident.id, playbook: 'switch-carrier' });
  const state = async (id: string) => (await world.read((tx) => tx.actions.playbookRun(id)))!;
  const facts = async () => (await world.facts(incident.id)).filter((fact) => fact.startsWith('playbook.'));

  it('acts once its guard holds, and has recovered once the verification held for long enough', async () => {
    const { id } = await start();
    await world.pass(2 * MINUTE);
    assert.deepEqual(
      world.calls.map(({ what }) => what),
      [ROUTE],
    );
    assert.equal((await state(id)).state, 'verifying');
    verified = 1000;
    await world.pass(30_000);
    assert.equal((await state(id)).state, 'verifying', 'it must hold for a minute first');
    await world.pass(MINUTE);
    const run = await state(id);
    assert.deepEqual([run.state, run.finishedAt !== null], ['recovered', true]);
    assert.deepEqual(await facts(), [
      'playbook.started',
      'playbook.step-done',
      'playbook.verifying',
      'playbook.recovered',
    ]);
    assert.deepEqual(
      run.results.map(({ step, ok }) => `${step} ${ok}`),
      ['guard: Carrier South must be healthy true', 'switch the route true', 'verification true', 'verification true'],
    );
  });

  it('counts the holding anew when the value falls back in between', async () => {
    const { id } = await start();
    verified = 1000;
    await world.pass(45_000);
    verified = 0;
    await world.pass(30_000);
    verified = 1000;
    await world.pass(45_000);
    assert.equal((await state(id)).state, 'verifying');
    await world.pass(MINUTE);
    assert.equal((await state(id)).state, 'recovered');
  });

  it('does nothing when its guard does not hold, has no value, or cannot be measured', async () => {
    const away = (): number[] => {
      throw new Error('engine away');
    };
    const answers = [() => [50], () => [], away];
    for (const answer of answers) {
      world.values = answer;
      const { id } = await start();
      await world.drain();
      assert.equal((await state(id)).state, 'refused');
    }
    assert.deepEqual(world.calls, []);
  });

  it('goes its way back when the verification does not hold in time', async () => {
    const { id } = await start();
    await world.pass(11 * MINUTE);
    assert.deepEqual(
      world.calls.map(({ what }) => what),
      [ROUTE, ROUTE],
    );
    const run = await state(id);
    assert.equal(run.state, 'failed');
    assert.equal(run.results.at(-1)!.step, 'switch the route back');
    assert.match((await world.journal(incident.id)).at(-1)!.summary, /not recovered within 10m/);
  });

  it('tries a step again with the same key when there was no clear answer, then goes back', async () => {
    world.status = () => 503;
    const { id } = await start();
    await world.pass(MINUTE);
    const keys = world.calls.map(({ key }) => key);
    assert.deepEqual(keys, [...Array(3).fill(`${id}-0`), ...Array(3).fill(`${id}-back-0`)]);
    assert.equal((await state(id)).state, 'failed');
  });

  it('does not repeat what was clearly refused', async () => {
    world.status = () => 403;
    const { id } = await start();
    await world.pass(MINUTE);
    assert.equal(world.calls.length, 2, 'the step and its way back, once each');
    assert.match((await state(id)).results[1]!.detail, /status 403, wanted 200 or 204/);
  });

  it('never runs twice at once, and can run again when it has ended', async () => {
    await start();
    await assert.rejects(start(), /runs already/);
    await world.pass(5 * MINUTE);
    await assert.rejects(start(), /runs already/);
    await world.pass(10 * MINUTE);
    await start();
  });

  it('that is aborted goes its way back, and says who did it', async () => {
    const { id } = await start();
    await world.pass(MINUTE);
    await abortPlaybook(world.deps, OFFICER, { runId: id, reason: 'wrong carrier' });
    await world.drain();
    assert.equal((await state(id)).state, 'aborted');
    assert.equal(world.calls.length, 2);
    assert.match((await world.journal(incident.id)).at(-1)!.summary, /Amira Haddad: wrong carrier/);
    await assert.rejects(abortPlaybook(world.deps, OFFICER, { runId: id, reason: 'again' }), /cannot be aborted/);
    await start();
  });

  it('whose row of work was lost is brought back when it should have ended', async () => {
    const { id } = await start();
    await world.pass(MINUTE);
    await world.store.transact((tx) => tx.work.cancel('playbook.step', id));
    await world.pass(25 * MINUTE);
    assert.equal((await state(id)).state, 'failed');
    assert.equal(world.calls.length, 2);
  });

  it('needs the permission, a name and an incident that is not over', async () => {
    const input = { incidentId: incident.id, playbook: 'none' };
    await assert.rejects(runPlaybook(world.deps, world.services, OFFICER, input), /no playbook "none"/);
    const agent = { ...OFFICER, roles: ['agent'] as const };
    await assert.rejects(runPlaybook(world.deps, world.services, agent, input), /may not/);
  });
});

describe('a bound', () => {
  const value = (number: number) => ({ labels: { city: 'berlin' }, value: number });
  it('holds only when every value is strictly within, and says what was seen', () => {
    assert.deepEqual(judge({ expr: 'x', above: 3 }, [value(5), value(3)]), {
      holds: false,
      seen: '3 (city=berlin), wanted above 3',
    });
    assert.equal(judge({ expr: 'x', above: 3, below: 9 }, [value(5), value(4)]).holds, true);
    assert.equal(judge({ expr: 'x', below: 9 }, [value(NaN)]).holds, false);
    assert.equal(judge({ expr: 'x', above: 3 }, []).holds, false);
  });
});
