import { withoutLabels, type Labels } from '../../core/labels.ts';
import type { SeriesSource } from '../../promql/index.ts';
import { parseCsv, stepOf, type Table } from '../backtest/csv.ts';
import { LocalAsk, type Ask, type Line } from '../engine/ask.ts';
import type { Sample } from '../deviation.ts';

/** Steps asked for at once. */
const CHUNK = 720;

/** Where a trial reads: instants in their order, each with the vector of the expression. */
export interface TrialSource {
  /** Distance between instants, ms. */
  readonly step: number;
  readonly from: number;
  readonly to: number;
  /** What series that are watched may be asked about; null for a file, which stands for the expression's result. */
  readonly history: { readonly ask: Ask } | null;
  /** Stretches that the file calls wrong. */
  readonly labelled: readonly { readonly from: number; readonly to: number }[];
  walk(): Generator<{ readonly at: number; readonly vector: readonly Sample[] } | null>;
}

/** The recorded series, every `step` ms. null is yielded between pieces, so that others may go first. */
export function recorded(ask: Ask, expr: string, from: number, to: number, step: number): TrialSource {
  const first = Math.ceil(from / step) * step;
  return {
    step,
    from: first,
    to,
    history: { ask },
    labelled: [],
    *walk() {
      for (let begin = first; begin <= to; begin += CHUNK * step) {
        const end = Math.min(begin + (CHUNK - 1) * step, to);
        const lines = ask.range(expr, begin, end, step);
        yield null;
        yield* instants(lines, begin, end, step);
      }
    },
  };
}

function* instants(
  lines: readonly Line[],
  begin: number,
  end: number,
  step: number,
): Generator<{ at: number; vector: Sample[] }> {
  const cursors = lines.map(() => 0);
  const named = lines.map(({ labels }) => withoutLabels(labels, ['__name__']));
  for (let at = begin; at <= end; at += step) {
    const vector: Sample[] = [];
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index]!;
      const cursor = cursors[index]!;
      if (line.times[cursor] !== at) continue;
      vector.push({ labels: named[index]!, value: line.values[cursor]! });
      cursors[index] = cursor + 1;
    }
    yield { at, vector };
  }
}

/**
 * A file `timestamp,value[,label]`. Without an expression its values stand for the result; with one, every selector of
 * the expression reads the file.
 * @throws CsvFault with the line
 */
export function fromCsv(text: string, zone: string, expr: string | null): TrialSource {
  const table = parseCsv(text, zone);
  const { times, values } = table;
  const ask = expr === null ? null : new LocalAsk(everySelector(table));
  return {
    step: stepOf(times),
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
    history: null,
    labelled: labelledStretches(table),
    *walk() {
      for (let index = 0; index < times.length; index++) {
        const at = times[index]!;
        if (index % CHUNK === 0) yield null;
        if (ask) yield { at, vector: ask.instant(expr!, at) };
        else yield { at, vector: Number.isNaN(values[index]!) ? [] : [{ labels: {}, value: values[index]! }] };
      }
    },
  };
}

function everySelector({ times, values }: Table): SeriesSource {
  return {
    select(matchers, from, to) {
      const labels: Record<string, string> = {};
      for (const { name, op, value } of matchers) if (op === '=') labels[name] = value;
      const kept = Array.from(times, (_, index) => index).filter(
        (index) => times[index]! >= from && times[index]! <= to && !Number.isNaN(values[index]!),
      );
      if (kept.length === 0) return [];
      return [
        {
          labels: labels satisfies Labels,
          times: Float64Array.from(kept, (index) => times[index]!),
          values: Float64Array.from(kept, (index) => values[index]!),
        },
      ];
    },
  };
}

function labelledStretches({ times, labels }: Table): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  labels?.forEach((label, index) => {
    if (label !== 1) return;
    const last = found.at(-1);
    if (last && labels[index - 1] === 1) found[found.length - 1] = { from: last.from, to: times[index]! };
    else found.push({ from: times[index]!, to: times[index]! });
  });
  return found;
}
