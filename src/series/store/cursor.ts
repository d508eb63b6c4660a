import type { Labels } from '../../core/labels.ts';
import type { SeriesSlice } from '../../promql/port.ts';
import { PackedRoom } from './slice-room.ts';
import type { SliceRoom } from './slice-room.ts';

/** Slices for another thread. `memory` has for each of them its times, then its values, as doubles. */
export interface SliceBatch {
  readonly ids: Uint32Array<ArrayBuffer>;
  readonly labels: readonly Labels[];
  /** Samples of each slice. */
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly memory: ArrayBuffer;
  /** Native histograms of the slices that have any, by their place among the slices. */
  readonly histograms: readonly (readonly [slice: number, SeriesSlice['histograms']])[];
}

/** About how many bytes of samples one batch holds: bounds how long reading it keeps the thread. */
const BATCH_BYTES = 1024 * 1024;
/** Series looked at for one batch at most, whether or not they have samples. */
const BATCH_SERIES = 5000;

interface Found {
  readonly labels: Labels;
  readonly count: number;
  readonly histograms: SeriesSlice['histograms'];
}

/** Reads one slice into the room. @returns its labels and number of samples, or undefined when there are none */
type ReadOne = (id: number, room: SliceRoom) => Found | undefined;

/** A selection that is read a part at a time, so that writes and rules go on in between. */
export class SeriesCursor {
  readonly #ids: readonly number[];
  readonly #read: ReadOne;
  #at = 0;

  /** Use SeriesStore.open. */
  constructor(ids: readonly number[], read: ReadOne) {
    this.#ids = ids;
    this.#read = read;
  }

  /** Whether all was read. */
  get done(): boolean {
    return this.#at >= this.#ids.length;
  }

  /** The next slices; their memory may be given away. */
  next(): SliceBatch {
    const room = new PackedRoom(BATCH_BYTES + BATCH_BYTES / 8);
    const ids: number[] = [];
    const labels: Labels[] = [];
    const counts: number[] = [];
    const histograms: [number, SeriesSlice['histograms']][] = [];
    const stop = Math.min(this.#ids.length, this.#at + BATCH_SERIES);
    while (this.#at < stop && room.used < BATCH_BYTES) {
      const id = this.#ids[this.#at++]!;
      const found = this.#read(id, room);
      if (!found) continue;
      if (found.histograms) histograms.push([ids.length, found.histograms]);
      ids.push(id);
      labels.push(found.labels);
      counts.push(found.count);
    }
    return { ids: Uint32Array.from(ids), labels, counts: Uint32Array.from(counts), memory: room.memory, histograms };
  }
}
