/**
 * Correlation and cause on seeded simulations of every scenario family, next to Alertmanager's grouping on the same events,
 * and on the PetShop data set where it is present.
 *
 *     node_modules/.bin/node bench/correlation.ts [--seeds N] [--family NAME] [--wrong] [--tune]
 *         [--days 14] [--faults 1] [--alike]
 *
 * Each judged hour has a past: so many days with unrelated warnings, and other faults. With --alike half of those warnings
 * have the names that faults' alerts have. Seeds whose last digit is 7, 8 or 9 were kept from tuning; they are judged by
 * themselves. docs/benchmarks.md.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Correlator } from '../src/incident/correlate/engine.ts';
import {
  alertmanagerGroups,
  correlateScenario,
  judgeCause,
  judgeGrouping,
  noCauses,
  noGrouping,
  RULES,
  type CauseScore,
  type Grouping,
} from './correlation/judge.ts';
import { PETSHOP, printPetshop } from './correlation/petshop.ts';
import { FAMILIES, makeScenario, type Family } from './correlation/scenario.ts';

/** Sets of weights and thresholds that were tried on the tuning seeds before these were kept. */
const CONFIGURATIONS_TRIED = 14;
const PEERS = [['alertname'], ['alertname', 'cluster', 'service'], ['cluster']] as const;

interface Row {
  grouping: Grouping;
  causes: CauseScore;
  peers: Grouping[];
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '30' },
    family: { type: 'string' },
    wrong: { type: 'boolean', default: false },
    tune: { type: 'boolean', default: false },
    days: { type: 'string', default: '14' },
    faults: { type: 'string', default: '1' },
    alike: { type: 'boolean', default: false },
  },
});

/** The past that precedes each judged hour. */
const PAST = { days: Number(values.days), faultsADay: Number(values.faults), alike: values.alike };

/** Runs every family over the seeds of one part. */
function run(seeds: readonly number[], families: readonly Family[]): ReadonlyMap<Family, Row> {
  const rows = new Map<Family, Row>();
  for (const family of families) {
    const row: Row = { grouping: noGrouping(), causes: noCauses(), peers: PEERS.map(() => noGrouping()) };
    for (const seed of seeds) {
      const scenario = makeScenario(family, seed, PAST);
      const outcome = correlateScenario(scenario);
      const before = { ...row.grouping };
      judgeGrouping(scenario, outcome.groups, row.grouping);
      for (const [index, by] of PEERS.entries())
        judgeGrouping(scenario, alertmanagerGroups(scenario.events, by), row.peers[index]!);
      for (const fault of scenario.faults) {
        const causes = judgeCause(scenario, outcome, fault, row.causes);
        if (values.wrong && causes[0]?.component !== fault.root) {
          console.log(
            `cause ${family} ${seed}: ${fault.root} (${fault.class}, ${fault.kind}); said ${causes.map(({ component, probability, kind }) => `${component} ${kind} ${probability}`).join(', ')}`,
          );
        }
      }
      const found = row.grouping.pairsFound - before.pairsFound;
      const right = row.grouping.pairsRight - before.pairsRight;
      const wanted = row.grouping.pairsTrue - before.pairsTrue;
      const f1 = (2 * right) / Math.max(1, found + wanted);
      if (values.wrong && (f1 < 0.9 || row.grouping.mixed > before.mixed) && family !== 'normal-peak') {
        console.log(
          `grouping ${family} ${seed}: F1 ${f1.toFixed(2)}, ${outcome.incidents.length} incidents for ${scenario.faults.map(({ root }) => root).join(' + ')}`,
        );
      }
    }
    rows.set(family, row);
  }
  return rows;
}

function f1({ pairsTrue, pairsFound, pairsRight }: Grouping): number {
  return pairsTrue + pairsFound === 0 ? 1 : (2 * pairsRight) / (pairsTrue + pairsFound);
}

/** The same with noise left out of what was found. */
function f1OfFaults({ pairsTrue, pairsFoundOfFaults, pairsRight }: Grouping): number {
  return pairsTrue + pairsFoundOfFaults === 0 ? 1 : (2 * pairsRight) / (pairsTrue + pairsFoundOfFaults);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : ((100 * part) / whole).toFixed(1);
}

