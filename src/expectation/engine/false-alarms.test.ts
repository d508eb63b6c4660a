import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimulatedClock } from '../../core/clock.ts';
import { BatchBuilder, openSeriesStore } from '../../series/index.ts';
import { indicatorConfig } from '../config.ts';
import { Engine } from './engine.ts';
import type { EnginePlan } from './plan.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 18, 12);

/** Four weeks of noise around 100, then 160: the score of it for each indicator, by the budgets of the plan. */
async function scores(falseAlarms: number | undefined, own: Record<string, number | undefined>): Promise<number[]> {
  const clock = new SimulatedClock(NOON - 1);
  const store = openSeriesStore({ path: ':memory:', now: () => clock.now(), retentionMs: 1e12 });
  const batch = new BatchBuilder();
  let seed = 1;
  for (let time = NOON - 28 * DAY; time < NOON; time += HOUR) {
    seed = (seed * 16807) % 2147483647;
    batch.add({ __name__: 'trips' }, time, 100 + 20 * (seed / 2147483647 - 0.5) + 10 * ((seed % 1000) / 1000 - 0.5));
  }
  batch.add({ __name__: 'trips' }, NOON, 160);
  await store.write(batch.build());
  const engine = new Engine(store, clock, () => 0);
  const plan: EnginePlan = {
    groups: [],
    watermarks: [],
    indicators: Object.entries(own).map(([name, budget]) =>
      indicatorConfig.parse({ name, expr: 'trips', every: '1h', band: { false_alarms: budget } }),
    ),
    calendars: [],
    ...(falseAlarms === undefined ? {} : { falseAlarms }),
    zones: {},
    titles: {},
    externalUrl: 'http://ops',
    interval: 60_000,
  };
  engine.configure(plan, []);
  clock.advance(1);
  await engine.tick();
  const found = Object.keys(own).map((name) => engine.values(`${name}:anomaly_score`, NOON)[0]!.value);
  store.close();
  return found;
}

describe('the budget of false alarms', () => {
  it('of an indicator makes its alarms rarer or more frequent, and counts before that of all', async () => {
    const [few, usual, many] = await scores(0.005, { few: 0.0005, usual: undefined, many: 1 });
    assert.ok(few! > 0 && few! < usual! && usual! < many!, `${few} ${usual} ${many}`);
  });

  it('of all indicators is one in 200 days unless the configuration says otherwise', async () => {
    const [silent] = await scores(undefined, { a: undefined });
    const [said] = await scores(0.005, { a: undefined });
    const [more] = await scores(0.5, { a: undefined });
    assert.equal(silent, said);
    assert.ok(more! > said!);
  });
});
