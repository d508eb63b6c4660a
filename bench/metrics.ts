import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pause } from '../test/support/server.ts';
import { Fleet, HISTORY_ROUNDS, INTERVAL, PER_INSTANCE } from './metrics/fleet.ts';
import { INSTANT_QUERIES, RANGE_QUERIES, ruleFile } from './metrics/question.ts';
import { geometricMean, median, table, type Row } from './metrics/report.ts';
import {
  ask,
  cpuSeconds,
  diskUsage,
  resident,
  send,
  startLamplighter,
  startPrometheus,
  type Subject,
} from './metrics/subject.ts';

/**
 * Lamplighter beside Debian's Prometheus: the same samples, the same questions and the same rules, in one run. It prints
 * a table and asserts nothing. docs/benchmarks.md says what the rows mean.
 * Usage: node bench/metrics.ts [--quick [--large]] [--hours=N]
 */
const QUICK = process.argv.includes('--quick');
const LARGE = !QUICK || process.argv.includes('--large');
const INSTANCES = 250;
/** Hours of samples; 3 in the short form and 24 in the long one, unless told otherwise. */
const HOURS = Number(
  process.argv.find((one) => one.startsWith('--hours='))?.slice('--hours='.length) ?? (QUICK ? 3 : 24),
);
/** Hours at the end whose ingest is measured; what is before them is sent in large requests, which takes minutes less. */
const MEASURED_HOURS = 3;
/** Requests of history on their way at once. */
const SENDERS = 5;
/** Rounds that one subject takes before it is the other's turn. */
const TURN = 80;
/** Over a day one query takes Prometheus seconds. */
const QUERY_ROUNDS = HOURS > 8 ? 3 : 5;
/** Panels ask the same again and again: instants are asked often enough for both to be as fast as they get. */
const INSTANT_ROUNDS = 20;
/** The first rounds of them, told beside: V8 has not compiled all of what they need by then. */
const EARLY_ROUNDS = 5;
/** After each answer, ms: what one of them clears away then counts as its CPU time, and not as the other's time to answer. */
const REST_MS = 50;
const RULE_TURNS = 2;
const RULE_EVALUATIONS = 4;
const RULE_INTERVAL = 5;

type Pair = readonly [ours: Subject, theirs: Subject];
/** Figures of both, in the order of a pair. */
type Figures = readonly [ours: number[], theirs: number[]];

const rows: Row[] = [];

function add(what: string, unit: string, figures: Figures, goal: Row['goal'], limit: string): void {
  rows.push({ what, unit, ours: median(figures[0]), theirs: median(figures[1]), goal, limit });
}

/** Runs the work for both, who begins changing from turn to turn. */
async function both(turn: number, work: (index: 0 | 1) => Promise<void>): Promise<void> {
  for (const index of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) await work(index);
}

/** Sends what is older than the hours that are measured, window by window: no series may run ahead. */
async function backfill(pair: Pair, fleet: Fleet): Promise<void> {
  const until = Date.now() - MEASURED_HOURS * 3_600_000;
  while (fleet.time + HISTORY_ROUNDS * INTERVAL <= until) {
    const bodies = fleet.history();
    const shards = Array.from({ length: SENDERS }, (_, sender) => bodies.filter((_, i) => i % SENDERS === sender));
    for (const subject of pair) await send(subject, shards);
  }
}

/** Sends rounds up to about now, and notes what they cost. */
async function ingest(pair: Pair, fleet: Fleet): Promise<void> {
  const created = fleet.rounds(1);
  for (const subject of pair) await send(subject, created);
  const perCpu: Figures = [[], []];
  const perWall: Figures = [[], []];
  for (let turn = 0; fleet.time + TURN * INTERVAL <= Date.now(); turn++) {
    const shards = fleet.rounds(TURN);
    const count = TURN * fleet.series;
    await both(turn, async (index) => {
      const { pid } = pair[index];
      const [cpu, wall] = [cpuSeconds(pid), performance.now()];
      await send(pair[index], shards);
      perWall[index].push((1000 * count) / (performance.now() - wall));
      perCpu[index].push(count / (cpuSeconds(pid) - cpu));
    });
  }
  const limit = 'decoding, and the commit that each answer waits for';
  add('ingest per CPU second', 'samples/s', perCpu, { least: 2 }, limit);
  add('ingest per second', 'samples/s', perWall, null, `${limit}; five senders`);
}

