import type { CauseMeasures, Measure } from '../settings.ts';
import type { Topology } from '../topology.ts';
import { explainTogether } from './combine.ts';
import type { Change, Explanation } from './explain.ts';
import { callGraph } from './graph.ts';
import { tableOf, type MeasureTable } from './measures.ts';

/** Past rows kept out of the normal period: the onset is often seen later than it began. */
const SLACK = 2;

/**
 * Asks the metrics engine what explains an incident: the measures of every component over the history and since the
 * onset, put through the same ranking as `lamplighter explain`.
 * @param symptoms places of the incident, where it is felt first; @returns null when nothing is measured there
 */
export async function explainByMeasures(
  measure: Measure,
  measures: CauseMeasures,
  topology: Topology,
  question: {
    readonly symptoms: readonly string[];
    readonly onset: number;
    readonly now: number;
    readonly changes: readonly Change[];
  },
): Promise<Explanation | null> {
  const { step, window, history } = measures;
  const onset = Math.floor(question.onset / step) * step;
  const to = Math.floor(Math.min(question.now, onset + 2 * window) / step) * step;
  const from = onset - history;
  const table = await tableFrom(measure, measures, topology, from, to);
  return explainTogether(
    {
      graph: callGraph(topology),
      metrics: table,
      normal: table,
      at: onset - SLACK * step,
      changes: question.changes,
      component: (name) => topology.component(name),
      window: Math.max(window, to - onset),
    },
    question.symptoms,
  );
}

async function tableFrom(
  measure: Measure,
  { requests, failures, latency, step }: CauseMeasures,
  topology: Topology,
  from: number,
  to: number,
): Promise<MeasureTable> {
  const times: number[] = [];
  for (let at = from; at < to; at += step) times.push(at);
  const cells = new Map<string, Map<number, [number, number, number]>>();
  const seconds = step / 1000;
  for (const [column, expr] of [requests, failures, latency].entries()) {
    if (expr === undefined) continue;
    // A value at instant t tells of the step before it; a row at t covers the step that begins there.
    for (const { labels, values } of await measure.range(expr, from + step, to, step)) {
      const { root } = topology.placeOf(labels);
      if (topology.component(root) === null) continue;
      let rows = cells.get(root);
      if (!rows) cells.set(root, (rows = new Map()));
      for (const [index, at] of times.entries()) {
        const value = values[index] ?? NaN;
        if (Number.isNaN(value)) continue;
        const row = rows.get(at) ?? [NaN, failures === undefined ? NaN : 0, NaN];
        const before = row[column]!;
        const scaled = column === 2 ? value : value * seconds;
        row[column] = Number.isNaN(before) ? scaled : column === 2 ? Math.max(before, scaled) : before + scaled;
        rows.set(at, row);
      }
    }
  }
  return { ...tableOf(times, cells), step };
}
