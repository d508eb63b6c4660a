import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { figure, LONG, SEED } from '../fault/support/figure.ts';
import { simulatedConfig } from './config.ts';
import { simulate } from './simulate.ts';
import { overWorkers } from './worker.ts';

/** The first twenty seeds are the same each time, the others are new ones. The long form runs each of them for a week. */
const FIXED = 20;
const NEW = 980;
const DAYS = LONG ? 7 : 0.125;

test('a seed decides everything: the same run is the same twice', async () => {
  const config = simulatedConfig(Date.UTC(2026, 0, 6));
  for (const seed of [3, 7]) {
    const first = await simulate(seed, 0.25, config);
    assert.ok(first.pages > 0 && Object.keys(first.faults).length > 0, 'something happens');
    assert.deepEqual(await simulate(seed, 0.25, config), first);
  }
});

test('no seed breaks a promise: nothing lost, nobody paged twice without a fault, nothing without a next action', async () => {
  const seeds = [
    ...Array.from({ length: FIXED }, (_, n) => n + 1),
    ...Array.from({ length: NEW }, (_, n) => 1000 + (SEED % 1e6) * 1000 + n),
  ];
  const broken: string[] = [];
  let pages = 0;
  let faults = 0;
  await overWorkers(Math.min(4, availableParallelism()), seeds, { days: DAYS }, (report) => {
    pages += report.pages;
    faults += Object.values(report.faults).reduce((sum, count) => sum + count, 0);
    const replay = `npm run simulate -- --seeds 1 --first-seed ${report.seed} --days ${DAYS}`;
    for (const violation of report.violations) broken.push(`${violation} (${replay})`);
  });
  assert.deepEqual(broken, []);
  assert.ok(pages > seeds.length, `${pages} pages went out`);
  figure(
    'simulation',
    `${seeds.length} seeds x ${DAYS} days: ${faults} faults, ${pages} pages, no promise broken`,
    SEED,
  );
});
