import { labelsKey, type Labels } from '../../core/labels.ts';
import type { Binary, Matching } from '../parse/ast.ts';
import { isComparison } from '../parse/ast.ts';
import { incompatibleOperands } from './annotation.ts';
import { ABSENT, FLOAT, HISTOGRAM, isEmpty, setHistogram, type Column } from './column.ts';
import { matchKeyOf, matchLabels, printLabels } from './match-key.ts';
import { comparison, floatOperation, operateHistograms, type Operand } from './operate.ts';
import { cannotEvaluate, type Session } from './session.ts';
import { labelOf } from '../match/label.ts';

/** A result under construction, with the steps at which a pair met, whether or not its sample was kept. */
interface Result {
  readonly column: Column;
  readonly met: Uint8Array;
}

/**
 * An arithmetic operator or comparison between two vectors. The "many" side leads; the "one" side must have at most one
 * series for each match key at every step.
 * @throws Fault `execution_failed` when the matching is not unique
 */
export function vectorWithVector(
  session: Session,
  expr: Binary,
  left: readonly Column[],
  right: readonly Column[],
  count: number,
): Column[] {
  const swapped = expr.matching.card === 'one-to-many';
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const keyOf = matchKeyOf(expr.matching);
  const bothPresent = presentSteps(many, one, count);
  const oneByKey = new Map<string, Column[]>();
  for (const column of one) {
    const key = keyOf(column.labels);
    const held = oneByKey.get(key);
    if (held === undefined) oneByKey.set(key, [column]);
    else held.push(column);
  }
  for (const columns of oneByKey.values()) if (columns.length > 1) checkOneSide(expr, columns, bothPresent, swapped);
  const results = new Map<string, Result>();
  const metByKey = new Map<string, Uint8Array>();
  for (const lead of many) {
    const key = keyOf(lead.labels);
    for (const match of oneByKey.get(key) ?? []) {
      const met = meetingSteps(lead, match);
      if (met === undefined) continue;
      if (expr.matching.card === 'one-to-one') checkMet(metByKey, key, met);
      const result = resultFor(session, expr, lead, match, results);
      if (expr.matching.card !== 'one-to-one') markMet(result, met);
      const [a, b] = swapped ? [match, lead] : [lead, match];
      operateSteps(session, expr, a, b, met, result.column);
    }
  }
  return [...results.values()].map(({ column }) => column).filter((column) => !isEmpty(column));
}

/** Steps at which both sides hold anything; with one side empty there is no matching that could fail. */
function presentSteps(many: readonly Column[], one: readonly Column[], count: number): Uint8Array {
  const steps = new Uint8Array(count);
  for (const { kinds } of many) for (let step = 0; step < count; step++) if (kinds[step] !== ABSENT) steps[step] = 1;
  for (const { kinds } of one) for (let step = 0; step < count; step++) if (kinds[step] !== ABSENT) steps[step]! |= 2;
  return steps.map((mark) => (mark === 3 ? 1 : 0));
}

function checkOneSide(expr: Binary, columns: readonly Column[], bothPresent: Uint8Array, swapped: boolean): void {
  const held = new Map<number, Column>();
  for (const column of columns) {
    for (let step = 0; step < column.kinds.length; step++) {
      if (column.kinds[step] === ABSENT || bothPresent[step] === 0) continue;
      const other = held.get(step);
      if (other !== undefined) throw duplicateMatch(expr.matching, other.labels, column.labels, swapped);
      held.set(step, column);
    }
  }
}

