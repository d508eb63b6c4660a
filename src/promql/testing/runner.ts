import { labelsKey } from '../../core/labels.ts';
import { Fault } from '../../core/fault.ts';
import { anchoredRegex } from '../match/matcher.ts';
import type { Expr } from '../parse/ast.ts';
import { typeOf } from '../parse/check.ts';
import { parseExpr } from '../parse/parser.ts';
import { evaluateInstant, evaluateRange, type Evaluated, type QueryResult } from '../query.ts';
import { parseNumber } from '../value/number.ts';
import { customBucketLines } from './custom-buckets.ts';
import { printSeries, sameSeries, type PointSeries } from './compare.ts';
import { MemorySource, type Point } from './memory-source.ts';
import { pinExpr } from './pin.ts';
import { parseScript, type Command, type EvalCommand, type Expectation } from './script.ts';
import { parseSeriesLine } from './series-line.ts';

/** An expectation that was not met. */
interface FixtureFailure {
  readonly file: string;
  readonly line: number;
  readonly got: string;
  readonly wanted: string;
}

/** How many queries of a fixture gave what they should. */
export interface FixtureReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly FixtureFailure[];
}

/** Functions that Prometheus keeps behind feature flags and that are not built here. */
const NOT_BUILT = /unknown function with name "(?:info|histogram_quantiles|timeseries_gen)"/;
const MINUTE = 60_000;

/**
 * Runs a fixture in Prometheus' test language (promql/promqltest/README.md). Every instant query is also run as the
 * middle of a range query, and with its selectors pinned to its time at other evaluation times.
 */
export function runPromqlTest(text: string, fileName: string): FixtureReport {
  const failures: FixtureFailure[] = [];
  const source = new MemorySource();
  let passed = 0;
  let skipped = 0;
  let commands: Command[] = [];
  try {
    commands = parseScript(text);
  } catch (error) {
    failures.push({ file: fileName, line: 0, got: messageOf(error), wanted: 'a fixture that parses' });
  }
  for (const command of commands) {
    try {
      if (command.kind === 'clear') source.clear();
      else if (command.kind === 'load') load(source, command);
      else {
        const outcome = runEval(source, command);
        if (outcome === 'passed') passed++;
        else if (outcome === 'skipped') skipped++;
        else failures.push({ file: fileName, line: command.line, ...outcome });
      }
    } catch (error) {
      failures.push({ file: fileName, line: command.line, got: messageOf(error), wanted: 'no error' });
    }
  }
  return { passed, failed: failures.length, skipped, failures };
}

function load(source: MemorySource, command: Extract<Command, { kind: 'load' }>): void {
  const lines = command.series.map(parseSeriesLine);
  if (command.withCustomBuckets) lines.push(...customBucketLines(lines));
  // A series written twice in one load counts as it was written last.
  const last = new Map(lines.map((line) => [labelsKey(line.labels), line]));
  for (const { labels, points } of last.values()) {
    points.forEach((point, index) => {
      if (point !== undefined) source.add(labels, index * command.step, point);
    });
  }
}

interface Mismatch {
  readonly got: string;
  readonly wanted: string;
}

function runEval(source: MemorySource, command: EvalCommand): 'passed' | 'skipped' | Mismatch {
  const fails = command.expectations.filter(({ kind }) => kind === 'fail');
  try {
    const expr = parseExpr(command.expr);
    const direct = runDirect(source, expr, command);
    if (fails.length > 0) return { got: printSeries(pointsOf(direct.result)), wanted: 'an error' };
    const mismatch = compareDirect(command, direct) ?? compareVariants(source, expr, command);
    return mismatch ?? 'passed';
  } catch (error) {
    const got = messageOf(error);
    if (NOT_BUILT.test(got)) return 'skipped';
    if (fails.length === 0) return { got, wanted: 'no error' };
    const unmet = fails.find((expectation) => !matches(expectation, got));
    return unmet === undefined ? 'passed' : { got, wanted: unmet.match!.text };
  }
}

function runDirect(source: MemorySource, expr: Expr, command: EvalCommand): Evaluated {
  const text = command.expr;
  if (command.range !== undefined) return evaluateRange(expr, { source, text, ...command.range });
  return evaluateInstant(expr, { source, text, at: command.at });
}

function compareDirect(command: EvalCommand, { result, warnings, infos }: Evaluated): Mismatch | undefined {
  return (
    compareRemarks(command, 'warn', warnings) ??
    compareRemarks(command, 'info', infos) ??
    compareResult(command, result)
  );
}

