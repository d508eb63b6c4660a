import { labelsKey } from '../../core/labels.ts';
import { componentNamed } from '../named.ts';
import type { Measure } from '../settings.ts';
import type { Topology } from '../topology.ts';
import type { Call } from './graph.ts';
import { callKey, MEASURED, type Measures, type MeasureTable } from './measures.ts';
import type { CallsBy, CauseMeasures, MeasuredBy } from './setting.ts';

/** From when (included) to when (not included) rows are wanted, ms; both on the grid of steps. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Thrown when an expression has more series than are asked for: a careless `by` must not fill the memory. */
export class TooManySeries extends Error {
  /** @param count how many there are */
  constructor(count: number, most: number, expr: string) {
    super(`"${expr}" has ${count} series; at most ${most} are asked for`);
  }
}

/** Rows of what was asked, by what they tell of. */
export interface RawMeasures {
  readonly times: readonly number[];
  /** Components by their own series. */
  readonly own: ReadonlyMap<string, Measures>;
  /** Calls, under `caller->callee`; both ends are components. */
  readonly calls: ReadonlyMap<string, Measures>;
  /** What each component is asked by all its callers, known or not, and what each asks of all it calls. */
  readonly into: ReadonlyMap<string, Measures>;
  readonly outOf: ReadonlyMap<string, Measures>;
  readonly edges: readonly Call[];
}

/** Where a series belongs: one table for each thing it tells of. */
type Place = (labels: Readonly<Record<string, string>>) => readonly (readonly [Sums, string])[];

/**
 * Asks for all measures over some spans of time. Few questions at a time, each over one span, so that none is large.
 * @throws TooManySeries; what the engine throws
 */
export async function readSpans(
  measure: Measure,
  settings: CauseMeasures,
  topology: Topology,
  spans: readonly Span[],
): Promise<RawMeasures> {
  const { step } = settings;
  const times = spans.flatMap(({ from, to }) => instants(from, to, step));
  const [own, calls, into, outOf] = [new Sums(times), new Sums(times), new Sums(times), new Sums(times)];
  const edges = new Map<string, Call>();
  const sources: { readonly by: MeasuredBy; readonly place: Place }[] = settings.calls.map((by) => ({
    by,
    place: (labels) => {
      const [caller, callee] = endsOf(topology, by, labels);
      if (caller === callee) return [];
      const key = caller !== null && callee !== null ? callKey(caller, callee) : null;
      if (key !== null) edges.set(key, [caller!, callee!]);
      return [
        ...(key === null ? [] : ([[calls, key]] as const)),
        ...(callee === null ? [] : ([[into, callee]] as const)),
        ...(caller === null ? [] : ([[outOf, caller]] as const)),
      ];
    },
  }));
  if (settings.nodes) {
    const place: Place = (labels) => {
      const { root } = topology.placeOf(labels);
      return topology.component(root) === null ? [] : [[own, root]];
    };
    sources.push({ by: settings.nodes, place });
  }
  for (const { by, place } of sources) await readSource(measure, settings, by, place, spans);
  return {
    times,
    own: own.measures(),
    calls: calls.measures(),
    into: into.measures(),
    outOf: outOf.measures(),
    edges: [...edges.values()],
  };
}

async function readSource(
  measure: Measure,
  { step, series: most }: CauseMeasures,
  by: MeasuredBy,
  place: Place,
  spans: readonly Span[],
): Promise<void> {
  const exprs = MEASURED.map((name) => by[name]);
  for (const expr of exprs) {
    if (expr === undefined) continue;
    const [counted] = await measure.values(`count(${expr})`, spans.at(-1)!.to);
    if (counted && counted.value > most) throw new TooManySeries(counted.value, most, expr);
  }
  let offset = 0;
  for (const { from, to } of spans) {
    const requests = new Map<string, readonly number[]>();
    for (const [column, expr] of exprs.entries()) {
      if (expr === undefined) continue;
      // A value at instant t tells of the step before it; a row at t covers the step that begins there.
      const lines = await measure.range(expr, from + step, to, step);
      if (lines.length > most) throw new TooManySeries(lines.length, most, expr);
      for (const { labels, values } of lines) {
        const key = labelsKey({ ...labels, __name__: '' });
        if (column === 0) requests.set(key, values);
        for (const [sums, name] of place(labels)) {
          sums.add(name, column, offset, values, {
            seconds: step / 1000,
            failures: by.failures !== undefined,
            weights: column === 2 ? requests.get(key) : undefined,
          });
        }
      }
    }
    offset += Math.round((to - from) / step);
  }
}

