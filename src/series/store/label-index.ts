import type { Matcher } from '../../promql/port.ts';
import type { SeriesEntry } from './entry.ts';

/** Turns a matcher into a test of a label value; a missing label has the value ''. */
export type CompileMatcher = (matcher: Matcher) => (value: string) => boolean;

/** What a list of matchers found, and the state of the index that it was found in. */
interface Found {
  readonly ids: readonly number[] | undefined;
  readonly additions: number;
  readonly removals: number;
}

/** Ids in remembered answers, together; and in one of them. */
const REMEMBERED = 1_000_000;
const REMEMBERED_ONE = 100_000;

/** From label names and values to the series that have them: ascending series ids per value. */
export class LabelIndex {
  readonly #postings = new Map<string, Map<string, number[]>>();
  readonly #compile: CompileMatcher;
  /** By the list itself: parsed expressions are kept, so rules and dashboards come with the same lists again. */
  #found = new WeakMap<readonly Matcher[], Found>();
  #remembered = 0;
  #additions = 0;
  #removals = 0;

  constructor(compile: CompileMatcher) {
    this.#compile = compile;
  }

  /** Adds a series. Ids must come in ascending order. */
  add(entry: SeriesEntry): void {
    this.#additions++;
    for (const name of Object.keys(entry.labels)) {
      let values = this.#postings.get(name);
      if (!values) this.#postings.set(name, (values = new Map()));
      const value = entry.labels[name]!;
      const ids = values.get(value);
      if (ids) ids.push(entry.id);
      else values.set(value, [entry.id]);
    }
  }

  /** Takes series out. */
  remove(entries: readonly SeriesEntry[]): void {
    this.#removals++;
    const gone = new Set(entries.map((entry) => entry.id));
    const touched = new Map<string, Set<string>>();
    for (const entry of entries) {
      for (const [name, value] of Object.entries(entry.labels)) {
        const values = touched.get(name) ?? new Set();
        touched.set(name, values.add(value));
      }
    }
    for (const [name, texts] of touched) {
      const values = this.#postings.get(name)!;
      for (const text of texts) {
        const left = values.get(text)!.filter((id) => !gone.has(id));
        if (left.length > 0) values.set(text, left);
        else values.delete(text);
      }
      if (values.size === 0) this.#postings.delete(name);
    }
  }

  /** Label names, unsorted. */
  names(): string[] {
    return [...this.#postings.keys()];
  }

  /** Values of a label with the ids of the series that have them. */
  values(name: string): ReadonlyMap<string, readonly number[]> {
    return this.#postings.get(name) ?? new Map<string, number[]>();
  }

  /**
   * Ids of the series that match all matchers, ascending; undefined when no matcher narrows the choice, so that every
   * series is meant.
   */
  find(matchers: readonly Matcher[]): readonly number[] | undefined {
    const additions = this.#additionsOf(matchers);
    const known = this.#found.get(matchers);
    if (known && known.additions === additions && known.removals === this.#removals) return known.ids;
    const ids = this.#find(matchers);
    const size = ids?.length ?? 0;
    if (size <= REMEMBERED_ONE) {
      if ((this.#remembered += size) > REMEMBERED) {
        this.#found = new WeakMap();
        this.#remembered = size;
      }
      this.#found.set(matchers, { ids, additions, removals: this.#removals });
    }
    return ids;
  }

  /** A number that grows with every series that the matchers could find. */
  #additionsOf(matchers: readonly Matcher[]): number {
    const named = matchers.find(({ name, op, value }) => name === '__name__' && op === '=' && value !== '');
    return named ? (this.values('__name__').get(named.value)?.length ?? 0) : this.#additions;
  }

  #find(matchers: readonly Matcher[]): readonly number[] | undefined {
    const wanted: (readonly number[])[] = [];
    const excluded: (readonly number[])[] = [];
    for (const matcher of matchers) {
      const test = this.#compile(matcher);
      const values = this.values(matcher.name);
      // A matcher that accepts the empty value also accepts series without the label: it can only exclude.
      if (test('')) {
        for (const [value, ids] of values) if (!test(value)) excluded.push(ids);
      } else wanted.push(matcher.op === '=' ? (values.get(matcher.value) ?? []) : this.#union(values, test));
    }
    if (wanted.length === 0 && excluded.length === 0) return undefined;
    wanted.sort((a, b) => a.length - b.length);
    const base = wanted.length > 0 ? intersect(wanted) : undefined;
    return base ? without(base, excluded) : this.#allWithout(excluded);
  }

  #union(values: ReadonlyMap<string, readonly number[]>, test: (value: string) => boolean): readonly number[] {
    const lists: (readonly number[])[] = [];
    for (const [value, ids] of values) if (test(value)) lists.push(ids);
    if (lists.length <= 1) return lists[0] ?? [];
    // Every series has one value of a label, so the lists share no id.
    return Uint32Array.from(lists.flat()).sort() as unknown as readonly number[];
  }

  #allWithout(excluded: readonly (readonly number[])[]): readonly number[] {
    const all = new Set<number>();
    for (const values of this.#postings.values()) for (const ids of values.values()) for (const id of ids) all.add(id);
    return without(
      [...all].sort((a, b) => a - b),
      excluded,
    );
  }
}

function intersect(lists: readonly (readonly number[])[]): readonly number[] {
  let result = lists[0]!;
  for (let i = 1; i < lists.length && result.length > 0; i++) result = intersectTwo(result, lists[i]!);
  return result;
}

/** The ids of the short list that are in the long one, by galloping through it. */
function intersectTwo(short: readonly number[], long: readonly number[]): readonly number[] {
  const both: number[] = [];
  let at = 0;
  for (const id of short) {
    let step = 1;
    while (at + step < long.length && long[at + step]! < id) step *= 2;
    let low = at + (step >>> 1);
    let high = Math.min(at + step, long.length - 1) + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (long[middle]! < id) low = middle + 1;
      else high = middle;
    }
    at = low;
    if (at >= long.length) break;
    if (long[at] === id) both.push(id);
  }
  return both;
}

function without(ids: readonly number[], excluded: readonly (readonly number[])[]): readonly number[] {
  if (excluded.length === 0) return ids;
  const gone = new Set<number>();
  for (const list of excluded) for (const id of list) gone.add(id);
  return [...ids].filter((id) => !gone.has(id));
}