/** Sends what is missing up to now, so that instants and rules find fresh samples. */
async function catchUp(pair: Pair, fleet: Fleet): Promise<void> {
  const missing = Math.floor((Date.now() - fleet.time) / INTERVAL);
  if (missing <= 0) return;
  const shards = fleet.rounds(missing);
  for (const subject of pair) await send(subject, shards);
}

function memory(pair: Pair, before: readonly number[], series: number): void {
  const now = pair.map(({ pid }) => resident(pid));
  const name = `${(series / 1000).toLocaleString('en')}k series`;
  const each = (index: 0 | 1): number[] => [now[index]! / series / 1024];
  const more = (index: 0 | 1): number[] => [(now[index]! - before[index]!) / series / 1024];
  add(`resident memory, ${name}`, 'KiB/series', [each(0), each(1)], { most: 1 }, 'the process without any series');
  add(`of it above the empty process, ${name}`, 'KiB/series', [more(0), more(1)], null, 'head of each series');
}

async function suite(
  pair: Pair,
  name: string,
  queries: readonly string[],
  rounds: number,
  path: (query: string) => string,
) {
  const ratios: number[] = [];
  const early: number[] = [];
  const cpu: Figures = [[0], [0]];
  for (const query of queries) {
    const took: Figures = [[], []];
    for (let round = 0; round <= rounds; round++) {
      await both(round, async (index) => {
        const [used, started] = [cpuSeconds(pair[index].pid), performance.now()];
        const answer = await ask(pair[index], path(query));
        // The first round fills the caches of both.
        if (round > 0) took[index].push(performance.now() - started);
        await pause(REST_MS);
        cpu[index][0]! += cpuSeconds(pair[index].pid) - used;
        if (answer.includes('"result":[]')) throw new Error(`${pair[index].name} has no answer to ${query}`);
      });
    }
    ratios.push(median(took[0]) / median(took[1]));
    early.push(median(took[0].slice(0, EARLY_ROUNDS)) / median(took[1].slice(0, EARLY_ROUNDS)));
    add(`${name}: \`${query}\``, 'ms', took, null, '');
  }
  const mean = geometricMean(ratios);
  rows.push({
    what: `${name}: geometric mean of ratios`,
    unit: 'ratio',
    ours: mean,
    theirs: 1,
    goal: { most: 0.5 },
    limit: 'one thread evaluates; HTTP in another one; blocks beyond the cache are decompressed anew',
  });
  if (rounds > EARLY_ROUNDS) {
    const ours = geometricMean(early);
    const what = `${name}: the same, the second to sixth time of each`;
    rows.push({ what, unit: 'ratio', ours, theirs: 1, goal: null, limit: 'code that V8 has not compiled yet' });
  }
  add(`${name}: CPU of all`, 's', cpu, null, '');
}

async function queries(pair: Pair, start: number, end: number): Promise<void> {
  const times = `start=${(start / 1000).toFixed(0)}&end=${(end / 1000).toFixed(0)}&step=60`;
  // Reading the metric begins its next window.
  await lag(pair[0]);
  await suite(
    pair,
    'range',
    RANGE_QUERIES,
    QUERY_ROUNDS,
    (query) => `/api/v1/query_range?query=${encodeURIComponent(query)}&${times}`,
  );
  await suite(
    pair,
    'instant',
    INSTANT_QUERIES,
    INSTANT_ROUNDS,
    (query) => `/api/v1/query?query=${encodeURIComponent(query)}&time=${(end / 1000).toFixed(0)}`,
  );
  console.log(
    `event-loop delay p99 of Lamplighter's main thread under the queries: ${(await lag(pair[0])).toFixed(1)} ms`,
  );
}

async function lag(subject: Subject): Promise<number> {
  const metrics = await ask(subject, '/metrics');
  return 1000 * Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(metrics)?.[1]);
}

