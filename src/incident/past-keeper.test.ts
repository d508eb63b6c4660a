import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alertHandlers } from '../alert/index.ts';
import { fingerprint } from '../core/labels.ts';
import { takeRuleEvents } from '../signal/index.ts';
import { Memory, START } from '../signal/testing/memory.ts';
import { incidentHandlers, PastKeeper } from './index.ts';
import type { IncidentTx } from './ports.ts';
import { KIEZ, kiezSettings } from './testing/kiez.ts';
import { incidentTables } from './testing/memory.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const MINUTE = 60_000;
const FLOW = { 'alert.fired': ['incident.attach'], 'alert.resolved': ['incident.release'] };
const DISK = { alertname: 'DiskFills', service: 'telematics', severity: 'warning' };

function setup() {
  const tables = incidentTables();
  const memory = new Memory<IncidentTx>(tables, FLOW);
  let settings = kiezSettings(EXAMPLE);
  const deps = { ...memory.deps, incidents: () => settings };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps)]);
  const tell = async (labels: Readonly<Record<string, string>>, status: 'firing' | 'pending' | 'resolved') => {
    const startsAt = memory.clock.now();
    const rest = { source: 'rule:test', annotations: {}, generatorUrl: null, value: null };
    const endsAt = status === 'resolved' ? startsAt : null;
    await takeRuleEvents(memory.tx, deps, [
      { ...rest, fingerprint: fingerprint(labels), labels, status, startsAt, endsAt },
    ]);
    await memory.pass(2000);
  };
  const reload = (): void => void (settings = kiezSettings(EXAMPLE));
  return { memory, deps, tables, tell, reload, habit: (name: string) => settings.past.habit(name, false) };
}

test('each alert teaches once, when it fired; a new topology learns anew', async () => {
  const { memory, deps, tell, reload, habit } = setup();
  const keeper = new PastKeeper(deps);
  for (let day = 0; day < 3; day++) {
    await tell(DISK, 'firing');
    await tell(DISK, 'resolved');
    await memory.pass(1440 * MINUTE);
  }
  assert.equal(await keeper.refresh(), 3);
  assert.equal(await keeper.refresh(), 0);
  await tell({ ...DISK, instance: '2' }, 'pending');
  assert.equal(await keeper.refresh(), 0, 'it may never fire');
  await tell({ ...DISK, instance: '2' }, 'firing');
  assert.equal(await keeper.refresh(), 1);
  assert.deepEqual(habit('DiskFills'), { company: 0, alone: 3 }, 'the newest may still get company');
  reload();
  assert.deepEqual(habit('DiskFills'), { company: 0, alone: 0 });
  assert.equal(await keeper.refresh(), 4);
  assert.deepEqual(habit('DiskFills'), { company: 0, alone: 3 });
});

test('more than a page at once is learnt from whole', async () => {
  const { deps, tell } = setup();
  const keeper = new PastKeeper(deps);
  const many = async (from: number, count: number): Promise<void> => {
    for (let index = from; index < from + count; index++) await tell({ ...DISK, instance: `${index}` }, 'firing');
  };
  await many(0, 3);
  assert.equal(await keeper.refresh(), 3);
  await many(3, 50);
  assert.equal(await keeper.refresh(), 50);
  assert.equal(await keeper.refresh(), 0);
});

test('what is long ago teaches nothing', async () => {
  const { memory, deps, tell } = setup();
  await tell(DISK, 'firing');
  await tell(DISK, 'resolved');
  await memory.pass(31 * 1440 * MINUTE);
  await tell({ ...DISK, instance: '2' }, 'firing');
  assert.equal(memory.clock.now() > START + 31 * 1440 * MINUTE, true);
  assert.equal(await new PastKeeper(deps).refresh(), 1);
});
