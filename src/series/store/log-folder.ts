import type { BlockCache } from './block-cache.ts';
import type { SeriesCatalog } from './catalog.ts';
import { cutBlocks } from './cut.ts';
import type { SeriesDisk } from './disk.ts';
import type { Progress, SeriesEntry } from './entry.ts';

/** Series whose blocks are written between two commits: bounds how long a query waits for it. */
const CUTS_PER_TURN = 500;

/**
 * Moves samples from the batch log into blocks: a series as soon as it can fill a block, and, when the log has grown to
 * its limit, every series that still has samples in the rows to be dropped.
 */
export class LogFolder {
  readonly #disk: SeriesDisk;
  readonly #cache: BlockCache;
  readonly #catalog: SeriesCatalog;
  readonly #limit: number;
  #queue: SeriesEntry[] = [];
  #sweep: { readonly upTo: number; at: number; bytes: number } | undefined;
  /** Bytes in the batch log. */
  logBytes = 0;

  /** @param limit bytes of the log from which it is folded */
  constructor(disk: SeriesDisk, cache: BlockCache, catalog: SeriesCatalog, limit: number) {
    this.#disk = disk;
    this.#cache = cache;
    this.#catalog = catalog;
    this.#limit = limit;
  }

  /** Whether something is left to do. */
  get busy(): boolean {
    return this.#queue.length > 0 || this.#sweep !== undefined;
  }

  /** Puts the series into the queue when it can fill a block. */
  offer(entry: SeriesEntry): void {
    if (entry.queued || !entry.isDue) return;
    entry.queued = true;
    this.#queue.push(entry);
  }

  /** Notes a new row of the log. @param seq its number */
  grow(bytes: number, seq: number): void {
    this.logBytes += bytes;
    if (this.#sweep) this.#sweep.bytes += bytes;
    else if (this.logBytes > this.#limit) this.sweep(seq);
  }

  /** Starts to empty the log up to row `seq`. */
  sweep(seq: number): void {
    this.#sweep ??= { upTo: seq, at: 0, bytes: 0 };
  }

  /**
   * Writes blocks for a bounded number of series. Only to be called when every sample in memory is committed.
   * @param seq number of the last row of the log
   * @throws the error of the file; then nothing has changed and the next turn tries again
   */
  turn(seq: number): void {
    // A part of a long queue, so that it cannot grow without end while history is filled in.
    const queued = this.#queue.slice(0, Math.max(CUTS_PER_TURN, Math.ceil(this.#queue.length / 4)));
    const sweep = this.#sweep;
    const swept = sweep ? this.#nextOf(sweep) : { entries: [], at: 0 };
    // A series in the queue is passed over by the sweep, so the log goes only when the queue is empty too.
    const done = sweep && swept.at >= this.#catalog.entries.length && this.#queue.length === queued.length;
    const chosen = [...queued, ...swept.entries].filter((entry) => this.#catalog.entries[entry.id] === entry);
    if (chosen.length > 0 || done) this.#cut(chosen, seq, done ? sweep.upTo : undefined);
    for (const entry of this.#queue.splice(0, queued.length)) entry.queued = false;
    if (sweep) sweep.at = swept.at;
    if (!done) return;
    this.logBytes = sweep.bytes;
    this.#sweep = undefined;
  }

  #nextOf(sweep: { readonly upTo: number; at: number }): { entries: SeriesEntry[]; at: number } {
    const { entries: all } = this.#catalog;
    const entries: SeriesEntry[] = [];
    let { at } = sweep;
    for (; at < all.length && entries.length < CUTS_PER_TURN; at++) {
      const entry = all[at];
      if (entry && !entry.queued && entry.unflushed > 0 && entry.progress.seq < sweep.upTo) entries.push(entry);
    }
    return { entries, at };
  }

  #cut(chosen: readonly SeriesEntry[], seq: number, trim: number | undefined): void {
    const settled: [SeriesEntry, Progress][] = [];
    this.#disk.transact(() => {
      for (const entry of chosen) {
        const progress = cutBlocks(this.#disk, entry, seq);
        this.#disk.putProgress(entry.id, progress);
        settled.push([entry, progress]);
      }
      if (trim !== undefined) this.#disk.trimLog(trim);
    });
    // Memory follows only now: had the transaction failed, the samples would still be in the log and in the head.
    for (const [entry, progress] of settled) {
      entry.settle(progress);
      this.#cache.forget(entry.id);
    }
  }
}