/** Seconds of the last evaluation of the group and its instant, or null before the first one. */
async function lastEvaluation(subject: Subject): Promise<{ at: string; seconds: number } | null> {
  const text = await ask(subject, '/api/v1/rules?type=record');
  const { data } = JSON.parse(text) as {
    data: { groups: { name: string; evaluationTime: number; lastEvaluation: string; rules: { health: string }[] }[] };
  };
  const group = data.groups.find(({ name }) => name === 'bench');
  if (!group || group.lastEvaluation.startsWith('0001')) return null;
  if (group.rules.some(({ health }) => health === 'err')) throw new Error(`${subject.name}: a rule failed`);
  return { at: group.lastEvaluation, seconds: group.evaluationTime };
}

async function rules(pair: Pair, fleet: Fleet): Promise<void> {
  const took: Figures = [[], []];
  for (let turn = 0; turn < RULE_TURNS; turn++) {
    await both(turn, async (index) => {
      const subject = pair[index];
      await catchUp(pair, fleet);
      subject.rules(ruleFile(INSTANCES, `${RULE_INTERVAL}s`));
      const seen = new Map<string, number>();
      while (seen.size <= RULE_EVALUATIONS) {
        await pause(1000 * RULE_INTERVAL);
        const last = await lastEvaluation(subject);
        if (last) seen.set(last.at, last.seconds);
      }
      // The first evaluation makes the series that the others write to.
      took[index].push(...[...seen.values()].slice(1).map((seconds) => 1000 * seconds));
      subject.rules('groups: []\n');
      await pause(1000);
    });
  }
  add('1,000 recording rules, one round', 'ms', took, { most: 0.5 }, 'selecting, and a batch to write, for each rule');
}

async function disk(pair: Pair, samples: number): Promise<void> {
  await ask(pair[1], '/api/v1/admin/tsdb/snapshot', 'POST');
  for (const subject of pair) await subject.stop();
  const snapshot = diskUsage(join(pair[1].data, 'snapshots'));
  const [ours, theirs] = [diskUsage(pair[0].data), diskUsage(pair[1].data) - snapshot];
  const limit = 'the batch log, up to 32 MiB, and the operations database';
  const each = (bytes: number): number[] => [bytes / samples];
  add(
    'disk, stopped (Prometheus with WAL and head chunks)',
    'B/sample',
    [each(ours), each(theirs)],
    { most: 1 },
    limit,
  );
  add('disk against blocks alone of a Prometheus snapshot', 'B/sample', [each(ours), each(snapshot)], null, limit);
}

async function startPair(): Promise<Pair> {
  return [await startLamplighter(), await startPrometheus()];
}

async function large(): Promise<void> {
  const pair = await startPair();
  try {
    const fleet = new Fleet(10 * INSTANCES, Date.now() - 20 * INTERVAL);
    const before = pair.map(({ pid }) => resident(pid));
    while (fleet.time < Date.now()) {
      const shards = fleet.rounds(1);
      for (const subject of pair) await send(subject, shards);
    }
    await pause(15_000);
    memory(pair, before, fleet.series);
  } finally {
    for (const subject of pair) await subject.stop().then(() => subject.remove());
  }
}

async function main(): Promise<void> {
  if (spawnSync('which', ['prometheus']).status !== 0) throw new Error('not installed: prometheus');
  const start = Math.floor((Date.now() - HOURS * 3_600_000) / INTERVAL) * INTERVAL;
  const pair = await startPair();
  const fleet = new Fleet(INSTANCES, start);
  const say = (what: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${what}`);
  try {
    const before = pair.map(({ pid }) => resident(pid));
    say(`ingest of ${HOURS} h of ${(INSTANCES * PER_INSTANCE).toLocaleString('en')} series`);
    await backfill(pair, fleet);
    await ingest(pair, fleet);
    await pause(15_000);
    memory(pair, before, fleet.series);
    await catchUp(pair, fleet);
    say('queries');
    await queries(pair, fleet.time - HOURS * 3_600_000, fleet.time - INTERVAL);
    console.log(table(rows));
    say('rules');
    await rules(pair, fleet);
    await pause(5000);
    say('disk');
    await disk(pair, (fleet.series * (fleet.time - start)) / INTERVAL);
  } finally {
    for (const subject of pair) {
      await subject.stop();
      subject.remove();
    }
  }
  if (LARGE) await large();
  console.log(`\n${table(rows)}`);
}

await main();
