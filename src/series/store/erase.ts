import { decodeBlock, encodeBlock } from './block-codec.ts';
import type { Columns } from './block-codec.ts';
import type { SeriesDisk, StoredBlock } from './disk.ts';
import { mergeColumns } from './entry.ts';
import type { Progress } from './entry.ts';

/**
 * Takes the samples in [from, to] (ms, both included) out of the blocks of a series, within the open transaction. Only
 * to be called when all samples of the series are in blocks. Blocks that lie within are deleted, the one or two at the
 * edges are written anew.
 * @returns what the blocks hold afterwards, and how many samples went
 */
export function eraseRange(
  disk: SeriesDisk,
  series: number,
  before: Progress,
  from: number,
  to: number,
): { readonly progress: Progress; readonly erased: number } {
  const rows = disk.blocks(series, from - before.maxSpan, from, to).filter((row) => row.from <= to);
  if (rows.length === 0) return { progress: before, erased: 0 };
  let kept = rows.flatMap((row) => outside(row, from, to));
  const sum = (list: readonly { readonly samples: number }[]): number =>
    list.reduce((total, { samples }) => total + samples, 0);
  const held = kept.reduce((total, { times }) => total + times.length, 0);
  const erased = sum(rows) - held;
  if (erased === 0) return { progress: before, erased: 0 };
  for (const row of rows) disk.dropBlock(series, row.from);
  // No two blocks start in one second: what is left of the last block may now start where the next one does, or where
  // what is left before the gap does.
  const start = kept.at(-1)?.times[0];
  const next = start === undefined ? [] : disk.blocks(series, start, start, start).filter((row) => row.from > to);
  for (const row of next) disk.dropBlock(series, row.from);
  kept = joined([...kept, ...next.map(columnsOf)]);
  const progress: Progress = { ...before, samples: before.samples - erased };
  for (const { times, bits } of kept) {
    const block = { from: times[0]!, to: times[times.length - 1]!, samples: times.length };
    disk.putBlock(series, { ...block, data: encodeBlock(times, bits, 0, times.length) });
    progress.maxSpan = Math.max(progress.maxSpan, block.to - block.from);
  }
  const last = disk.lastBlock(series);
  progress.from = disk.firstTime(series) ?? Infinity;
  progress.to = last?.to ?? -Infinity;
  progress.lastFrom = last?.from ?? 0;
  progress.lastCount = last?.samples ?? 0;
  return { progress, erased };
}

function columnsOf(row: StoredBlock): Columns {
  return decodeBlock(row.data, row.from, row.samples);
}

/** The samples of a block before and after the range, each as columns of their own. */
function outside(row: StoredBlock, from: number, to: number): Columns[] {
  if (row.from >= from && row.to <= to) return [];
  const { times, bits } = columnsOf(row);
  const start = times.findIndex((time) => time >= from);
  const end = times.findLastIndex((time) => time <= to) + 1;
  if (start < 0 || end <= start) return [{ times, bits }];
  const parts = [
    { times: times.subarray(0, start), bits: bits.subarray(0, 2 * start) },
    { times: times.subarray(end), bits: bits.subarray(2 * end) },
  ];
  return parts.filter((part) => part.times.length > 0);
}

/** The same samples, with neighbours that start in one second made one. */
function joined(parts: readonly Columns[]): Columns[] {
  const found: Columns[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last && second(last) === second(part)) found[found.length - 1] = mergeColumns(last, part);
    else found.push(part);
  }
  return found;
}

function second({ times }: Columns): number {
  return Math.floor(times[0]! / 1000);
}
