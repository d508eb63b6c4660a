import type { Labels } from '../../core/labels.ts';
import { Fault } from '../../core/fault.ts';
import { walk } from '../../core/walk.ts';
import type { Matcher, SeriesSlice, SeriesSource } from '../../promql/port.ts';
import type { MetricMetadata, SampleBatch } from '../batch.ts';
import { decodeLabels, encodeLabels } from '../label-bytes.ts';
import { BlockCache } from './block-cache.ts';
import { SeriesCatalog, type Weight } from './catalog.ts';
import { SeriesCursor } from './cursor.ts';
import { cutBlocks } from './cut.ts';
import { SeriesDisk } from './disk.ts';
import type { Progress, SeriesEntry } from './entry.ts';
import { eraseRange } from './erase.ts';
import { Erasure, type Erased } from './erasure.ts';
import { wordsOf } from './key-table.ts';
import { LogFolder } from './log-folder.ts';
import { PendingSamples } from './log-row.ts';
import { settingsOf } from './options.ts';
import type { SeriesStoreOptions, Settings } from './options.ts';
import { encodeHistogram } from '../native-bytes.ts';
import { NATIVE_HIGH, NATIVE_LOW, NativeStore } from './native-store.ts';
import { describe, OutcomeCount, type RejectReason, type WriteOutcome } from './outcome.ts';
import { findSample, readSlice } from './read.ts';
import { LastingRoom, PassingRoom } from './slice-room.ts';
import type { SliceRoom } from './slice-room.ts';
import { recover } from './recover.ts';
import { SeriesStats, type StoreStats } from './stats.ts';

/** Last instant that a block key can hold, ms. */
const MAX_TIME = 2 ** 32 * 1000 - 1;
/** Series whose expired blocks are deleted in one call of maintain(). */
const EXPIRIES_PER_TURN = 2000;
/** Series whose histograms are gathered in one call of maintain(). */
const FOLDS_PER_TURN = 200;
/** Samples expire this much late, so that a series is not touched each time. */
const EXPIRY_SLACK_MS = 7_200_000;

/** Memory of a slice that is kept for the next selection, bytes at most. */
const SPARE_BYTES = 65_536;
interface Waiter {
  readonly outcome: WriteOutcome;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * The embedded series store. Not for use from two threads; all of it but the waiting of write() is synchronous.
 * What a write changed can be queried at once; its promise resolves when the change is on the disk.
 */
export class SeriesStore implements SeriesSource {
  readonly #settings: Settings;
  readonly #disk: SeriesDisk;
  readonly #cache: BlockCache;
  readonly #catalog = new SeriesCatalog();
  readonly #folder: LogFolder;
  readonly #metadata = new Map<string, MetricMetadata>();
  readonly #stats = new SeriesStats();
  readonly #natives: NativeStore;
  #spareRoom: PassingRoom | undefined;
  /** The present as of the batch being accepted, ms. */
  #now = 0;
  #seq = 0;
  #closed = false;

  /** Not yet durable. Kept when a commit fails, so that a repeated write cannot be answered before they are. */
  readonly #pending = new PendingSamples();
  #pendingSeries: SeriesEntry[] = [];
  #pendingMetadata: MetricMetadata[] = [];
  #waiters: Waiter[] = [];
  #scheduled = false;

  /** Use openSeriesStore. */
  constructor(options: SeriesStoreOptions) {
    this.#settings = settingsOf(options);
    this.#disk = new SeriesDisk(this.#settings.path, this.#settings.exclusive);
    this.#cache = new BlockCache(this.#disk, this.#settings.cacheSamples);
    this.#folder = new LogFolder(this.#disk, this.#cache, this.#catalog, this.#settings.logLimitBytes);
    try {
      this.#natives = new NativeStore(this.#disk);
      this.#seq = recover(this.#disk, this.#catalog, this.#folder);
      for (const metadata of this.#disk.allMetadata()) this.#metadata.set(metadata.name, metadata);
    } catch (error) {
      this.#disk.close();
      throw error;
    }
  }

  /**
   * Stores a batch. Samples that cannot be stored are counted in the outcome with the reason; the others are stored.
   * @returns the outcome, once everything stored is durable
   * @throws Fault overloaded when too much waits for a failing disk (nothing of the batch was taken), unavailable when
   *   the commit failed (repeat the batch: what was taken already counts as a duplicate then)
   */
  write(batch: SampleBatch): Promise<WriteOutcome> {
    if (this.#closed) return Promise.reject(new Fault('unavailable', { what: 'The series store' }));
    if (this.#pending.length > this.#settings.maxPendingSamples) {
      return Promise.reject(new Fault('overloaded', { what: 'the series store waits for its disk' }));
    }
    const outcome = this.#accept(batch);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ outcome, resolve, reject });
      this.#schedule();
    });
  }

