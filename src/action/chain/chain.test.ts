import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ActionWorld, exampleSetting, OFFICER } from '../../../test/fakes/action-world.ts';
import type { Alert } from '../../alert/alert.ts';
import type { Incident, IncidentSeverity } from '../../incident/incident.ts';
import { accept, merge, open, reopen, resolve, unaccept, update } from '../../incident/index.ts';
import { chainSteps, reconcileChains } from '../index.ts';

const MINUTE = 60_000;
/** A Tuesday noon in Berlin; Marek is on duty, Amira is the deputy. */
const NOON = Date.UTC(2026, 10, 3, 11);
const MAREK = 'marek@kiez-mobil.example';
const AMIRA = 'amira@kiez-mobil.example';

describe('a chain', () => {
  let world: ActionWorld;
  beforeEach(() => {
    world = ActionWorld.open(NOON);
  });

  const opened = async (severity: IncidentSeverity = 'critical'): Promise<Incident> => {
    const input = { title: 'Vehicles silent', severity, functions: ['unlock'], cities: ['berlin'] };
    const incident = await open(world.deps, OFFICER, input);
    await world.drain();
    return incident;
  };
  const steps = async (id: string) => {
    const [run] = await world.read((tx) => tx.actions.chainsOf(id));
    return chainSteps(run!, await world.journal(id)).map(({ do: what, state }) => `${what} ${state}`);
  };

  it('pages the focal person at once, and asks for a ticket', async () => {
    const incident = await opened();
    assert.deepEqual(world.to('email'), [MAREK]);
    assert.deepEqual(world.to('log'), ['marek']);
    assert.equal(world.sent[0]!.at, NOON);
    assert.ok((await world.facts(incident.id)).includes('chain.ticket-wanted'));
    const [page] = await world.read((tx) => tx.actions.pagesOf(incident.id));
    assert.equal(page!.state, 'handed-over');
    assert.equal(page!.receipt, '250 taken');
  });

  it('goes on to the deputy while nobody accepts', async () => {
    await opened();
    await world.pass(5 * MINUTE - 1);
    assert.deepEqual(world.to('email'), [MAREK]);
    await world.pass(1);
    assert.deepEqual(world.to('email'), [MAREK, AMIRA]);
  });

  it('leaves the deputy out once somebody accepted, names the reason, and goes on with the rest', async () => {
    const incident = await opened();
    await world.pass(MINUTE);
    await accept(world.deps, OFFICER, { id: incident.id });
    await world.pass(20 * MINUTE);
    assert.deepEqual(world.to('email'), [MAREK]);
    const left = (await world.journal(incident.id)).filter(({ fact }) => fact === 'chain.step-left-out');
    assert.deepEqual(
      left.map(({ data, reason }) => [data['index'], reason]),
      [
        [3, 'accepted'],
        [4, 'no-cause'],
      ],
    );
    assert.deepEqual(await steps(incident.id), [
      'open-ticket done',
      'page done',
      'notify-members done',
      'page left-out',
      'contact-partner left-out',
      'run-playbook done',
    ]);
    const [run] = await world.read((tx) => tx.actions.chainsOf(incident.id));
    assert.deepEqual([run!.state, run!.nextActionAt], ['accepted', null]);
  });

  it('pages again in rounds, then the fallback, and never stops while nobody accepts', async () => {
    const incident = await opened();
    await world.pass(8 * MINUTE);
    world.sent.length = 0;
    await world.pass(15 * MINUTE);
    assert.deepEqual(world.to('email'), [MAREK, AMIRA]);
    await world.pass(30 * MINUTE);
    assert.equal(world.to('email').length, 6);
    world.sent.length = 0;
    await world.pass(15 * MINUTE);
    assert.deepEqual(world.to('email'), [AMIRA], 'the fallback, by all channels');
    assert.deepEqual(world.to('webhook'), ['https://phone.example/amira']);
    const [run] = await world.read((tx) => tx.actions.chainsOf(incident.id));
    assert.equal(run!.state, 'exhausted');
    assert.ok(run!.nextActionAt! > world.clock.now(), 'there is still a next action');
    await world.pass(60 * MINUTE);
    assert.equal(world.to('email').length, 5);
    const facts = await world.facts(incident.id);
    assert.equal(facts.filter((fact) => fact === 'chain.repeated').length, 3);
    assert.equal(facts.filter((fact) => fact === 'chain.exhausted').length, 5);
    await accept(world.deps, OFFICER, { id: incident.id });
    world.sent.length = 0;
    await world.pass(20 * MINUTE);
    assert.deepEqual(world.sent, []);
  });

  it('sends one key per page, and never the same page twice', async () => {
    await opened();
    await world.pass(120 * MINUTE);
    const keys = world.sent.map(({ message }) => message.key);
    assert.equal(new Set(keys).size, keys.length);
    assert.ok(keys.length > 10);
  });

  it('pages at once again when the one who accepted gives it back', async () => {
    const incident = await opened();
    await accept(world.deps, OFFICER, { id: incident.id });
    await world.pass(MINUTE);
    world.sent.length = 0;
    await unaccept(world.deps, OFFICER, { id: incident.id, reason: 'on a train' });
    await world.drain();
    assert.deepEqual(world.to('email'), [MAREK]);
    await world.pass(5 * MINUTE);
    assert.deepEqual(world.to('email'), [MAREK, AMIRA]);
  });

  it('ends when the incident is resolved, taking back what was not sent, and starts again when it is re-opened', async () => {
    world.refuses = (channel) => channel === 'email';
    const incident = await opened();
    await resolve(world.deps, OFFICER, { id: incident.id, reason: 'over' });
    await world.drain();
    const pages = await world.read((tx) => tx.actions.pagesOf(incident.id));
    assert.deepEqual(pages.map(({ channel, state }) => `${channel} ${state}`).toSorted(byText), [
      'email cancelled',
      'log handed-over',
    ]);
    world.refuses = () => false;
    await world.pass(60 * MINUTE);
    assert.deepEqual(world.to('email'), []);
    await reopen(world.deps, OFFICER, { id: incident.id, reason: 'not over' });
    await world.drain();
    assert.deepEqual(world.to('email'), [MAREK]);
    const runs = await world.read((tx) => tx.actions.chainsOf(incident.id));
    assert.deepEqual(runs.map(({ state }) => state).toSorted(byText), ['ended', 'running']);
  });

  it('gives way to a louder chain when the severity is raised, and not when it is lowered', async () => {
    const incident = await opened('minor');
    assert.deepEqual(world.to('email'), []);
    await update(world.deps, OFFICER, { id: incident.id, severity: 'critical' });
    await world.drain();
    assert.deepEqual(world.to('email'), [MAREK]);
    await update(world.deps, OFFICER, { id: incident.id, severity: 'minor', reason: 'less than thought' });
    await update(world.deps, OFFICER, { id: incident.id, severity: 'major' });
    await world.drain();
    const runs = await world.read((tx) => tx.actions.chainsOf(incident.id));
    assert.deepEqual(runs.map(({ chain, state }) => `${chain} ${state}`).toSorted(byText), [
      'member-facing running',
      'watch ended',
    ]);
    assert.deepEqual(world.to('email'), [MAREK]);
  });

  it('ends with the incident that is merged into another one', async () => {
    const [one, other] = [await opened(), await opened()];
    await merge(world.deps, OFFICER, { id: one.id, into: other.id, reason: 'the same' });
    await world.drain();
    const [merged] = await world.read((tx) => tx.actions.chainsOf(one.id));
    const [kept] = await world.read((tx) => tx.actions.chainsOf(other.id));
    assert.deepEqual([merged!.state, kept!.state], ['ended', 'running']);
  });

  it('keeps its steps and people when the configuration changes under way', async () => {
    await opened();
    world.setting = exampleSetting((document) => {
      Object.assign(document, { chains: [] });
    });
    await world.pass(5 * MINUTE);
    assert.deepEqual(world.to('email'), [MAREK, AMIRA]);
  });

  it('pages the fallback when no chain matches what must be paged', async () => {
    world.setting = exampleSetting((document) => {
      Object.assign(document, { chains: [] });
    });
    const incident = await opened('major');
    assert.deepEqual(world.to('email'), [AMIRA]);
    const started = (await world.journal(incident.id)).find(({ fact }) => fact === 'chain.started');
    assert.equal(started!.reason, 'no-chain-matches');
    const minor = await opened('minor');
    assert.deepEqual(await world.facts(minor.id), []);
  });

  it('is not started while all alerts are silenced or planned, and is when one joins that is not', async () => {
    const alert = (id: string, silencedBy: string | null): Alert => ({
      ...({ id, name: id, state: 'firing', labels: {}, annotations: {} } as unknown as Alert),
      maintenanceBy: null,
      inhibitedBy: null,
      incidentId: 'inc_s',
      silencedBy,
    });
    const incident = await opened('minor');
    const quiet = { ...incident, id: 'inc_s', severity: 'major' } as const;
    world.store.state.alerts.set('a', alert('a', 'sil_1'));
    const start = (key: string) => ({ kind: 'chain.start', key, payload: { incidentId: 'inc_s' } });
    await world.store.transact(async (tx) => {
      await tx.incidents.insert(quiet);
      await tx.work.put(start('1'));
    });
    await world.drain();
    assert.deepEqual(world.to('email'), []);
    world.store.state.alerts.set('b', alert('b', null));
    await world.store.transact((tx) => tx.work.enqueue(start('2')));
    await world.drain();
    assert.deepEqual(world.to('email'), [MAREK]);
  });

  it('that was never started is started', async () => {
    const incident = await open(world.deps, OFFICER, { title: 'x', severity: 'major' });
    world.store.state.work.clear();
    world.clock.advance(2 * MINUTE);
    const found = await reconcileChains(world.deps, world.services);
    assert.deepEqual(found, [{ incidentId: incident.id, number: incident.number, reason: 'chain-missing' }]);
    await world.drain();
    assert.deepEqual(world.to('email'), [MAREK]);
  });

  it('is left alone while the row that brings its chain back is in line', async () => {
    const incident = await opened();
    await accept(world.deps, OFFICER, { id: incident.id });
    await world.pass(3 * MINUTE);
    // All its steps but the pages are done: nothing is planned while somebody has it.
    const [run] = await world.read((tx) => tx.actions.chainsOf(incident.id));
    await world.store.transact((tx) => tx.actions.updateChain(run!.id, { nextActionAt: null }));
    await unaccept(world.deps, OFFICER, { id: incident.id, reason: 'somebody else has to' });
    assert.deepEqual(await reconcileChains(world.deps, world.services), []);
    // Without that row it is a defect.
    world.store.state.work.clear();
    const found = await reconcileChains(world.deps, world.services);
    assert.deepEqual(
      found.map(({ reason }) => reason),
      ['next-action-missing'],
    );
  });

  it('is repaired when it was lost or its next action was', async () => {
    const incident = await opened();
    const [run] = await world.read((tx) => tx.actions.chainsOf(incident.id));
    await world.store.transact(async (tx) => {
      await tx.work.cancel('chain.step', run!.id);
    });
    await world.pass(3 * MINUTE);
    const found = await reconcileChains(world.deps, world.services);
    assert.deepEqual(found, [{ incidentId: incident.id, number: incident.number, reason: 'next-action-missing' }]);
    assert.deepEqual(await reconcileChains(world.deps, world.services), []);
    await world.pass(2 * MINUTE);
    assert.deepEqual(world.to('email'), [MAREK, AMIRA]);
  });
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
