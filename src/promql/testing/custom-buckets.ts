import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { CUSTOM_SCHEMA, type NativeHistogram } from '../value/histogram.ts';
import { parseBound } from '../value/number.ts';
import type { SeriesLine } from './series-line.ts';

interface ClassicFamily {
  readonly labels: Labels;
  readonly buckets: { readonly upper: number; readonly line: SeriesLine }[];
  sum: SeriesLine | undefined;
}

/** Turns classic histograms among the lines into native ones with custom bounds (`load_with_nhcb`). */
export function customBucketLines(lines: readonly SeriesLine[]): SeriesLine[] {
  const families = new Map<string, ClassicFamily>();
  for (const line of lines) {
    const name = line.labels.__name__ ?? '';
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    if (base === name) continue;
    const labels = { ...withoutLabels(line.labels, ['le', '__name__']), __name__: base };
    const key = labelsKey(labels);
    let family = families.get(key);
    if (family === undefined) families.set(key, (family = { labels, buckets: [], sum: undefined }));
    const upper = parseBound(line.labels.le ?? '');
    if (name.endsWith('_bucket') && upper !== undefined) family.buckets.push({ upper, line });
    if (name.endsWith('_sum')) family.sum = line;
  }
  return [...families.values()].filter(({ buckets }) => buckets.length > 0).map(familyLine);
}

function familyLine({ labels, buckets, sum }: ClassicFamily): SeriesLine {
  buckets.sort((a, b) => a.upper - b.upper);
  const length = Math.max(...buckets.map(({ line }) => line.points.length));
  const points = Array.from({ length }, (_, index): NativeHistogram | undefined => {
    const cumulative = buckets.map(({ line }) => line.points[index]);
    if (!cumulative.every((point) => typeof point === 'number')) return undefined;
    const counts = cumulative.map((count, k) => count - (cumulative[k - 1] ?? 0));
    const total = sum?.points[index];
    return {
      schema: CUSTOM_SCHEMA,
      count: cumulative.at(-1) ?? 0,
      sum: typeof total === 'number' ? total : 0,
      zeroCount: 0,
      zeroThreshold: 0,
      positive: { offset: 0, counts },
      negative: { offset: 0, counts: [] },
      customValues: buckets.map(({ upper }) => upper).filter((upper) => upper !== Infinity),
      resetHint: 'unknown',
    };
  });
  return { labels, points };
}
