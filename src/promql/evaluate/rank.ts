import { labelsKey, fingerprint, type Labels } from '../../core/labels.ts';
import type { Aggregate, Span } from '../parse/ast.ts';
import { isLabelName, quote } from '../parse/quote.ts';
import { printHistogram } from '../value/histogram.ts';
import { formatGeneral, formatValue } from '../value/number.ts';
import { quantileOf } from '../value/sum.ts';
import { groupingOf } from './aggregate.ts';
import { ABSENT, FLOAT, HISTOGRAM, copySample, type Column } from './column.ts';
import { cannotEvaluate, type Session } from './session.ts';

interface Group {
  readonly labels: Labels;
  readonly columns: Column[];
}

function groupColumns(expr: Aggregate, columns: Iterable<Column>): Group[] {
  const { keyOf, labelsOf } = groupingOf(expr);
  const groups = new Map<string, Group>();
  for (const column of columns) {
    const key = keyOf(column.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: labelsOf(column.labels), columns: [column] });
    else group.columns.push(column);
  }
  return [...groups.values()];
}

/** `quantile`: the rank may differ at every step. */
export function quantileGroups(
  session: Session,
  expr: Aggregate,
  columns: Iterable<Column>,
  q: Float64Array,
): Column[] {
  remarkQuantiles(session, q, expr.param!.span);
  return groupColumns(expr, columns).map((group) => {
    const result = session.column(group.labels, q.length);
    const room = new Float64Array(group.columns.length);
    for (let step = 0; step < q.length; step++) {
      let found = 0;
      for (const column of group.columns) {
        if (column.kinds[step] === FLOAT) room[found++] = column.values[step]!;
        else if (column.kinds[step] === HISTOGRAM) remarkIgnored(session, expr);
      }
      if (found === 0) continue;
      result.kinds[step] = FLOAT;
      result.values[step] = quantileOf(q[step]!, room.subarray(0, found));
    }
    return result;
  });
}

function remarkIgnored(session: Session, expr: Aggregate): void {
  session.annotations.info(`ignored histogram in ${expr.op} aggregation`, expr.expr.span);
}

function remarkQuantiles(session: Session, ranks: Float64Array, span: Span): void {
  for (const q of ranks) {
    if (q >= 0 && q <= 1) continue;
    session.annotations.warn(`quantile value should be between 0 and 1, got ${formatGeneral(q)}`, span);
  }
}

/** Keeps at each step the samples of a group that `choose` picks out; the best ones come first. */
function keepChosen(
  session: Session,
  groups: readonly Group[],
  count: number,
  choose: (members: readonly Column[], step: number) => readonly Column[],
): Column[] {
  const kept = new Map<Column, Column>();
  for (const group of groups) {
    for (let step = 0; step < count; step++) {
      for (const column of choose(group.columns, step)) {
        let result = kept.get(column);
        if (result === undefined) kept.set(column, (result = session.column(column.labels, count)));
        copySample(column, result, step);
      }
    }
  }
  return [...kept.values()];
}

/** Up to so many best ones are kept in order while the others pass; for more it is quicker to sort all. */
const MAX_INSERTED = 100;

/** `topk` and `bottomk`: k may differ at every step; NaN comes last. @throws Fault when k is NaN */
export function bestOfGroups(session: Session, expr: Aggregate, columns: Iterable<Column>, k: Float64Array): Column[] {
  checkCounts(k);
  const sign = expr.op === 'topk' ? -1 : 1;
  return keepChosen(session, groupColumns(expr, columns), k.length, (members, step) => {
    const wanted = Math.min(Math.trunc(k[step]!), members.length);
    if (wanted < 1) return [];
    const best: Column[] = [];
    for (const column of members) {
      if (column.kinds[step] === HISTOGRAM) remarkIgnored(session, expr);
      if (column.kinds[step] !== FLOAT) continue;
      if (wanted > MAX_INSERTED) best.push(column);
      else insertBest(best, column, step, sign, wanted);
    }
    if (wanted > MAX_INSERTED) best.sort((a, b) => compareNumbers(a.values[step]!, b.values[step]!, sign));
    return best.slice(0, wanted);
  });
}

