import { labelsKey, type Labels } from '../../core/labels.ts';
import type { NativeHistogram } from '../value/histogram.ts';

/** What stands at a step of a column. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/** Evenly spaced evaluation times in milliseconds. */
export interface Grid {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * One series of an instant vector over all steps of a grid. A column has one owner at a time: whoever receives it may
 * change it in place.
 */
export interface Column {
  labels: Labels;
  /** ABSENT, FLOAT or HISTOGRAM for each step. */
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  histograms: (NativeHistogram | undefined)[] | undefined;
}

/** A column without samples. */
export function emptyColumn(labels: Labels, count: number): Column {
  return { labels, kinds: new Uint8Array(count), values: new Float64Array(count), histograms: undefined };
}

/** Sets a histogram at a step. */
export function setHistogram(column: Column, step: number, histogram: NativeHistogram): void {
  column.histograms ??= [];
  column.histograms[step] = histogram;
  column.kinds[step] = HISTOGRAM;
}

/** Copies one sample from a column to another. */
export function copySample(from: Column, to: Column, step: number): void {
  if (from.kinds[step] === HISTOGRAM) setHistogram(to, step, from.histograms![step]!);
  else {
    to.kinds[step] = from.kinds[step]!;
    to.values[step] = from.values[step]!;
  }
}

/** Whether a column has no sample at all. */
export function isEmpty(column: Column): boolean {
  const { kinds } = column;
  for (let step = 0; step < kinds.length; step++) if (kinds[step] !== ABSENT) return false;
  return true;
}

/** The same labels without the metric name. */
export function withoutName(labels: Labels): Labels {
  if (!('__name__' in labels)) return labels;
  const kept: Record<string, string> = {};
  for (const name in labels) if (name !== '__name__') kept[name] = labels[name]!;
  return kept;
}

/**
 * Joins columns with equal labels into one. Undefined when two of them have a sample at the same step.
 */
export function mergeColumns(columns: Iterable<Column>): Column[] | undefined {
  const all = [...columns];
  if (all.length < 2) return all;
  const byKey = new Map<string, Column>();
  for (const column of all) {
    const key = labelsKey(column.labels);
    const first = byKey.get(key);
    if (first === undefined) {
      byKey.set(key, column);
      continue;
    }
    for (let step = 0; step < column.kinds.length; step++) {
      if (column.kinds[step] === ABSENT) continue;
      if (first.kinds[step] !== ABSENT) return undefined;
      copySample(column, first, step);
    }
  }
  return [...byKey.values()];
}
