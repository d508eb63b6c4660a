/** The short form of bench/correlation.ts: a few of the seeds kept from tuning, and PetShop where it is present. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { correlateScenario, judgeCause, judgeGrouping, noCauses, noGrouping } from '../../bench/correlation/judge.ts';
import { judge, PETSHOP } from '../../bench/correlation/petshop.ts';
import { FAMILIES, makeScenario } from '../../bench/correlation/scenario.ts';

const SEEDS = [7, 8];

test('every family of faults but the storm: few incidents, seldom mixed, the cause among the first three', () => {
  const grouping = noGrouping();
  const causes = noCauses();
  for (const family of FAMILIES.filter((name) => name !== 'storm')) {
    for (const seed of SEEDS) {
      const scenario = makeScenario(family, seed);
      const outcome = correlateScenario(scenario);
      judgeGrouping(scenario, outcome.groups, grouping);
      for (const fault of scenario.faults) judgeCause(scenario, outcome, fault, causes);
    }
  }
  const f1 = (2 * grouping.pairsRight) / (grouping.pairsTrue + grouping.pairsFoundOfFaults);
  assert.ok(f1 > 0.85, `pairwise F1 ${f1}`);
  assert.ok(grouping.mixed <= 3, `${grouping.mixed} mixed incidents of ${grouping.incidents}`);
  assert.ok(causes.top3 >= causes.asked * 0.9, `top-3 ${causes.top3} of ${causes.asked}`);
  assert.ok(causes.top1 >= causes.asked * 0.85, `top-1 ${causes.top1} of ${causes.asked}`);
});

test('with two days of the past: unrelated warnings stay out, silent causes and missing edges are found', () => {
  const grouping = noGrouping();
  for (const family of ['plain', 'flapping', 'wrong-edges', 'silent-root', 'two-roots', 'slow-leak'] as const) {
    for (const seed of [1, 2]) {
      const scenario = makeScenario(family, seed, { days: 2, faultsADay: 1 });
      judgeGrouping(scenario, correlateScenario(scenario).groups, grouping);
    }
  }
  const f1 = (2 * grouping.pairsRight) / (grouping.pairsTrue + grouping.pairsFound);
  assert.ok(f1 > 0.97, `pairwise F1 ${f1}, unrelated warnings counted`);
  assert.equal(grouping.mixed, 0);
});

test('a storm of 5,000 alerts is one incident; the unrelated one beside it has its own', () => {
  const scenario = makeScenario('storm', 8);
  const { incidents } = correlateScenario(scenario);
  assert.ok(scenario.events.length > 5000);
  assert.equal(incidents.length, scenario.faults.length);
});

test('a peak of demand opens nothing', () => {
  for (const seed of SEEDS) assert.equal(correlateScenario(makeScenario('normal-peak', seed)).incidents.length, 0);
});

test('the same events give the same incidents, link by link', () => {
  const once = JSON.stringify(correlateScenario(makeScenario('skew-and-late', 7)).incidents);
  assert.equal(JSON.stringify(correlateScenario(makeScenario('skew-and-late', 7)).incidents), once);
});

test(
  'PetShop: causes of the training issues, and silence on normal windows',
  { skip: existsSync(PETSHOP) ? false : `the PetShop data set is not at ${PETSHOP}` },
  () => {
    const { byMetric, normal } = judge(PETSHOP, 12);
    assert.deepEqual(
      [...byMetric].map(([metric, { issues, top1, top3 }]) => [metric, issues, top1, top3]),
      [
        ['latency', 8, 8, 8],
        ['failures', 8, 8, 8],
      ],
    );
    assert.ok(normal.answered <= normal.windows * 0.02, `${normal.answered} of ${normal.windows} answered`);
  },
);