function compareRemarks(command: EvalCommand, kind: 'warn' | 'info', got: readonly string[]): Mismatch | undefined {
  const wanted = command.expectations.filter((expectation) => expectation.kind === kind);
  const shown = got.join('\n') || `no ${kind}`;
  if (command.expectations.some((expectation) => expectation.kind === `no_${kind}`) && got.length > 0) {
    return { got: shown, wanted: `no ${kind}` };
  }
  if (wanted.length === 0) return undefined;
  const unmet = wanted.find((expectation) => !got.some((text) => matches(expectation, text)));
  if (unmet !== undefined) return { got: shown, wanted: unmet.match?.text ?? `some ${kind}` };
  const surplus = got.find((text) => !wanted.some((expectation) => matches(expectation, text)));
  return surplus === undefined ? undefined : { got: surplus, wanted: `only the ${kind} lines expected` };
}

function matches({ match }: Expectation, text: string): boolean {
  if (match === undefined) return true;
  return match.how === 'msg' ? text === match.text : anchoredRegex(`.*(?:${match.text}).*`).matches(text);
}

function compareResult(command: EvalCommand, result: QueryResult): Mismatch | undefined {
  if (result.kind === 'string') {
    return result.value === command.text ? undefined : { got: result.value, wanted: command.text ?? '(no string)' };
  }
  if (result.kind === 'scalar' && command.series.length > 0 && parseNumber(command.series[0]!) === undefined) {
    return { got: 'a scalar', wanted: command.series.join('\n') };
  }
  const ordered = command.expectations.some(({ kind }) => kind === 'ordered');
  return compareSeries(pointsOf(result), wantedSeries(command), ordered, '');
}

function compareSeries(
  got: readonly PointSeries[],
  wanted: readonly PointSeries[],
  ordered: boolean,
  how: string,
): Mismatch | undefined {
  return sameSeries(got, wanted, ordered) ? undefined : { got: how + printSeries(got), wanted: printSeries(wanted) };
}

/** What the command expects; a scalar stands as a series without labels. */
function wantedSeries({ series, range, at }: EvalCommand): PointSeries[] {
  const found: PointSeries[] = [];
  for (const line of series) {
    const scalar = parseNumber(line);
    const { labels, points } = scalar === undefined ? parseSeriesLine(line) : { labels: {}, points: [scalar] };
    const byTime = new Map<number, Point>();
    points.forEach((point, index) => {
      if (point !== undefined) byTime.set((range?.start ?? at) + index * (range?.step ?? 0), point);
    });
    if (byTime.size > 0) found.push({ labels, points: byTime });
  }
  return found;
}

function pointsOf(result: QueryResult): PointSeries[] {
  switch (result.kind) {
    case 'scalar':
      return [{ labels: {}, points: new Map([[result.time, result.value]]) }];
    case 'string':
      return [];
    case 'vector':
      return result.samples.map(({ labels, time, value, histogram }) => {
        return { labels, points: new Map([[time, histogram ?? value]]) };
      });
    case 'matrix':
      return result.series.map(({ labels, times, values, histograms }) => {
        return { labels, points: new Map(Array.from(times, (time, k) => [time, histograms?.[k] ?? values[k]!])) };
      });
  }
}

/** The same instant query in other ways that must agree with it. */
function compareVariants(source: MemorySource, expr: Expr, command: EvalCommand): Mismatch | undefined {
  const type = typeOf(expr);
  const ordered = command.expectations.some(({ kind }) => kind === 'ordered');
  if (command.range !== undefined || type === 'string' || type === 'range vector') return undefined;
  const { at } = command;
  const wanted = wantedSeries(command);
  const text = command.expr;
  if (!ordered) {
    const range = { start: at - MINUTE, end: at + MINUTE, step: MINUTE };
    const around = pointsOf(evaluateRange(expr, { source, text, ...range }).result);
    const mismatch = compareSeries(onlyAt(around, at, at), wanted, false, 'as a range query: ');
    if (mismatch !== undefined) return mismatch;
  }
  const pinned = pinExpr(expr, at);
  if (pinned === undefined) return undefined;
  for (const time of [at - 10 * MINUTE, at + MINUTE, at + 1000 * MINUTE]) {
    const { result } = evaluateInstant(pinned, { source, text, at: time });
    const shifted = onlyAt(pointsOf(result), time, at);
    const mismatch = compareSeries(shifted, wanted, ordered, `pinned by @, at ${time / 1000}: `);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

/** The points at one time, moved to another. */
function onlyAt(series: readonly PointSeries[], time: number, target: number): PointSeries[] {
  return series.flatMap(({ labels, points }) => {
    const point = points.get(time);
    return point === undefined ? [] : [{ labels, points: new Map([[target, point]]) }];
  });
}

function messageOf(error: unknown): string {
  if (error instanceof Fault && 'what' in error.params) return String(error.params.what);
  return error instanceof Error ? error.message : String(error);
}
