import { BlockRoom, decodeBlock, sharesTimes } from './block-codec.ts';
import type { Columns } from './block-codec.ts';
import type { SeriesDisk, StoredBlock } from './disk.ts';
import type { SeriesEntry } from './entry.ts';

/** Decompressed blocks of one series. */
interface Kept {
  readonly blocks: Map<number, Columns>;
  /** Room that the blocks take, in samples. */
  room: number;
  /** The window that was read last and all blocks that reach into it: asked again, the file is not. */
  from: number;
  to: number;
  list: readonly Columns[];
}

/** Of so many series that find the cache full, one is taken in: a query larger than the cache must not empty it. */
const ADMIT_EVERY = 8;

/** Reads blocks and keeps the last decompressed ones, least recently used out first. */
export class BlockCache {
  readonly #disk: SeriesDisk;
  readonly #limit: number;
  readonly #kept = new Map<number, Kept>();
  #samples = 0;
  /** Room that all blocks take: a sample whose time is held by other blocks too takes half of it. */
  #room = 0;
  #turnedAway = 0;
  readonly #passing = new BlockRoom();

  /** @param limit samples kept, each with a time of its own */
  constructor(disk: SeriesDisk, limit: number) {
    this.#disk = disk;
    this.#limit = limit;
  }

  /** Samples held at the moment. */
  get samples(): number {
    return this.#samples;
  }

  /** The decompressed blocks of a series that reach into [from, to] (ms), in order. They hold until the next call. */
  read(entry: SeriesEntry, from: number, to: number): readonly Columns[] {
    if (to < entry.progress.from || from > entry.progress.to) return [];
    const known = this.#kept.get(entry.id);
    if (known && known.from <= from && to <= known.to) {
      this.#touch(entry.id, known);
      return known.list.filter(({ times }) => times[0]! <= to && times[times.length - 1]! >= from);
    }
    const rows = this.#disk.blocks(entry.id, from - entry.progress.maxSpan, from, to).filter((row) => row.from <= to);
    if (!known && !this.#admits()) {
      this.#passing.begin();
      return rows.map((row) => decodeBlock(row.data, row.from, row.samples, this.#passing));
    }
    const kept = known ?? { blocks: new Map<number, Columns>(), room: 0, from, to, list: [] };
    const list = rows.map((row) => this.#columns(kept, row));
    kept.from = from;
    kept.to = to;
    kept.list = list;
    this.#touch(entry.id, kept);
    this.#shrink(entry.id);
    return list;
  }

  /** Forgets the blocks of a series: they were rewritten or deleted. */
  forget(series: number): void {
    const kept = this.#kept.get(series);
    if (!kept) return;
    for (const block of kept.blocks.values()) this.#samples -= block.times.length;
    this.#room -= kept.room;
    this.#kept.delete(series);
  }

  #admits(): boolean {
    if (this.#room < this.#limit) return true;
    this.#turnedAway = (this.#turnedAway + 1) % ADMIT_EVERY;
    return this.#turnedAway === 0;
  }

  /** Taken out and put back, the series becomes the most recently used one. */
  #touch(series: number, kept: Kept): void {
    this.#kept.delete(series);
    this.#kept.set(series, kept);
  }

  #columns(kept: Kept, row: StoredBlock): Columns {
    const known = kept.blocks.get(row.from);
    if (known) return known;
    const columns = decodeBlock(row.data, row.from, row.samples);
    const room = sharesTimes(columns) ? row.samples / 2 : row.samples;
    kept.blocks.set(row.from, columns);
    kept.room += room;
    this.#room += room;
    this.#samples += row.samples;
    return columns;
  }

  #shrink(current: number): void {
    for (const series of this.#kept.keys()) {
      if (this.#room <= this.#limit || series === current) return;
      this.forget(series);
    }
  }
}