  select(matchers: readonly Matcher[], from: number, to: number): readonly SeriesSlice[] {
    return [...this.#slices(new LastingRoom(), matchers, from, to)];
  }

  /** The same one at a time, each written over the one before: for evaluation, which keeps none. */
  scan(matchers: readonly Matcher[], from: number, to: number): Iterable<SeriesSlice> {
    const room = this.#spareRoom ?? new PassingRoom();
    // Taken while it is in use: two scans may go on beside each other.
    this.#spareRoom = undefined;
    return this.#slices(room, matchers, from, to, () => {
      if (room.bytes <= SPARE_BYTES) this.#spareRoom = room;
    });
  }

  /** The same in parts, for another thread. */
  open(matchers: readonly Matcher[], from: number, to: number): SeriesCursor {
    const ids = this.#catalog.within(matchers, from, to).map(({ id }) => id);
    return new SeriesCursor(ids, (id, room) => {
      // It may have been deleted meanwhile.
      const entry = this.#catalog.entries[id];
      const slice = entry && this.#slice(room, entry, from, to);
      return slice && { labels: slice.labels, count: slice.times.length, histograms: slice.histograms };
    });
  }

  /** About what select would give, judged from some of the series, as if their samples were evenly spread. */
  weigh(matchers: readonly Matcher[], from: number, to: number): Weight {
    return this.#catalog.weigh(matchers, from, to);
  }

