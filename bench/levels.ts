/**
 * How good the expected level is: day-ahead error and coverage on taxi demand, events found and false alarms on
 * labelled series, cost. Run: node bench/levels.ts [directory of the detection data]
 * Results and how the files were split stand in docs/semantics/expected-levels.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  backtest,
  Band,
  DAY_PARTS,
  dayPartTable,
  type BacktestSummary,
  type DayLike,
} from '../src/expectation/index.ts';

const HALF_HOUR = 1_800_000;
const DAY = 86_400_000;
const PER_DAY = 48;
const HISTORY_DAYS = 28;
const ORIGINS = 24;

const root = process.argv[2] ?? join(import.meta.dirname, '../../shared/data/detection');

if (!existsSync(root)) {
  console.log(`Skipped: there is no data at ${root}. Name the directory that holds nab/ and microsoft/.`);
} else {
  dayAhead();
  outages();
  events();
  cost();
}

function dayAhead(): void {
  console.log('Day ahead on nyc_taxi, 4 weeks of history, 24 rolling origins every 4 days');
  const lines = readFileSync(join(root, 'nab/realKnownCause/nyc_taxi.csv'), 'utf8').trim().split('\n').slice(1);
  const values = Float64Array.from(lines, (line) => Number(line.split(',')[1]));
  const times = Float64Array.from(lines, (line) => Date.parse(`${line.split(',')[0]!.replace(' ', 'T')}Z`));
  // Offset 2 (first origin 31 July 2014) is the series that published figures use; the others were used for tuning.
  const cases = [0, 1, 3, 2].flatMap((offset) => [null, newYorkHoliday].map((holidays) => ({ offset, holidays })));
  for (const { offset, holidays } of cases) {
    const { wape, naive, parts } = origins(times, values, offset, holidays);
    const share = parts.map(
      (part, index) => `${DAY_PARTS[index]} ${percent(part.inside / part.count)}/${(part.width / part.sum).toFixed(2)}`,
    );
    console.log(
      `  offset ${offset}${offset === 2 ? ' (judged)' : ' (tuned)'}${holidays ? ', holidays known' : ''}: WAPE ${wape.toFixed(2)} %, seasonal naive ${naive.toFixed(2)} %; coverage/relative width: ${share.join(', ')}`,
    );
  }
}

/** The holidays of the stretch on which most of New York does not work: they are like Sundays. */
function newYorkHoliday(date: string): number | null {
  return ['2014-07-04', '2014-09-01'].includes(date) ? 7 : null;
}

interface PartCount {
  inside: number;
  count: number;
  width: number;
  sum: number;
}

function origins(
  times: Float64Array,
  values: Float64Array,
  offset: number,
  holidays: DayLike | null,
): { wape: number; naive: number; parts: PartCount[] } {
  const table = dayPartTable({ morning: 360, daytime: 600, evening: 1020, night: 1320 });
  const parts: PartCount[] = DAY_PARTS.map(() => ({ inside: 0, count: 0, width: 0, sum: 0 }));
  let [error, naive, total] = [0, 0, 0];
  for (let origin = 0; origin < ORIGINS; origin++) {
    const at = (HISTORY_DAYS + offset + 4 * origin) * PER_DAY;
    const from = at - HISTORY_DAYS * PER_DAY;
    const band = Band.fit(
      { times: times.subarray(from, at), values: values.subarray(from, at) },
      'UTC',
      { step: HALF_HOUR },
      holidays,
    );
    for (let index = at; index < at + PER_DAY; index++) {
      const { expected, lower, upper } = band.forecast(times[index]!);
      const value = values[index]!;
      error += Math.abs(value - expected);
      naive += Math.abs(value - values[index - 7 * PER_DAY]!);
      total += value;
      const part = parts[table[Math.floor((times[index]! % DAY) / 60_000)]!]!;
      part.count++;
      part.sum += value;
      part.width += upper - lower;
      if (value >= lower && value <= upper) part.inside++;
    }
  }
  return { wape: (100 * error) / total, naive: (100 * naive) / total, parts };
}

