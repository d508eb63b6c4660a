import type { Labels } from '../../core/labels.ts';
import { combineHistograms, scaleHistogram, type NativeHistogram } from '../value/histogram.ts';
import type { Aggregate, Aggregator } from '../parse/ast.ts';
import { ABSENT, FLOAT, HISTOGRAM, setHistogram, type Column } from './column.ts';
import type { Session } from './session.ts';
import { labelOf } from '../match/label.ts';

/** Takes the columns of one group one after the other and then writes the group's result. */
interface Accumulator {
  add(column: Column): void;
  finish(result: Column): void;
}

type GroupKeyOf = (labels: Labels) => string;

/** How series are grouped by `by` or `without`. */
interface Grouping {
  readonly keyOf: GroupKeyOf;
  readonly labelsOf: (labels: Labels) => Labels;
}

/** The grouping of an aggregation; without a clause all series form one group. */
export function groupingOf(expr: Pick<Aggregate, 'grouping' | 'without'>): Grouping {
  const { grouping, without } = expr;
  if (without) {
    const dropped = new Set([...grouping, '__name__']);
    const namesOf = (labels: Labels): string[] =>
      Object.keys(labels)
        .filter((name) => !dropped.has(name) && labels[name] !== '')
        .sort();
    return {
      keyOf: (labels) => namesOf(labels).reduce((key, name) => `${key}${name}\u0001${labels[name]}\u0002`, ''),
      labelsOf: (labels) => Object.fromEntries(namesOf(labels).map((name) => [name, labels[name]!])),
    };
  }
  const [only] = grouping;
  const keyOf: GroupKeyOf =
    only === undefined
      ? () => ''
      : grouping.length === 1
        ? (labels) => labelOf(labels, only)
        : (labels) => grouping.reduce((key, name) => `${key}${labelOf(labels, name)}\u0002`, '');
  const labelsOf = (labels: Labels): Labels => {
    const kept: Record<string, string> = {};
    for (const name of grouping) if (labelOf(labels, name) !== '') kept[name] = labels[name]!;
    return kept;
  };
  return { keyOf, labelsOf };
}

/** Aggregates columns as they come, without keeping them: everything but the rank and selection aggregators. */
export function aggregateStream(session: Session, expr: Aggregate, columns: Iterable<Column>, count: number): Column[] {
  const { keyOf, labelsOf } = groupingOf(expr);
  const groups = new Map<string, { labels: Labels; accumulator: Accumulator }>();
  const remark = remarksOf(session, expr);
  for (const column of columns) {
    const key = keyOf(column.labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = { labels: labelsOf(column.labels), accumulator: accumulatorFor(expr.op, count, remark) };
      groups.set(key, group);
    }
    group.accumulator.add(column);
    session.recycle(column);
  }
  const results: Column[] = [];
  for (const { labels, accumulator } of groups.values()) {
    const column = session.column(labels, count);
    accumulator.finish(column);
    results.push(column);
  }
  return results;
}

interface Remarks {
  mixed(): void;
  ignored(): void;
}

function remarksOf({ annotations }: Session, expr: Aggregate): Remarks {
  return {
    mixed: () => annotations.warn('encountered a mix of histograms and floats for aggregation', expr.expr.span),
    ignored: () => annotations.info(`ignored histogram in ${expr.op} aggregation`, expr.expr.span),
  };
}

function accumulatorFor(op: Aggregator, count: number, remarks: Remarks): Accumulator {
  switch (op) {
    case 'sum':
      return new TotalAccumulator(count, false, remarks);
    case 'avg':
      return new TotalAccumulator(count, true, remarks);
    case 'min':
      return new ExtremeAccumulator(count, -1, remarks);
    case 'max':
      return new ExtremeAccumulator(count, 1, remarks);
    case 'stddev':
    case 'stdvar':
      return new SpreadAccumulator(count, op === 'stddev', remarks);
    default:
      return new CountAccumulator(count, op === 'group');
  }
}

class CountAccumulator implements Accumulator {
  readonly #counts: Float64Array;
  readonly #isGroup: boolean;

  constructor(count: number, isGroup: boolean) {
    this.#counts = new Float64Array(count);
    this.#isGroup = isGroup;
  }

  add({ kinds }: Column): void {
    const counts = this.#counts;
    for (let step = 0; step < kinds.length; step++) if (kinds[step] !== ABSENT) counts[step]!++;
  }

  finish(result: Column): void {
    this.#counts.forEach((found, step) => {
      if (found === 0) return;
      result.kinds[step] = FLOAT;
      result.values[step] = this.#isGroup ? 1 : found;
    });
  }
}

class ExtremeAccumulator implements Accumulator {
  readonly #best: Float64Array;
  readonly #kinds: Uint8Array;
  readonly #sign: 1 | -1;
  readonly #remarks: Remarks;

  constructor(count: number, sign: 1 | -1, remarks: Remarks) {
    this.#best = new Float64Array(count);
    this.#kinds = new Uint8Array(count);
    this.#sign = sign;
    this.#remarks = remarks;
  }

