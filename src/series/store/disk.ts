import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { Fault } from '../../core/fault.ts';
import type { MetricMetadata } from '../batch.ts';
import type { Progress } from './entry.ts';

const FORMAT = 2;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY AUTOINCREMENT, labels BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, data BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS block (
    key INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS progress (
    series INTEGER PRIMARY KEY, seq INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL, last_from INTEGER NOT NULL, last_count INTEGER NOT NULL, max_span INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS native (
    series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, samples INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (series, from_ms)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS metadata (
    name TEXT PRIMARY KEY, type TEXT NOT NULL, help TEXT NOT NULL, unit TEXT NOT NULL) WITHOUT ROWID;
`;

/** A block as it lies in the file. */
export interface StoredBlock {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly data: Uint8Array;
}

type BlockFields = readonly [from: number, to: number, samples: number, data: Uint8Array];

interface BlockRow {
  from_ms: number;
  to_ms: number;
  samples: number;
  data: Uint8Array;
}

/**
 * The file of the series store. Every text of SQL that the store needs stands here. A block's key is the series id in
 * the upper and the second of its first sample in the lower 32 bits: the blocks of a series lie together, in order.
 */
export class SeriesDisk {
  readonly #db: DatabaseSync;
  readonly #insertSeries: StatementSync;
  readonly #insertLog: StatementSync;
  readonly #trimLog: StatementSync;
  readonly #putBlock: StatementSync;
  readonly #dropBlock: StatementSync;
  readonly #readBlocks: StatementSync;
  readonly #expireBlocks: StatementSync;
  readonly #firstBlock: StatementSync;
  readonly #lastBlock: StatementSync;
  readonly #putProgress: StatementSync;
  readonly #putMetadata: StatementSync;
  readonly #putNative: StatementSync;
  readonly #readNatives: StatementSync;

  /**
   * Opens or creates the file and keeps others out of it.
   * @throws Fault data_locked when another process has it open, unavailable when it cannot be opened
   */
  /** @param exclusive whether this file itself keeps other processes out, readers included */
  constructor(path: string, exclusive = true) {
    this.#db = openFile(path, exclusive);
    const prepare = (sql: string): StatementSync => this.#db.prepare(sql);
    this.#insertSeries = prepare('INSERT INTO series (id, labels) VALUES (?, ?)');
    this.#insertLog = prepare('INSERT INTO log (seq, data) VALUES (?, ?)');
    this.#trimLog = prepare('DELETE FROM log WHERE seq <= ?');
    this.#putBlock = prepare(
      'INSERT OR REPLACE INTO block (key, from_ms, to_ms, samples, data) VALUES (?, ?, ?, ?, ?)',
    );
    this.#dropBlock = prepare('DELETE FROM block WHERE key = ?');
    this.#readBlocks = prepare(
      'SELECT from_ms, to_ms, samples, data FROM block WHERE key BETWEEN ? AND ? AND to_ms >= ? ORDER BY key',
    );
    // A day of ten thousand series is a quarter of a million rows: an object with names for each costs as much as reading.
    this.#readBlocks.setReturnArrays(true);
    this.#expireBlocks = prepare('DELETE FROM block WHERE key BETWEEN ? AND ? AND to_ms < ? RETURNING samples');
    this.#firstBlock = prepare('SELECT from_ms FROM block WHERE key BETWEEN ? AND ? ORDER BY key LIMIT 1');
    this.#lastBlock = prepare(
      'SELECT from_ms, to_ms, samples FROM block WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1',
    );
    this.#putProgress = prepare('INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putNative = prepare(
      'INSERT OR REPLACE INTO native (series, from_ms, to_ms, samples, data) VALUES (?, ?, ?, ?, ?)',
    );
    this.#readNatives = prepare(
      `SELECT from_ms, to_ms, samples, data FROM native
       WHERE series = ? AND from_ms BETWEEN ? AND ? AND to_ms >= ? ORDER BY from_ms`,
    );
    this.#putMetadata = prepare('INSERT OR REPLACE INTO metadata (name, type, help, unit) VALUES (?, ?, ?, ?)');
  }

  /**
   * Runs `work` in one transaction; it is on the disk when this returns.
   * @throws whatever work throws, or the error of the file; then nothing of it is kept
   */
  transact(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  addSeries(id: number, labels: Uint8Array): void {
    this.#insertSeries.run(id, labels);
  }

  addLog(seq: number, data: Uint8Array): void {
    this.#insertLog.run(seq, data);
  }

  /** Deletes the rows of the log up to `seq`. */
  trimLog(seq: number): void {
    this.#trimLog.run(seq);
  }

  putBlock(series: number, block: StoredBlock): void {
    this.#putBlock.run(keyOf(series, block.from), block.from, block.to, block.samples, block.data);
  }

  dropBlock(series: number, from: number): void {
    this.#dropBlock.run(keyOf(series, from));
  }

  /**
   * Blocks of the series that start at `start` or later, in the second of `to` or earlier, and end at `from` or later,
   * in order; all in ms.
   */
  blocks(series: number, start: number, from: number, to: number): StoredBlock[] {
    const rows = this.#readBlocks.all(keyOf(series, start), keyOf(series, to), from) as unknown as BlockFields[];
    return rows.map(([first, last, samples, data]) => ({ from: first, to: last, samples, data }));
  }

  /** Deletes the blocks of the series that end before `before` (ms). @returns how many samples went */
  expire(series: number, before: number): number {
    const rows = this.#expireBlocks.all(keyOf(series, 0), keyOf(series, MAX_MS), before) as { samples: number }[];
    return rows.reduce((sum, row) => sum + row.samples, 0);
  }

  /** First time in the blocks of the series, ms, or undefined when it has none. */
  firstTime(series: number): number | undefined {
    const row = this.#firstBlock.get(keyOf(series, 0), keyOf(series, MAX_MS)) as { from_ms: number } | undefined;
    return row?.from_ms;
  }

  /** The block of the series that starts last. */
  lastBlock(series: number): Omit<StoredBlock, 'data'> | undefined {
    const row = this.#lastBlock.get(keyOf(series, 0), keyOf(series, MAX_MS)) as Omit<BlockRow, 'data'> | undefined;
    return row && { from: row.from_ms, to: row.to_ms, samples: row.samples };
  }

  putProgress(series: number, at: Progress): void {
    this.#putProgress.run(series, at.seq, at.from, at.to, at.samples, at.lastFrom, at.lastCount, at.maxSpan);
  }

  /** Writes histograms of the series: one alone (0 samples), or a run. */
  putNative(series: number, row: StoredBlock): void {
    this.#putNative.run(series, row.from, row.to, row.samples, row.data);
  }

  dropNative(series: number, from: number): void {
    this.#db.prepare('DELETE FROM native WHERE series = ? AND from_ms = ?').run(series, from);
  }

  /** Histograms of the series that begin in [start, to] and end at `from` or later, in order; all in ms. */
  natives(series: number, start: number, from: number, to: number): StoredBlock[] {
    const bounds = [start, to, from].map((time) => Math.min(Math.max(time, -MAX_MS), MAX_MS));
    const rows = this.#readNatives.all(series, ...bounds) as unknown as BlockRow[];
    return rows.map((row) => ({ from: row.from_ms, to: row.to_ms, samples: row.samples, data: row.data }));
  }

  /** Histograms of the series that lie alone, in order. */
  aloneNatives(series: number): StoredBlock[] {
    const rows = this.#db
      .prepare('SELECT from_ms, to_ms, samples, data FROM native WHERE series = ? AND samples = 0 ORDER BY from_ms')
      .all(series) as unknown as BlockRow[];
    return rows.map((row) => ({ from: row.from_ms, to: row.to_ms, samples: row.samples, data: row.data }));
  }

  /** Deletes the histograms of the series that end before `before` (ms). */
  expireNatives(series: number, before: number): void {
    this.#db.prepare('DELETE FROM native WHERE series = ? AND to_ms < ?').run(series, before);
  }

  /** Series that have histograms: a look at one row of each. */
  nativeSeries(): number[] {
    const next = this.#db.prepare('SELECT min(series) AS series FROM native WHERE series > ?');
    const found: number[] = [];
    for (let last = -1; ;) {
      const { series } = next.get(last) as { series: number | null };
      if (series === null) return found;
      found.push((last = series));
    }
  }

  putMetadata(metadata: MetricMetadata): void {
    this.#putMetadata.run(metadata.name, metadata.type, metadata.help, metadata.unit);
  }

  /** Deletes all rows of the series, except in the log, where unknown ids are passed over. */
  dropSeries(id: number): void {
    this.#db.prepare('DELETE FROM series WHERE id = ?').run(id);
    this.#db.prepare('DELETE FROM progress WHERE series = ?').run(id);
    this.#db.prepare('DELETE FROM block WHERE key BETWEEN ? AND ?').run(keyOf(id, 0), keyOf(id, MAX_MS));
    this.#db.prepare('DELETE FROM native WHERE series = ?').run(id);
  }

  /** Every series with its label bytes. */
  *allSeries(): Generator<{ id: number; labels: Uint8Array }> {
    for (const row of this.#db.prepare('SELECT id, labels FROM series ORDER BY id').iterate()) {
      yield row as unknown as { id: number; labels: Uint8Array };
    }
  }

  /** The progress of every series that has blocks. */
  *allProgress(): Generator<{ series: number; progress: Progress }> {
    for (const row of this.#db.prepare('SELECT * FROM progress').iterate() as Iterable<Record<string, number>>) {
      const progress = {
        seq: row['seq']!,
        from: row['from_ms']!,
        to: row['to_ms']!,
        samples: row['samples']!,
        lastFrom: row['last_from']!,
        lastCount: row['last_count']!,
        maxSpan: row['max_span']!,
      };
      yield { series: row['series']!, progress };
    }
  }

  /** The rows of the batch log, oldest first. */
  *allLog(): Generator<{ seq: number; data: Uint8Array }> {
    for (const row of this.#db.prepare('SELECT seq, data FROM log ORDER BY seq').iterate()) {
      yield row as unknown as { seq: number; data: Uint8Array };
    }
  }

  allMetadata(): MetricMetadata[] {
    const rows = this.#db.prepare('SELECT name, type, help, unit FROM metadata').all() as unknown as MetricMetadata[];
    return rows.map((row) => ({ ...row }));
  }

  /** The highest series id ever given; ids are not given twice, because the log may still name a deleted one. */
  highestId(): number {
    const row = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'series'").get() as
      { seq: number } | undefined;
    return row?.seq ?? 0;
  }

  /** Size of the file without its free pages, bytes. */
  size(): number {
    const pragma = (name: string): number => Number(Object.values(this.#db.prepare(`PRAGMA ${name}`).get()!)[0]);
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  /** Writes everything from the write-ahead log into the file and empties it. */
  checkpoint(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#db.close();
  }
}

const MAX_MS = 2 ** 32 * 1000 - 1;

function keyOf(series: number, ms: number): bigint {
  const second = Math.min(Math.max(0, Math.floor(ms / 1000)), 2 ** 32 - 1);
  return BigInt(series) * 4_294_967_296n + BigInt(second);
}

function openFile(path: string, exclusive: boolean): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    // Exclusive: one process at a time, refused at once, and no shared-memory file.
    if (exclusive) db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('PRAGMA busy_timeout = 0');
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000');
    const version = Number(Object.values(db.prepare('PRAGMA user_version').get()!)[0]);
    if (version > FORMAT) {
      const what = `The series file ${path} has format ${version}, this program reads up to ${FORMAT}; a newer program`;
      throw new Fault('unavailable', { what });
    }
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${FORMAT}; COMMIT`);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof Fault) throw error;
    if (/locked|busy/i.test((error as Error).message)) {
      throw new Fault('data_locked', { path, pid: 'unknown' }, { cause: error });
    }
    const what = `The series file ${path} (${(error as Error).message})`;
    throw new Fault('unavailable', { what }, { cause: error });
  }
}
