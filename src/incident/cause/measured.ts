import { Fault } from '../../core/fault.ts';
import type { Measure } from '../settings.ts';
import type { Topology } from '../topology.ts';
import { calm } from './calm.ts';
import { explainTogether } from './combine.ts';
import type { Change, Explanation } from './explain.ts';
import { callGraph, type Call } from './graph.ts';
import { rowsWhere, type MeasureTable } from './measures.ts';
import { readSpans, tablesOf, TooManySeries, type RawMeasures, type Span } from './read-measures.ts';
import type { CauseMeasures } from './setting.ts';

/** Past rows kept out of the normal period: the onset is often seen later than it began. */
const SLACK = 2;
/** How long before the onset rows count as those just before, in windows; and around the same hour of days before. */
const BEFORE = 6;
const AROUND = { before: 1_800_000, after: 1_800_000 };
const DAY = 86_400_000;

/** Why the measures name nothing. */
export type MeasureSilence =
  'engine-away' | 'engine-slow' | 'query-refused' | 'too-many-series' | 'not-measured' | 'no-deviation' | 'unexplained';

/** What the measures said of an incident. */
export interface MeasuredAnswer {
  /** When they were asked last, ms. */
  readonly askedAt: number;
  /** Why they name nothing; null if the first cause of the explanation is meant. */
  readonly abstained: MeasureSilence | null;
  /** The same in words, with figures where there are any. */
  readonly why: string | null;
  /** The last answer: it stays while the engine cannot be asked again. Null if there never was one. */
  readonly explanation: Explanation | null;
  /** Calls that were measured. */
  readonly calls: readonly Call[];
}

/** What is asked about. */
export interface MeasureQuestion {
  /** Places of the incident, where it is felt first. */
  readonly symptoms: readonly string[];
  readonly onset: number;
  readonly now: number;
  readonly changes: readonly Change[];
  /** Whether a person rejected that one calls the other. */
  readonly rejected: (caller: string, callee: string) => boolean;
}

/**
 * What is normal around an onset: some hours before it, and the same hour of the days before.
 * @param onset ms, on the grid of steps
 */
export function askNormal(
  measure: Measure,
  settings: CauseMeasures,
  topology: Topology,
  onset: number,
): Promise<RawMeasures> {
  const { step, window, history, days } = settings;
  const grid = (ms: number): number => Math.round(ms / step) * step;
  const spans: Span[] = [];
  for (let day = days; day > 0; day--) {
    const at = grid(onset - day * DAY);
    spans.push({ from: at - grid(AROUND.before), to: at + grid(window + AROUND.after) });
  }
  spans.push({ from: onset - grid(history), to: onset - grid(window) });
  return readSpans(
    measure,
    settings,
    topology,
    spans.filter(({ from, to }) => to > from),
  );
}

/** Until when more rows may change the answer, ms. */
export function measuredUntil({ window }: CauseMeasures, onset: number): number {
  return onset + 2 * window;
}

/**
 * Asks the metrics engine what explains an incident: the measures of components and calls since the onset against normal,
 * put through the same ranking as `lamplighter explain`.
 * @param normal what askNormal gave for the same onset
 */
export async function explainByMeasures(
  measure: Measure,
  settings: CauseMeasures,
  topology: Topology,
  question: MeasureQuestion,
  normal: RawMeasures,
): Promise<MeasuredAnswer> {
  const { step, window } = settings;
  const { now, changes, rejected } = question;
  const onset = onGrid(question.onset, step);
  const to = Math.max(onset + step, onGrid(Math.min(now, measuredUntil(settings, onset)), step));
  const from = onset - BEFORE * Math.round(window / step) * step;
  const recent = await readSpans(measure, settings, topology, [{ from, to }]);
  const [usual, table] = tablesOf([normal, recent], topology, step) as [MeasureTable, MeasureTable];
  const calls = [...normal.edges, ...recent.edges].filter(([caller, callee]) => !rejected(caller, callee));
  const graph = callGraph(topology, calls);
  const measured = question.symptoms.filter((name) => table.of.has(name));
  // Where only the calls of an alerting place are measured, it is felt at whoever calls it.
  const callers = question.symptoms.flatMap((name) => graph.callers(name)).filter((name) => table.of.has(name));
  const explanation = explainTogether(
    {
      graph,
      metrics: table,
      normal: calm(withoutEmptyRows(usual)),
      days: usual,
      at: onset - SLACK * step,
      since: onset,
      changes,
      component: (name) => topology.component(name),
      window: Math.max(window, to - onset),
    },
    measured.length > 0 ? measured : [...new Set(callers)],
  );
  const known = new Map(calls.map((call) => [call.join('>'), call]));
  return {
    askedAt: now,
    abstained: explanation === null ? 'not-measured' : explanation.reason,
    why: explanation === null ? 'no series tells of where its alerts are' : explanation.abstained,
    explanation,
    calls: [...known.values()].filter(([caller, callee]) => !topology.knows(caller, callee)),
  };
}

/** The beginning of the step that an instant lies in, ms. */
export function onGrid(at: number, step: number): number {
  return Math.floor(at / step) * step;
}

/** Why the engine gave no answer, by name and in words; null for what is no fault of the question or the engine. */
export function silenceOf(error: unknown): { readonly abstained: MeasureSilence; readonly why: string } | null {
  if (error instanceof TooManySeries) return { abstained: 'too-many-series', why: error.message };
  if (!(error instanceof Fault)) return null;
  const abstained =
    error.code === 'query_timeout'
      ? 'engine-slow'
      : error.code === 'query_too_large'
        ? 'too-many-series'
        : error.code === 'unavailable' || error.code === 'overloaded'
          ? 'engine-away'
          : 'query-refused';
  return { abstained, why: error.message };
}

/** A young operator has no days before: rows in which nothing was measured are not rows in which nobody called. */
function withoutEmptyRows(table: MeasureTable): MeasureTable {
  const present = new Set<number>();
  for (const { requests } of table.of.values()) {
    for (const [row, value] of requests.entries()) if (!Number.isNaN(value)) present.add(table.times[row]!);
  }
  return rowsWhere(table, (at) => present.has(at));
}
