import { decodeBlock } from './block-codec.ts';
import type { Columns } from './block-codec.ts';
import type { SeriesDisk, StoredBlock } from './disk.ts';
import type { SeriesEntry } from './entry.ts';

/** Reads blocks and keeps the last decompressed ones, least recently used out first. */
export class BlockCache {
  readonly #disk: SeriesDisk;
  readonly #limit: number;
  readonly #kept = new Map<number, Map<number, Columns>>();
  #samples = 0;

  /** @param limit samples kept */
  constructor(disk: SeriesDisk, limit: number) {
    this.#disk = disk;
    this.#limit = limit;
  }

  /** Samples held at the moment. */
  get samples(): number {
    return this.#samples;
  }

  /** The decompressed blocks of a series that reach into [from, to] (ms), in order. */
  read(entry: SeriesEntry, from: number, to: number): Columns[] {
    if (to < entry.progress.from || from > entry.progress.to) return [];
    const rows = this.#disk.blocks(entry.id, from - entry.progress.maxSpan, from, to);
    return rows.filter((row) => row.from <= to).map((row) => this.#columns(entry.id, row));
  }

  /** Forgets the blocks of a series: they were rewritten or deleted. */
  forget(series: number): void {
    const blocks = this.#kept.get(series);
    if (!blocks) return;
    for (const block of blocks.values()) this.#samples -= block.times.length;
    this.#kept.delete(series);
  }

  #columns(series: number, row: StoredBlock): Columns {
    const blocks = this.#kept.get(series) ?? new Map<number, Columns>();
    const known = blocks.get(row.from);
    const columns = known ?? decodeBlock(row.data, row.from, row.samples);
    if (!known) {
      blocks.set(row.from, columns);
      this.#samples += row.samples;
    }
    // Taken out and put back, the series becomes the most recently used one.
    this.#kept.delete(series);
    this.#kept.set(series, blocks);
    this.#shrink(series);
    return columns;
  }

  #shrink(current: number): void {
    for (const series of this.#kept.keys()) {
      if (this.#samples <= this.#limit || series === current) return;
      this.forget(series);
    }
  }
}