  add({ kinds, values }: Column): void {
    const best = this.#best;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === HISTOGRAM) this.#remarks.ignored();
      if (kinds[step] !== FLOAT) continue;
      const value = values[step]!;
      const held = best[step]!;
      const better = this.#sign > 0 ? value > held : value < held;
      if (this.#kinds[step] === ABSENT || better || held !== held) best[step] = value;
      this.#kinds[step] = FLOAT;
    }
  }

  finish(result: Column): void {
    result.kinds.set(this.#kinds);
    result.values.set(this.#best);
  }
}

/** Sum and mean: compensated, and for the mean incremental once a sum overflows. Histograms are added likewise. */
class TotalAccumulator implements Accumulator {
  readonly #isMean: boolean;
  readonly #remarks: Remarks;
  /** Totals of all steps, then their rounding errors, then how many were added: asking for memory thrice costs more. */
  readonly #room: Float64Array;
  readonly #size: number;
  #incremental: Uint8Array | undefined;
  #histograms: ({ total: NativeHistogram | undefined; count: number } | undefined)[] | undefined;

  constructor(count: number, isMean: boolean, remarks: Remarks) {
    this.#isMean = isMean;
    this.#remarks = remarks;
    this.#room = new Float64Array(3 * count);
    this.#size = count;
  }

  add(column: Column): void {
    const { kinds, values } = column;
    const room = this.#room;
    const size = this.#size;
    for (let step = 0; step < size; step++) {
      if (kinds[step] !== FLOAT) continue;
      room[2 * size + step]!++;
      const value = this.#isMean ? this.#prepareMean(step, values[step]!) : values[step]!;
      const total = room[step]!;
      const next = total + value;
      const added = next - total;
      // An infinite sum has no rounding error; everything else has it by Knuth's two-sum.
      if (next - next === 0) room[size + step]! += total - (next - added) + (value - added);
      else room[size + step] = 0;
      room[step] = next;
    }
    if (column.histograms !== undefined) this.#addHistograms(column);
  }

  /** What to add for a mean: the value itself, or its share once the sum has left the range of numbers. */
  #prepareMean(step: number, value: number): number {
    const room = this.#room;
    const size = this.#size;
    const count = room[2 * size + step]!;
    if (this.#incremental?.[step] !== 1) {
      if (count === 1 || Math.abs(room[step]! + value) !== Infinity) return value;
      (this.#incremental ??= new Uint8Array(size))[step] = 1;
      room[step]! /= count - 1;
      room[size + step]! /= count - 1;
    }
    room[step]! *= (count - 1) / count;
    room[size + step]! *= (count - 1) / count;
    return value / count;
  }

  #addHistograms({ kinds, histograms }: Column): void {
    const held = (this.#histograms ??= []);
    kinds.forEach((kind, step) => {
      if (kind !== HISTOGRAM) return;
      const histogram = histograms![step]!;
      const before = held[step];
      if (before === undefined) held[step] = { total: histogram, count: 1 };
      else {
        before.total = before.total && combineHistograms(before.total, histogram, 1);
        before.count++;
      }
    });
  }

  finish(result: Column): void {
    for (let step = 0; step < result.kinds.length; step++) {
      const count = this.#room[2 * this.#size + step]!;
      const held = this.#histograms?.[step];
      if (held !== undefined) {
        if (count > 0) this.#remarks.mixed();
        else if (held.total !== undefined) {
          setHistogram(result, step, this.#isMean ? scaleHistogram(held.total, 1 / held.count) : held.total);
        }
      } else if (count > 0) {
        result.kinds[step] = FLOAT;
        result.values[step] = this.#floatAt(step, count);
      }
    }
  }

  #floatAt(step: number, count: number): number {
    const total = this.#room[step]!;
    const error = this.#room[this.#size + step]!;
    if (!this.#isMean) return Math.abs(total) === Infinity ? total : total + error;
    return this.#incremental?.[step] === 1 ? total + error : total / count + error / count;
  }
}

/** Standard deviation and variance of a population, in one pass. */
class SpreadAccumulator implements Accumulator {
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #isDeviation: boolean;
  readonly #remarks: Remarks;

  constructor(count: number, isDeviation: boolean, remarks: Remarks) {
    this.#counts = new Float64Array(count);
    this.#means = new Float64Array(count);
    this.#squares = new Float64Array(count);
    this.#isDeviation = isDeviation;
    this.#remarks = remarks;
  }

  add({ kinds, values }: Column): void {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === HISTOGRAM) this.#remarks.ignored();
      if (kinds[step] !== FLOAT) continue;
      const value = values[step]!;
      const distance = value - this.#means[step]!;
      this.#counts[step]!++;
      this.#means[step]! += distance / this.#counts[step]!;
      this.#squares[step]! += distance * (value - this.#means[step]!);
    }
  }

  finish(result: Column): void {
    this.#counts.forEach((count, step) => {
      if (count === 0) return;
      const variance = this.#squares[step]! / count;
      result.kinds[step] = FLOAT;
      result.values[step] = this.#isDeviation ? Math.sqrt(variance) : variance;
    });
  }
}