  #slices(
    room: SliceRoom,
    matchers: readonly Matcher[],
    from: number,
    to: number,
    done?: () => void,
  ): Iterable<SeriesSlice> {
    const ids = this.#catalog.matching(matchers);
    const { entries } = this.#catalog;
    return walk(ids.length, (index) => this.#slice(room, entries[ids[index]!]!, from, to), done);
  }

  #slice(room: SliceRoom, entry: SeriesEntry, from: number, to: number): SeriesSlice | undefined {
    const slice = readSlice(this.#cache, room, entry, from, to);
    return slice && this.#natives.has(entry.id) ? this.#natives.complete(entry.id, slice) : slice;
  }

  /** Names of labels on series that match and have samples about [from, to] (ms), sorted. */
  labelNames(matchers: readonly Matcher[] = [], from = -Infinity, to = Infinity): string[] {
    return this.#catalog.names(matchers, from, to);
  }

  /** Values of a label on series that match and have samples about [from, to] (ms), sorted. */
  labelValues(name: string, matchers: readonly Matcher[] = [], from = -Infinity, to = Infinity): string[] {
    return this.#catalog.valuesOf(name, matchers, from, to);
  }

  /** Labels of the series that match and have samples about [from, to] (ms). */
  seriesLabels(matchers: readonly Matcher[], from = -Infinity, to = Infinity): Labels[] {
    return this.#catalog.within(matchers, from, to).map(({ labels }) => labels);
  }

  /** What is known of metric families, of all or of one. */
  metadata(name?: string): MetricMetadata[] {
    if (name === undefined) return [...this.#metadata.values()];
    const one = this.#metadata.get(name);
    return one ? [one] : [];
  }

  /** Sizes and counts. Costs a walk over all series. */
  stats(): StoreStats {
    return this.#stats.report(this.#catalog.entries, {
      live: this.#catalog.size,
      diskBytes: this.#disk.size(),
      logBytes: this.#folder.logBytes,
      headBytes: this.#catalog.heads.bytes,
      indexBytes: this.#catalog.memory,
      cachedSamples: this.#cache.samples,
      perMetric: this.#catalog.values('__name__'),
    });
  }

  /**
   * Starts to delete the samples in [from, to] (ms) of the series that any of the selectors finds now; a series without any sample left goes
   * altogether. Each call of `turn` deletes those of some hundred series, durably before it returns.
   */
  erase(selectors: readonly (readonly Matcher[])[], from = -Infinity, to = Infinity): Erasure {
    const ids = new Set<number>();
    for (const matchers of selectors) for (const id of this.#catalog.matching(matchers)) ids.add(id);
    return new Erasure([...ids], (some) => this.#erase(some, from, to));
  }

  /**
   * Does a bounded part of what is due: expiry by retention, and folding the log into blocks. Call it every few seconds.
   * @returns whether more is due at once
   */
  maintain(): boolean {
    this.#commit();
    const expiring = this.#expire();
    this.#folder.turn(this.#seq);
    const gathering = this.#natives.fold(FOLDS_PER_TURN);
    return expiring || gathering || this.#folder.busy;
  }

  /** Writes all samples into blocks and empties the batch log, whatever its size: before a backup or a measurement. */
  compact(): void {
    this.beginCompact();
    while (this.#folder.busy) this.#folder.turn(this.#seq);
  }

  /** Has the calls of maintain() that follow write all samples into blocks and empty the batch log. */
  beginCompact(): void {
    this.#commit();
    this.#folder.sweep(this.#seq);
  }

  /** Writes what SQLite keeps beside the file into it. */
  checkpoint(): void {
    this.#disk.checkpoint();
  }

  /** Commits what waits and closes the file. @throws Fault unavailable when that commit fails */
  close(): void {
    if (this.#closed) return;
    this.#commit();
    this.#closed = true;
    this.#disk.close();
  }

  #accept(batch: SampleBatch): WriteOutcome {
    const outcome = new OutcomeCount();
    this.#now = this.#settings.now();
    const { labelBytes, labelStart, labelEnd, sampleEnd, times, bits, nativeAt, native, wrongHistograms } = batch;
    const words = wordsOf(labelBytes);
    let at = 0;
    // Where the next histogram of the batch stands; most have none.
    let next = 0;
    for (let s = 0; s < sampleEnd.length; s++) {
      const end = sampleEnd[s]!;
      const entry =
        this.#catalog.find(labelBytes, labelStart[s]!, labelEnd[s]!, words) ?? this.#register(batch, s, at, outcome);
      if (!entry) {
        at = end;
        continue;
      }
      while (next < nativeAt.length && nativeAt[next]! < at) next++;
      for (; at < end; at++) {
        const time = times[at]!;
        if (at === nativeAt[next]) {
          this.#acceptNative(outcome, entry, time, native[next++]!);
          continue;
        }
        const [low, high] = [bits[2 * at]!, bits[2 * at + 1]!];
        if (!this.#inRange(time)) this.#rejectTime(outcome, entry.labels, time);
        else if (time > entry.newest) {
          entry.append(time, low, high);
          this.#pending.push(entry.id, time, low, high);
          outcome.stored++;
        } else this.#acceptLate(outcome, entry, time, low, high);
      }
      this.#folder.offer(entry);
    }
    this.#acceptMetadata(batch.metadata);
    if (wrongHistograms) outcome.reject('histogram_invalid', wrongHistograms.count, () => wrongHistograms.example);
    this.#stats.count(outcome);
    return outcome.finish(batch);
  }

  #acceptLate(outcome: OutcomeCount, entry: SeriesEntry, time: number, low: number, high: number): void {
    const there = time >= entry.oldest ? findSample(this.#cache, entry, time) : undefined;
    if (there) {
      if (there[0] === low && there[1] === high) outcome.duplicates++;
      else outcome.reject('conflict', 1, () => `${describe(entry.labels)} at ${time}`);
    } else if (time < entry.newest - this.#settings.outOfOrderMs) {
      outcome.reject('out_of_order', 1, () => `${describe(entry.labels)} at ${time}, newest is ${entry.newest}`);
    } else {
      entry.insert(time, low, high);
      this.#pending.push(entry.id, time, low, high);
      outcome.stored++;
    }
  }

  /** A histogram is accepted as a sample whose value stands for it, and kept beside. */
  #acceptNative(outcome: OutcomeCount, entry: SeriesEntry, time: number, data: Uint8Array): void {
    if (!this.#inRange(time)) return this.#rejectTime(outcome, entry.labels, time);
    const { stored, duplicates } = outcome;
    if (time > entry.newest) {
      entry.append(time, NATIVE_LOW, NATIVE_HIGH);
      this.#pending.push(entry.id, time, NATIVE_LOW, NATIVE_HIGH);
      outcome.stored++;
    } else if (time >= entry.oldest && this.#hasOther(entry, time, data)) {
      return outcome.reject('conflict', 1, () => `${describe(entry.labels)} at ${time}`);
    } else this.#acceptLate(outcome, entry, time, NATIVE_LOW, NATIVE_HIGH);
    if (outcome.stored > stored) this.#natives.add(entry.id, time, data);
    if (outcome.stored > stored || outcome.duplicates > duplicates) outcome.histograms++;
  }

  /** Whether there is another histogram at that instant (ms). */
  #hasOther(entry: SeriesEntry, time: number, data: Uint8Array): boolean {
    const there = this.#natives.has(entry.id) ? this.#natives.at(entry.id, time) : undefined;
    return there !== undefined && Buffer.compare(encodeHistogram(there), data) !== 0;
  }

  /** Whether a sample of that time (ms) may be stored. Written so that a time that is not a number fails too. */
  #inRange(time: number): boolean {
    const { retentionMs, aheadMs } = this.#settings;
    const inside = time >= this.#now - retentionMs && time <= this.#now + aheadMs;
    return inside && time >= 0 && time <= MAX_TIME && Number.isInteger(time);
  }

  #rejectTime(outcome: OutcomeCount, labels: Labels, time: number): void {
    const valid = Number.isInteger(time) && time >= 0 && time <= MAX_TIME;
    const reason: RejectReason = !valid ? 'time_invalid' : time > this.#now ? 'too_new' : 'too_old';
    outcome.reject(reason, 1, () => `${describe(labels)} at ${time}, now is ${this.#now}`);
  }

  /** Looks at labels that are not known byte for byte: a new series, or a known one written another way. */
  #register(batch: SampleBatch, s: number, first: number, outcome: OutcomeCount): SeriesEntry | undefined {
    const samples = batch.sampleEnd[s]! - first;
    const start = batch.labelStart[s]!;
    const end = batch.labelEnd[s]!;
    const decoded = decodeLabels(batch.labelBytes, start, end);
    if (!decoded.ok || decoded.labels['__name__'] === undefined) {
      const why = decoded.ok ? `${describe(decoded.labels)} has no __name__` : decoded.why;
      outcome.reject('labels_invalid', samples, () => why);
      return undefined;
    }
    const canonical = encodeLabels(decoded.labels);
    const known = this.#catalog.find(canonical, 0, canonical.length);
    if (known) {
      this.#catalog.addForm(batch.labelBytes, start, end, known);
      return known;
    }
    if (!batch.times.subarray(first, first + samples).some((time) => this.#inRange(time))) {
      for (let i = first; i < first + samples; i++) this.#rejectTime(outcome, decoded.labels, batch.times[i]!);
      return undefined;
    }
    if (this.#catalog.size >= this.#settings.maxSeries) {
      const limit = this.#settings.maxSeries;
      outcome.reject('series_limit', samples, () => `${describe(decoded.labels)}, the limit is ${limit} series`);
      return undefined;
    }
    const entry = this.#catalog.add(decoded.labels, canonical);
    this.#pendingSeries.push(entry);
    outcome.newSeries++;
    return entry;
  }

  #acceptMetadata(list: readonly MetricMetadata[]): void {
    for (const next of list) {
      const known = this.#metadata.get(next.name);
      if (known && known.type === next.type && known.help === next.help && known.unit === next.unit) continue;
      if (!known && this.#metadata.size >= this.#settings.maxSeries) continue;
      this.#metadata.set(next.name, next);
      this.#pendingMetadata.push(next);
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the messages that are waiting already: all of them share one commit, and while it waits for the disk the
    // next ones gather.
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      try {
        this.#commit();
        this.#folder.turn(this.#seq);
      } catch {
        // The waiters have been told; blocks that could not be written are tried again after the next commit.
      }
    });
  }

  /** Makes everything that was accepted durable and answers the writers. */
  #commit(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    try {
      this.#commitPending();
    } catch (error) {
      const fault = new Fault('unavailable', { what: 'The series store' }, { cause: error });
      for (const waiter of waiters) waiter.reject(fault);
      throw fault;
    }
    for (const waiter of waiters) waiter.resolve(waiter.outcome);
  }

  #commitPending(): void {
    if (this.#pending.length === 0 && this.#pendingSeries.length === 0 && this.#pendingMetadata.length === 0) return;
    const row = this.#pending.length > 0 ? this.#pending.encode() : undefined;
    this.#disk.transact(() => {
      for (const entry of this.#pendingSeries) this.#disk.addSeries(entry.id, encodeLabels(entry.labels));
      if (row) this.#disk.addLog(this.#seq + 1, row);
      this.#natives.write();
      for (const metadata of this.#pendingMetadata) this.#disk.putMetadata(metadata);
    });
    this.#seq++;
    if (row) this.#folder.grow(row.length, this.#seq);
    this.#pending.clear();
    this.#natives.committed();
    this.#pendingSeries = [];
    this.#pendingMetadata = [];
  }

  #expire(): boolean {
    const cutoff = this.#settings.now() - this.#settings.retentionMs;
    const due: SeriesEntry[] = [];
    for (const entry of this.#catalog.entries) {
      if (entry && entry.oldest < cutoff - EXPIRY_SLACK_MS) due.push(entry);
      if (due.length > EXPIRIES_PER_TURN) break;
    }
    if (due.length === 0) return false;
    this.#drop(due.filter((entry) => entry.newest < cutoff));
    const left = due.filter((entry) => entry.newest >= cutoff);
    this.#disk.transact(() => {
      for (const entry of left) this.#expireBlocks(entry, cutoff);
    });
    return due.length > EXPIRIES_PER_TURN;
  }

  #expireBlocks(entry: SeriesEntry, cutoff: number): void {
    const { progress } = entry;
    if (progress.samples > 0) {
      progress.samples -= this.#disk.expire(entry.id, cutoff);
      progress.from = this.#disk.firstTime(entry.id) ?? Infinity;
      this.#disk.putProgress(entry.id, progress);
      this.#cache.forget(entry.id);
    }
    if (this.#natives.has(entry.id)) this.#disk.expireNatives(entry.id, Math.min(cutoff, progress.from));
    entry.oldest = Math.max(cutoff, entry.oldest);
  }

  #erase(ids: readonly number[], from: number, to: number): Erased {
    // What waits is in the log afterwards: a block may then say that it holds the rows up to the last one.
    this.#commit();
    const entries = ids.flatMap((id) => this.#catalog.entries[id] ?? []);
    const touched = entries.filter((entry) => entry.oldest <= to && entry.newest >= from);
    const changed: { readonly entry: SeriesEntry; readonly folded: Progress; readonly progress: Progress }[] = [];
    const gone: SeriesEntry[] = [];
    let samples = 0;
    this.#disk.transact(() => {
      for (const entry of touched) {
        const folded = cutBlocks(this.#disk, entry, this.#seq);
        const { progress, erased } = eraseRange(this.#disk, entry.id, folded, from, to);
        this.#natives.erase(entry.id, from, to);
        samples += erased;
        if (progress.samples === 0) {
          this.#disk.dropSeries(entry.id);
          gone.push(entry);
        } else {
          this.#disk.putProgress(entry.id, progress);
          changed.push({ entry, folded, progress });
        }
      }
    });
    for (const { entry, folded, progress } of changed) {
      entry.settle(folded);
      entry.forgetRange(progress, from, to);
      this.#cache.forget(entry.id);
    }
    this.#forget(gone);
    return { series: gone.length, samples };
  }

  #drop(entries: readonly SeriesEntry[]): void {
    if (entries.length === 0) return;
    this.#disk.transact(() => {
      for (const entry of entries) this.#disk.dropSeries(entry.id);
    });
    this.#forget(entries);
  }

  #forget(entries: readonly SeriesEntry[]): void {
    if (entries.length === 0) return;
    this.#catalog.remove(entries);
    for (const entry of entries) {
      this.#cache.forget(entry.id);
      this.#natives.forget(entry.id);
    }
  }
}

/** Opens the series store, recovering what was acknowledged before. @throws Fault data_locked, unavailable */
export function openSeriesStore(options: SeriesStoreOptions): SeriesStore {
  return new SeriesStore(options);
}
