import type { SeriesSlice } from '../../promql/port.ts';
import type { BlockCache } from './block-cache.ts';
import type { Columns } from './block-codec.ts';
import { lateColumns, mergeColumns } from './entry.ts';
import type { SeriesEntry } from './entry.ts';
import type { SliceRoom } from './slice-room.ts';

/**
 * The samples of a series in [from, to] (ms, both included), or undefined when it has none there. What the head holds
 * is not read from blocks.
 */
export function readSlice(
  cache: BlockCache,
  room: SliceRoom,
  entry: SeriesEntry,
  from: number,
  to: number,
): SeriesSlice | undefined {
  if (entry.newest < from || entry.oldest > to) return undefined;
  // The head may hold samples past the retention until their block is written; `oldest` hides them.
  const start = entry.indexOf(Math.max(from, entry.oldest));
  // Times are whole, so the first one beyond `to` is at or after the next whole number.
  const end = to >= entry.newest ? entry.length : Math.max(start, entry.indexOf(Math.floor(to) + 1));
  const old =
    from > entry.onlyInBlocks
      ? NOTHING
      : readOld(cache, entry, Math.max(from, entry.oldest), Math.min(to, entry.onlyInBlocks));
  return slice(room, entry, old, start, end);
}

const NOTHING: readonly Columns[] = [];

/** The words of the sample at `time` (ms) wherever it lies, or undefined. */
export function findSample(cache: BlockCache, entry: SeriesEntry, time: number): readonly [number, number] | undefined {
  const at = entry.indexOf(time);
  if (at < entry.length && entry.timeAt(at) === time) return entry.wordsAt(at);
  if (time > entry.onlyInBlocks) return undefined;
  const old = readOld(cache, entry, time, time).find(({ times }) => times.length > 0);
  return old && [old.bits[0]!, old.bits[1]!];
}

/** Samples of blocks and late ones in [from, to], in pieces that follow each other. */
function readOld(cache: BlockCache, entry: SeriesEntry, from: number, to: number): Columns[] {
  const parts = cache.read(entry, from, to).map((block) => window(block, from, to));
  if (entry.late) {
    const late = window(lateColumns(entry.late), from, to);
    return [mergeColumns(late, concat(parts))];
  }
  return parts;
}

function concat(parts: readonly Columns[]): Columns {
  const count = parts.reduce((sum, part) => sum + part.times.length, 0);
  const times = new Float64Array(count);
  const bits = new Uint32Array(count * 2);
  let at = 0;
  for (const part of parts) {
    times.set(part.times, at);
    bits.set(part.bits, at * 2);
    at += part.times.length;
  }
  return { times, bits };
}

function window(columns: Columns, from: number, to: number): Columns {
  const { times, bits } = columns;
  const start = lowerBound(times, from);
  // Times are whole, so the first one beyond `to` is at or after the next whole number.
  const end = lowerBound(times, Math.floor(to) + 1);
  return { times: times.subarray(start, end), bits: bits.subarray(2 * start, 2 * end) };
}

function lowerBound(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One slice of the pieces and the head's samples [start, end), or undefined when they are empty. */
function slice(
  room: SliceRoom,
  entry: SeriesEntry,
  old: readonly Columns[],
  start: number,
  end: number,
): SeriesSlice | undefined {
  let count = end - start;
  for (const part of old) count += part.times.length;
  if (count === 0) return undefined;
  const { times, values, words } = room.place(count);
  let at = 0;
  for (const part of old) {
    times.set(part.times, at);
    words.set(part.bits, 2 * at);
    at += part.times.length;
  }
  // Values are copied as words, never as numbers.
  entry.copy(start, end, times, words, at);
  return { labels: entry.labels, times, values };
}