/** Three-hour falls of demand, one every 3 days from the fifth week, on the taxi series: how soon each is seen. */
function outages(): void {
  const lines = readFileSync(join(root, 'nab/realKnownCause/nyc_taxi.csv'), 'utf8').trim().split('\n').slice(1);
  const plain = alarmRows(lines);
  for (const left of [0.7, 0.5, 0.2, 0]) {
    const changed = [...lines];
    const starts: number[] = [];
    for (let at = 35 * PER_DAY + 7; at < 120 * PER_DAY; at += 3 * PER_DAY + 11) {
      starts.push(at);
      for (let index = at; index < at + 6; index++) {
        const [instant, value] = lines[index]!.split(',');
        changed[index] = `${instant},${Number(value) * left}`;
      }
    }
    const alarms = alarmRows(changed);
    const delays = starts.flatMap((at) => {
      const offset = alarms.slice(at, at + 6).findIndex((alarm, index) => alarm && !plain[at + index]);
      return offset < 0 ? [] : [offset];
    });
    delays.sort((a, b) => a - b);
    console.log(
      `Injected outages, ${Math.round(100 * left)} % left: ${delays.length}/${starts.length} seen, median delay ${delays[delays.length >> 1] ?? '-'} samples`,
    );
  }
}

function alarmRows(lines: readonly string[]): boolean[] {
  return backtest(lines.slice(0, 125 * PER_DAY).join('\n'), { band: { learn: 28 * DAY } }).rows.map(
    ({ alarm }) => alarm,
  );
}

interface Labelled {
  readonly name: string;
  readonly text: string;
}

function events(): void {
  const sets = { Microsoft: microsoft(), NAB: nab() };
  for (const [title, files] of Object.entries(sets)) {
    console.log(`${title}: ${files.length} files; every other one (by name) was used for tuning, the rest is held out`);
    for (const [kind, parity] of [
      ['tuned', 0],
      ['held out', 1],
    ] as const) {
      const results = files
        .filter((_, index) => index % 2 === parity)
        .map((file) => ({ file, summary: backtest(file.text, { learnShare: 0.15 }).summary }));
      console.log(`  ${kind.padEnd(8)} ${describe(results.map(({ summary }) => summary))}`);
      if (process.env['LEVELS_FILES'])
        for (const { file, summary } of results) console.log(`    ${file.name}: ${describe([summary])}`);
    }
  }
}

function describe(results: readonly BacktestSummary[]): string {
  const add = (pick: (summary: BacktestSummary) => number | null): number =>
    results.reduce((sum, summary) => sum + (pick(summary) ?? 0), 0);
  const [total, found, wrong, days] = [
    add((s) => s.events),
    add((s) => s.found),
    add((s) => s.falseAlarms),
    add((s) => s.days),
  ];
  const f1 = (2 * found) / (found + wrong + total);
  const delays = results.flatMap(({ delay }) => delay ?? []).sort((a, b) => a - b);
  return `events ${found}/${total}, recall ${(found / total).toFixed(2)}, F1 ${f1.toFixed(2)}, false alarms per series-day ${(wrong / days).toFixed(3)} (${wrong} in ${days.toFixed(0)} days), median delay ${delays[delays.length >> 1] ?? '-'} samples`;
}

function microsoft(): Labelled[] {
  return csvFiles(join(root, 'microsoft')).map((path) => ({
    name: relative(root, path),
    text: readFileSync(path, 'utf8'),
  }));
}

/** NAB's windows stand in a file of their own: they become a column. */
function nab(): Labelled[] {
  const windows = JSON.parse(readFileSync(join(root, 'nab/combined_windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  return csvFiles(join(root, 'nab')).map((path) => {
    const name = relative(join(root, 'nab'), path);
    const spans = (windows[name] ?? []).map(([from, to]) => [from.slice(0, 19), to.slice(0, 19)] as const);
    const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
    const labelled = rows.map((row) => {
      const [instant = '', value = ''] = row.split(',');
      return `${instant},${value},${spans.some(([from, to]) => instant >= from && instant <= to) ? 1 : 0}`;
    });
    return { name, text: labelled.join('\n') };
  });
}

function csvFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.csv'))
    .sort()
    .map((path) => join(directory, path));
}

/** One-minute samples over 4 weeks, the densest that an indicator has in practice. */
function cost(): void {
  const step = 60_000;
  const count = 28 * 1440;
  let seed = 1;
  const noise = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  const at = (index: number): number => Date.UTC(2026, 0, 5) + index * step;
  const value = (index: number): number => 20 + 10 * Math.sin((index / 1440) * 2 * Math.PI) + 6 * noise();
  const indices = Array.from({ length: count }, (_, index) => index);
  const band = Band.fit({ times: indices.map(at), values: indices.map(value) }, 'Europe/Berlin', { step });
  const refits: number[] = [];
  for (let round = 0; round < 21; round++) refits.push(timed(() => band.refit()));
  const points = 5 * 1440;
  const elapsed = timed(() => {
    for (let index = count; index < count + points; index++) band.next(at(index), value(index));
  });
  console.log(
    `Cost at one sample a minute: ${((1000 * elapsed) / points).toFixed(1)} us a point, ${refits.sort((a, b) => a - b)[10]!.toFixed(1)} ms a refit (median of 21)`,
  );
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
