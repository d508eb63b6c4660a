import type { Labels } from '../../core/labels.ts';
import { compileMatcher } from '../../promql/index.ts';
import type { Matcher } from '../../promql/port.ts';
import { SeriesEntry } from './entry.ts';
import { HeadPool } from './head-pool.ts';
import { KeyTable, wordsOf } from './key-table.ts';
import { LabelIndex } from './label-index.ts';
import { SharedTexts } from './shared-texts.ts';

/** Series whose samples are estimated one by one. */
const WEIGHED = 64;

/** What a selection would give, about. */
export interface Weight {
  readonly series: number;
  readonly samples: number;
}

/** All series in memory: by label bytes, by labels and by id. Ids ascend and are never given twice. */
export class SeriesCatalog {
  /** By id; a deleted series leaves a hole. */
  readonly entries: (SeriesEntry | undefined)[] = [];
  /** Memory of the newest samples of all series. */
  readonly heads = new HeadPool();
  readonly #keys = new KeyTable();
  readonly #index = new LabelIndex(compileMatcher);
  readonly #texts = new SharedTexts();
  #live = 0;

  /** Number of series. */
  get size(): number {
    return this.#live;
  }

  /** Bytes of memory of the table of label bytes. */
  get memory(): number {
    return this.#keys.memory;
  }

  /** The series known by exactly these label bytes. @param words the bytes, to be read four at once */
  find(bytes: Uint8Array, start: number, end: number, words = wordsOf(bytes)): SeriesEntry | undefined {
    const id = this.#keys.find(bytes, start, end, words);
    return id < 0 ? undefined : this.entries[id];
  }

  /** Adds a series under its canonical label bytes. The id must be higher than all before. */
  add(labels: Labels, key: Uint8Array, id = this.entries.length): SeriesEntry {
    const entry = new SeriesEntry(id, Object.freeze(this.#texts.share(labels)), this.heads);
    this.reserve(id);
    this.entries.push(entry);
    this.#keys.add(key, 0, key.length, id);
    this.#index.add(entry);
    this.#live++;
    return entry;
  }

  /** Lets the next id be `id` or higher. */
  reserve(id: number): void {
    while (this.entries.length < id) this.entries.push(undefined);
  }

  /** Remembers another form of the label bytes of a series, unless somebody sends ever new forms. */
  addForm(bytes: Uint8Array, start: number, end: number, entry: SeriesEntry): void {
    if (this.#keys.size < this.#live * 2 + 1000) this.#keys.add(bytes, start, end, entry.id);
  }

  /** Forgets series. */
  remove(gone: readonly SeriesEntry[]): void {
    this.#index.remove(gone);
    this.#keys.remove(new Set(gone.map((entry) => entry.id)));
    for (const entry of gone) {
      entry.release();
      this.entries[entry.id] = undefined;
    }
    this.#live -= gone.length;
    this.#texts.clear();
  }

  /** Ids of the series that match all matchers, ascending. */
  matching(matchers: readonly Matcher[]): readonly number[] {
    return this.#index.find(matchers) ?? this.entries.flatMap((entry) => entry?.id ?? []);
  }

  /** The same series, of those that have samples about [from, to] (ms). */
  within(matchers: readonly Matcher[], from: number, to: number): SeriesEntry[] {
    const found: SeriesEntry[] = [];
    for (const id of this.matching(matchers)) {
      const entry = this.entries[id]!;
      if (entry.newest >= from && entry.oldest <= to) found.push(entry);
    }
    return found;
  }

  /** About what a selection of [from, to] (ms) would give, judged from some of the series. */
  weigh(matchers: readonly Matcher[], from: number, to: number): Weight {
    const ids = this.matching(matchers);
    // A look at some is enough: series of one metric are alike.
    const looks = Math.min(WEIGHED, ids.length);
    let series = 0;
    let samples = 0;
    for (let look = 0; look < looks; look++) {
      const entry = this.entries[ids[Math.floor((look * ids.length) / looks)]!]!;
      if (entry.newest < from || entry.oldest > to) continue;
      series++;
      samples += entry.about(from, to);
    }
    const scale = looks === 0 ? 0 : ids.length / looks;
    return { series: series * scale, samples: samples * scale };
  }

  /** Label names of the series that match and have samples about [from, to] (ms), sorted. */
  names(matchers: readonly Matcher[], from: number, to: number): string[] {
    if (isAll(matchers, from, to)) return this.#index.names().sort();
    const names = new Set<string>();
    for (const entry of this.within(matchers, from, to)) for (const name of Object.keys(entry.labels)) names.add(name);
    return [...names].sort();
  }

  /** Values of a label on the series that match and have samples about [from, to] (ms), sorted. */
  valuesOf(name: string, matchers: readonly Matcher[], from: number, to: number): string[] {
    if (isAll(matchers, from, to)) return [...this.values(name).keys()].sort();
    const values = new Set<string>();
    for (const entry of this.within(matchers, from, to)) {
      // Not by a plain look: every object seems to have a "constructor".
      if (Object.hasOwn(entry.labels, name)) values.add(entry.labels[name]!);
    }
    return [...values].sort();
  }

  /** All values of a label with the ids of the series that have them. */
  values(name: string): ReadonlyMap<string, readonly number[]> {
    return this.#index.values(name);
  }
}

function isAll(matchers: readonly Matcher[], from: number, to: number): boolean {
  return matchers.length === 0 && from === -Infinity && to === Infinity;
}
