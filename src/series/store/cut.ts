import { decodeBlock, encodeBlock } from './block-codec.ts';
import type { Columns } from './block-codec.ts';
import type { SeriesDisk, StoredBlock } from './disk.ts';
import { mergeColumns } from './entry.ts';
import type { Progress, SeriesEntry } from './entry.ts';

/**
 * Samples of a full block, and from how few on a block is joined with what comes next: so the memory of a series is
 * small, and its blocks, half of them written twice, are long.
 */
const BLOCK_SAMPLES = 240;
const SMALL_BLOCK = 180;

/**
 * Writes all samples of a series that are not in blocks into blocks, within the open transaction. Blocks that the
 * samples fall into, or a small last one, are rewritten with them, so that blocks of a series never overlap.
 * @param seq newest row of the batch log; all samples of the head are in rows up to it
 * @returns the progress to settle the entry with once the transaction is through
 */
export function cutBlocks(disk: SeriesDisk, entry: SeriesEntry, seq: number): Progress {
  const before = entry.progress;
  const pending = entry.pending();
  if (pending.times.length === 0) return { ...before, seq };
  const last = pending.times.at(-1)!;
  const joined = withNext(disk, entry.id, overlapping(disk, entry, pending.times[0]!, last), last);
  for (const block of joined) disk.dropBlock(entry.id, block.from);
  const samples = joined.reduce(
    (all, block) => mergeColumns(all, decodeBlock(block.data, block.from, block.samples)),
    pending,
  );
  const next: Progress = { ...before, seq };
  // The newest block may become part of one that starts earlier.
  if (joined.some((block) => block.from === before.lastFrom)) next.lastFrom = 0;
  next.samples += samples.times.length - joined.reduce((sum, block) => sum + block.samples, 0);
  writePieces(disk, entry.id, samples, next);
  return next;
}

/** The blocks to rewrite: those that share time or the second of their key with [from, to], and a small last one. */
function overlapping(disk: SeriesDisk, entry: SeriesEntry, from: number, to: number): readonly StoredBlock[] {
  const { progress } = entry;
  if (progress.samples === 0) return [];
  const second = Math.floor(from / 1000) * 1000;
  const joinLast = progress.lastCount < SMALL_BLOCK || second <= progress.lastFrom;
  if (from > progress.to && !joinLast) return [];
  const start = Math.min(second, joinLast ? progress.lastFrom : second);
  return disk
    .blocks(entry.id, start - progress.maxSpan, 0, to)
    .filter((block) => block.to >= from || block.from >= second || (joinLast && block.from === progress.lastFrom));
}

/**
 * The same blocks with those that start in the very second in which the samples to rewrite end: a piece of them may come to
 * start in that second too.
 */
function withNext(
  disk: SeriesDisk,
  series: number,
  joined: readonly StoredBlock[],
  last: number,
): readonly StoredBlock[] {
  const all = [...joined];
  let end = Math.max(last, ...joined.map(({ to }) => to));
  // Blocks do not overlap, so what starts after the end is not among them.
  for (let next; (next = disk.blocks(series, end, 0, end).find(({ from }) => from > end)); end = next.to)
    all.push(next);
  return all;
}

/** Cuts the samples into blocks of about BLOCK_SAMPLES, each of which starts in a second of its own. */
function writePieces(disk: SeriesDisk, series: number, samples: Columns, progress: Progress): void {
  const { times, bits } = samples;
  const pieces = Math.max(1, Math.round(times.length / BLOCK_SAMPLES));
  const size = Math.ceil(times.length / pieces);
  let start = 0;
  while (start < times.length) {
    let end = Math.min(times.length, start + size);
    while (end < times.length && Math.floor(times[end]! / 1000) === Math.floor(times[start]! / 1000)) end++;
    const from = times[start]!;
    const to = times[end - 1]!;
    disk.putBlock(series, { from, to, samples: end - start, data: encodeBlock(times, bits, start, end) });
    progress.maxSpan = Math.max(progress.maxSpan, to - from);
    if (from >= progress.lastFrom) {
      progress.lastFrom = from;
      progress.lastCount = end - start;
    }
    start = end;
  }
  progress.from = Math.min(progress.from, times[0]!);
  progress.to = Math.max(progress.to, times.at(-1)!);
}