/** Puts a column into the ordered list of the best so far; of equal ones the first to come stays ahead. */
function insertBest(best: Column[], column: Column, step: number, sign: 1 | -1, wanted: number): void {
  const value = column.values[step]!;
  if (best.length === wanted) {
    if (compareNumbers(value, best[wanted - 1]!.values[step]!, sign) >= 0) return;
    best.pop();
  }
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNumbers(value, best[middle]!.values[step]!, sign) < 0) high = middle;
    else low = middle + 1;
  }
  best.splice(low, 0, column);
}

/** Order of numbers with NaN at the end whatever the direction. */
export function compareNumbers(a: number, b: number, sign: 1 | -1): number {
  if (a !== a || b !== b) return (a !== a ? 1 : 0) - (b !== b ? 1 : 0);
  return a < b ? -sign : a > b ? sign : 0;
}

function presentAt(members: readonly Column[], step: number): Column[] {
  return members.filter((column) => column.kinds[step] !== ABSENT);
}

/** `limitk`: any k series of each group, the same ones as long as they are present. @throws Fault when k is NaN */
export function limitGroups(session: Session, expr: Aggregate, columns: Iterable<Column>, k: Float64Array): Column[] {
  checkCounts(k);
  return keepChosen(session, groupColumns(expr, columns), k.length, (members, step) =>
    presentAt(members, step).slice(0, Math.max(0, Math.trunc(k[step]!))),
  );
}

function checkCounts(k: Float64Array): void {
  if (k.some((count) => count !== count)) throw cannotEvaluate('Parameter value is NaN');
  const large = k.find((count) => Math.abs(count) >= 2 ** 63);
  if (large !== undefined) throw cannotEvaluate(`Scalar value ${formatGeneral(large)} overflows int64`);
}

const HASH_RANGE = 2 ** 32;

/**
 * `limit_ratio`: a share of the series chosen by a hash of their labels, a negative share being the complement. The
 * hash is our own, so other series are chosen than Prometheus would.
 */
export function limitRatio(
  session: Session,
  expr: Aggregate,
  columns: Iterable<Column>,
  ratio: Float64Array,
): Column[] {
  if (ratio.some((share) => share !== share)) throw cannotEvaluate('Ratio value is NaN');
  const places = new Map<Column, number>();
  const groups = groupColumns(expr, columns);
  for (const { columns: members } of groups) {
    for (const column of members)
      places.set(column, Number(`0x${fingerprint(column.labels).slice(0, 8)}`) / HASH_RANGE);
  }
  return keepChosen(session, groups, ratio.length, (members, step) => {
    const share = Math.max(-1, Math.min(1, ratio[step]!));
    return presentAt(members, step).filter((column) =>
      share >= 0 ? places.get(column)! < share : places.get(column)! >= 1 + share,
    );
  });
}

/** `count_values`: one series for each value that occurs. @throws Fault when the label name is not valid */
export function countValues(
  session: Session,
  expr: Aggregate,
  columns: Iterable<Column>,
  label: string,
  count: number,
): Column[] {
  if (!isLabelName(label)) throw cannotEvaluate(`invalid label name ${quote(label)}`);
  const { labelsOf } = groupingOf(expr);
  const results = new Map<string, Column>();
  for (const column of columns) {
    for (let step = 0; step < count; step++) {
      const kind = column.kinds[step];
      if (kind === ABSENT) continue;
      const value = kind === FLOAT ? formatValue(column.values[step]!) : printHistogram(column.histograms![step]!);
      // The label may be one of those grouped by, so grouping follows its setting.
      const grouped = expr.without
        ? { ...labelsOf(column.labels), [label]: value }
        : { ...labelsOf({ ...column.labels, [label]: value }), [label]: value };
      const key = labelsKey(grouped);
      let result = results.get(key);
      if (result === undefined) results.set(key, (result = session.column(grouped, count)));
      result.kinds[step] = FLOAT;
      result.values[step]!++;
    }
  }
  return [...results.values()];
}