function duplicateMatch(matching: Matching, a: Labels, b: Labels, swapped: boolean): Error {
  const group = printLabels(matchLabels(matching, a));
  const pair = [printLabels(a), printLabels(b)].sort().join(', ');
  const side = swapped ? 'left' : 'right';
  return cannotEvaluate(
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${pair}]` +
      ';many-to-many matching not allowed: matching labels must be unique on one side',
  );
}

function checkMet(metByKey: Map<string, Uint8Array>, key: string, met: Uint8Array): void {
  const before = metByKey.get(key);
  if (before === undefined) {
    metByKey.set(key, met.slice());
    return;
  }
  for (let step = 0; step < met.length; step++) {
    if (met[step] === 0) continue;
    if (before[step] === 1) {
      throw cannotEvaluate(
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      );
    }
    before[step] = 1;
  }
}

/** The steps at which both series have a sample, or undefined when there is none. */
function meetingSteps({ kinds: a }: Column, { kinds: b }: Column): Uint8Array | undefined {
  const met = new Uint8Array(a.length);
  let any = false;
  for (let step = 0; step < met.length; step++) {
    if (a[step] === ABSENT || b[step] === ABSENT) continue;
    met[step] = 1;
    any = true;
  }
  return any ? met : undefined;
}

function resultFor(session: Session, expr: Binary, lead: Column, match: Column, results: Map<string, Result>): Result {
  const labels = resultLabels(expr, lead.labels, match.labels);
  const key = labelsKey(labels);
  let result = results.get(key);
  if (result === undefined) {
    const { length } = lead.kinds;
    results.set(key, (result = { column: session.column(labels, length), met: new Uint8Array(length) }));
  }
  return result;
}

/** With group_left or group_right no two pairs may give the same labels at a step. */
function markMet(result: Result, met: Uint8Array): void {
  for (let step = 0; step < met.length; step++) {
    if (met[step] === 0) continue;
    if (result.met[step] === 1) {
      throw cannotEvaluate('multiple matches for labels: grouping labels must ensure unique matches');
    }
    result.met[step] = 1;
  }
}

function operateSteps(session: Session, expr: Binary, left: Column, right: Column, met: Uint8Array, out: Column): void {
  const filters = isComparison(expr.op) && !expr.bool;
  const compute = floatOperation(expr.op);
  const holds = isComparison(expr.op) ? comparison(expr.op) : undefined;
  for (let step = 0; step < met.length; step++) {
    if (met[step] === 0) continue;
    if (left.kinds[step] !== FLOAT || right.kinds[step] !== FLOAT) {
      operateMixed(session, expr, left, right, step, out);
      continue;
    }
    const [a, b] = [left.values[step]!, right.values[step]!];
    if (filters && !holds!(a, b)) continue;
    out.kinds[step] = FLOAT;
    out.values[step] = filters ? a : compute(a, b);
  }
}

function operateMixed(session: Session, expr: Binary, left: Column, right: Column, step: number, out: Column): void {
  const a = operandAt(left, step);
  const b = operandAt(right, step);
  let result = operateHistograms(expr.op, a, b);
  if (result === undefined) {
    session.annotations.info(incompatibleOperands(expr.op, kindName(a), kindName(b)), expr.span);
    return;
  }
  if (typeof result === 'boolean') {
    if (!expr.bool && !result) return;
    result = expr.bool ? Number(result) : a;
  }
  if (typeof result === 'number') {
    out.kinds[step] = FLOAT;
    out.values[step] = result;
  } else {
    setHistogram(out, step, result);
  }
}

function operandAt(column: Column, step: number): Operand {
  return column.kinds[step] === HISTOGRAM ? column.histograms![step]! : column.values[step]!;
}

function kindName(operand: Operand): string {
  return typeof operand === 'number' ? 'float' : 'histogram';
}

/** Labels of a result: the leading side's, cut down by one-to-one matching, with those asked for by group_x. */
function resultLabels(expr: Binary, lead: Labels, match: Labels): Labels {
  const { on, labels: names, card, include } = expr.matching;
  const keepsName = isComparison(expr.op) && !expr.bool;
  const labels: Record<string, string> = {};
  for (const name in lead) {
    if (name === '__name__' && !keepsName) continue;
    if (card === 'one-to-one' && names.includes(name) !== on) continue;
    labels[name] = lead[name]!;
  }
  for (const name of include) {
    const value = labelOf(match, name);
    if (value === '') delete labels[name];
    else labels[name] = value;
  }
  return labels;
}
