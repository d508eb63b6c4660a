/** Labelled events found, false alarms, delay, and the NAB score, for each detector and half. */
import { parseCsv, stepOf, summarise, type BacktestSummary } from '../../src/expectation/index.ts';
import type { Labelled } from './data.ts';
import { DETECTORS, type Detector } from './detectors.ts';
import { nabScore, probation, PROFILES, type ScoredFile } from './nab-score.ts';

interface Result {
  readonly file: Labelled;
  readonly summary: BacktestSummary;
  readonly scored: ScoredFile;
}

/** @param perFile one line for each file as well */
export function events(files: readonly Labelled[], perFile: boolean): void {
  for (const set of ['Microsoft', 'NAB'] as const) {
    for (const half of ['tuning', 'held out'] as const) {
      const chosen = files.filter((file) => file.set === set && file.half === half);
      if (chosen.length === 0) continue;
      console.log(`${set}, ${half} (${chosen.length} files)`);
      for (const [title, detector] of Object.entries(DETECTORS)) {
        const results = chosen.map((file) => judged(file, detector));
        console.log(`  ${title.padEnd(38)} ${describe(results.map(({ summary }) => summary))}`);
        if (set === 'NAB') console.log(`  ${''.padEnd(38)} ${nabLine(results)}`);
        if (perFile && title === 'ours')
          for (const { file, summary } of results) console.log(`    ${file.name}: ${describe([summary])}`);
      }
    }
  }
  const nab = files.filter(({ set }) => set === 'NAB');
  if (new Set(nab.map(({ half }) => half)).size < 2) return;
  console.log(`NAB, both halves (${nab.length} of the benchmark's 58 files: not the same set as published scores)`);
  for (const [title, detector] of Object.entries(DETECTORS))
    console.log(`  ${title.padEnd(38)} ${nabLine(nab.map((file) => judged(file, detector)))}`);
}

function judged(file: Labelled, detector: Detector): Result {
  const { times, values, labels } = parseCsv(file.text);
  const step = stepOf(times);
  const { alarms, scores } = detector({ times, values }, step);
  const rows = Array.from(times, (time, index) => ({
    time,
    value: values[index]!,
    expected: NaN,
    lower: NaN,
    upper: NaN,
    score: scores[index]!,
    alarm: alarms[index] === 1,
  }));
  const summary = summarise(rows, labels, step);
  return { file, summary, scored: { scores: firstOnly(scores), labels: labels ?? new Uint8Array(times.length) } };
}

/**
 * A benchmark that counts every row punishes an alarm that lasts: a row is reported only when nothing near before it
 * was reported at this height. "Near" is the length of the probation.
 */
function firstOnly(scores: Float64Array): Float64Array {
  const quiet = probation(scores.length);
  const reported = new Float64Array(scores.length);
  let [height, until] = [0, -1];
  for (let index = quiet; index < scores.length; index++) {
    if (index > until) height = 0;
    if (scores[index]! <= Math.max(height * RISE, LEAST_REPORTED)) continue;
    height = scores[index]!;
    until = index + quiet;
    reported[index] = height;
  }
  return reported;
}

const RISE = 1.5;
const LEAST_REPORTED = 0.5;

function nabLine(results: readonly Result[]): string {
  const files = results.map(({ scored }) => scored);
  const said = Object.entries(PROFILES).map(
    ([name, weights]) => `${name} ${nabScore(files, weights).score.toFixed(1)}`,
  );
  return `NAB score ${said.join(', ')}`;
}

function describe(results: readonly BacktestSummary[]): string {
  const add = (pick: (summary: BacktestSummary) => number | null): number =>
    results.reduce((sum, summary) => sum + (pick(summary) ?? 0), 0);
  const [total, found] = [add((s) => s.events), add((s) => s.found)];
  const [wrong, days] = [add((s) => s.falseAlarms), add((s) => s.days)];
  const f1 = (2 * found) / (found + wrong + total);
  const delays = results.flatMap(({ delay }) => delay ?? []).sort((a, b) => a - b);
  const recall = total > 0 ? (found / total).toFixed(2) : '-';
  return `events ${found}/${total}, recall ${recall}, F1 ${f1.toFixed(2)}, false/series-day ${(wrong / days).toFixed(3)} (${wrong} in ${days.toFixed(0)} d), delay ${delays[delays.length >> 1] ?? '-'}`;
}