function print(title: string, rows: ReadonlyMap<Family, Row>): void {
  console.log(`\n${title}`);
  const head = [
    'family',
    'faults',
    'incidents',
    'F1',
    'F1 faults',
    'mixed %',
    'reduction %',
    'top-1',
    'top-3',
    'abstained',
    'class %',
  ];
  console.log(head.map((cell, index) => (index === 0 ? cell.padEnd(22) : cell.padStart(11))).join(' '));
  const all: Row = { grouping: noGrouping(), causes: noCauses(), peers: PEERS.map(() => noGrouping()) };
  for (const [family, row] of rows) {
    line(family, row);
    addTo(all, row);
  }
  line('all', all);
  const mean = [...rows.values()].reduce((sum, { grouping }) => sum + f1(grouping), 0) / rows.size;
  const quiet = [...rows.values()].reduce((sum, { grouping }) => sum + f1OfFaults(grouping), 0) / rows.size;
  console.log(`mean F1 of the families ${mean.toFixed(3)}; with noise left out ${quiet.toFixed(3)}`);
  for (const [index, by] of PEERS.entries()) {
    const peer = all.peers[index]!;
    const means = [...rows.values()].reduce((sum, { peers }) => sum + f1(peers[index]!), 0) / rows.size;
    console.log(
      `Alertmanager, group_by [${by.join(', ')}]: F1 ${f1(peer).toFixed(3)} (mean of families ${means.toFixed(3)}), mixed ${percent(peer.mixed, peer.incidents)} %, reduction ${percent(peer.events - peer.incidents, peer.events)} %, ${peer.incidents} groups for ${peer.faults} faults`,
    );
  }
  printCalibration(all.causes);
}

function line(name: string, { grouping, causes }: Row): void {
  const answered = causes.asked - causes.abstained;
  const cells = [
    grouping.faults,
    grouping.incidents,
    f1(grouping).toFixed(3),
    f1OfFaults(grouping).toFixed(3),
    percent(grouping.mixed, grouping.incidents),
    percent(grouping.events - grouping.incidents, grouping.events),
    percent(causes.top1, causes.asked),
    percent(causes.top3, causes.asked),
    causes.abstained,
    percent(causes.classRight, answered),
  ];
  console.log(name.padEnd(22) + cells.map((cell) => ` ${String(cell).padStart(11)}`).join(''));
}

function addTo(all: Row, row: Row): void {
  for (const key of Object.keys(all.grouping) as (keyof Grouping)[]) {
    all.grouping[key] += row.grouping[key];
    for (const [index, peer] of row.peers.entries()) all.peers[index]![key] += peer[key];
  }
  for (const key of ['asked', 'abstained', 'top1', 'top3', 'classRight'] as const) all.causes[key] += row.causes[key];
  all.causes.calibration.push(...row.causes.calibration);
}

function printCalibration({ calibration }: CauseScore): void {
  const brier =
    calibration.reduce((sum, { probability, right }) => sum + (probability - Number(right)) ** 2, 0) /
    Math.max(1, calibration.length);
  console.log(`first cause, said and true: Brier ${brier.toFixed(3)}`);
  for (const [low, high] of [
    [0, 0.5],
    [0.5, 0.7],
    [0.7, 0.85],
    [0.85, 0.95],
    [0.95, 1.01],
  ] as const) {
    const these = calibration.filter(({ probability }) => probability >= low && probability < high);
    if (these.length === 0) continue;
    const said = these.reduce((sum, { probability }) => sum + probability, 0) / these.length;
    const right = these.filter((one) => one.right).length / these.length;
    console.log(`  said ${said.toFixed(2)}, true ${right.toFixed(2)} (${these.length})`);
  }
}

/** Events a CPU second through correlation alone, first run included: distinct alerts of a storm, and with repeats. */
function printSpeed(): void {
  const scenarios = [1, 2, 3].map((seed) => makeScenario('storm', seed));
  const firing = scenarios.map(({ world, events }) => {
    const first = new Set<string>();
    const distinct = events.filter(
      ({ labels, status }) =>
        status === 'firing' && !first.has(JSON.stringify(labels)) && first.add(JSON.stringify(labels)),
    );
    return { world, all: events, distinct };
  });
  for (const [name, pick] of [
    ['all different', 'distinct'],
    ['with repeats', 'all'],
  ] as const) {
    let count = 0;
    const start = process.cpuUsage();
    for (const one of firing) {
      const correlator = new Correlator({ topology: one.world.topology, rules: RULES, settle: 300_000 });
      for (const event of one[pick]) correlator.take(event);
      count += one[pick].length;
    }
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    console.log(`${name}: ${count} events, ${Math.round(count / seconds)} a CPU second (goal 10,000)`);
  }
}

const count = Number(values.seeds);
const every = Array.from({ length: count }, (_, index) => index);
const families = values.family === undefined ? FAMILIES : FAMILIES.filter((name) => name === values.family);
const heldOut = (seed: number): boolean => seed % 10 >= 7;
print(
  `Tuning seeds (${every.filter((seed) => !heldOut(seed)).length} a family)`,
  run(
    every.filter((seed) => !heldOut(seed)),
    families,
  ),
);
if (!values.tune) {
  print(`Seeds kept from tuning (${every.filter(heldOut).length} a family)`, run(every.filter(heldOut), families));
  console.log(`\nsets of weights tried on the tuning seeds: ${CONFIGURATIONS_TRIED}`);
  printSpeed();
  if (existsSync(PETSHOP)) printPetshop(PETSHOP);
  else console.log(`PetShop is not at ${PETSHOP}: left out.`);
}