function endsOf(
  topology: Topology,
  by: CallsBy,
  labels: Readonly<Record<string, string>>,
): [caller: string | null, callee: string | null] {
  return [componentNamed(topology, by.caller, labels), componentNamed(topology, by.callee, labels)];
}

function instants(from: number, to: number, step: number): number[] {
  const times: number[] = [];
  for (let at = from; at < to; at += step) times.push(at);
  return times;
}

/** Adds series up, row by row: requests and failures as sums, latency weighted by the requests of its series. */
class Sums {
  readonly #times: readonly number[];
  readonly #rows = new Map<string, { requests: number[]; failures: number[]; waited: number[]; weight: number[] }>();

  constructor(times: readonly number[]) {
    this.#times = times;
  }

  add(
    name: string,
    column: number,
    offset: number,
    values: readonly number[],
    how: {
      readonly seconds: number;
      readonly failures: boolean;
      readonly weights: readonly number[] | undefined;
    },
  ): void {
    let rows = this.#rows.get(name);
    if (!rows) {
      const empty = (): number[] => new Array<number>(this.#times.length).fill(NaN);
      this.#rows.set(name, (rows = { requests: empty(), failures: empty(), waited: empty(), weight: empty() }));
    }
    const raise = (list: number[], row: number, by: number): void => {
      list[row] = Number.isNaN(list[row]!) ? by : list[row]! + by;
    };
    for (const [index, value] of values.entries()) {
      const row = offset + index;
      if (Number.isNaN(value) || row >= this.#times.length) continue;
      if (column === 2) {
        const weight = how.weights === undefined ? 1 : (how.weights[index] ?? NaN);
        if (!(weight > 0)) continue;
        raise(rows.waited, row, value * weight);
        raise(rows.weight, row, weight);
      } else raise(column === 0 ? rows.requests : rows.failures, row, value * how.seconds);
      // Where failures are counted, a series of them that is not there yet means none.
      if (column === 0 && how.failures) raise(rows.failures, row, 0);
    }
  }

  measures(): ReadonlyMap<string, Measures> {
    return new Map(
      [...this.#rows].map(([name, { requests, failures, waited, weight }]) => [
        name,
        { requests, failures, latency: waited.map((sum, row) => sum / weight[row]!) },
      ]),
    );
  }
}

/**
 * The tables of what was asked, alike for all spans. A component has its own series; else what its callers see of it; else,
 * where it is only seen calling others, what it asks of these. Partners have no view inside: they are judged by the calls.
 */
export function tablesOf(raws: readonly RawMeasures[], topology: Topology, step: number): MeasureTable[] {
  const names = (pick: (raw: RawMeasures) => ReadonlyMap<string, Measures>): ReadonlySet<string> =>
    new Set(raws.flatMap((raw) => [...pick(raw).keys()]));
  const own = names(({ own: of }) => of);
  const into = names(({ into: of }) => of);
  const view = (name: string): 'own' | 'into' | 'outOf' => (own.has(name) ? 'own' : into.has(name) ? 'into' : 'outOf');
  return raws.map((raw) => {
    const of = new Map<string, Measures>(raw.calls);
    for (const which of ['own', 'into', 'outOf'] as const) {
      for (const [name, measures] of raw[which]) {
        const partner = topology.component(name)?.partner ?? null;
        if (view(name) === which && (which === 'own' || partner === null)) of.set(name, measures);
      }
    }
    return { times: raw.times, step, of };
  });
}
