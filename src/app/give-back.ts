import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

const MOST_BYTES = 96 << 20;
/** V8's default: collections after which the code of a function that was not called is forgotten. */
const BYTECODE_AGE = 6;

/**
 * Gives back the memory of this thread that only starting needed, once: V8 would keep it for a growth that does not come
 * in an idle server. It holds the thread up for some ten milliseconds, so it belongs before the first request.
 */
export function giveBackMemory(): void {
  // A large heap is not idle, and going through it several times would take seconds.
  if (getHeapStatistics().used_heap_size > MOST_BYTES) return;
  setFlagsFromString('--expose-gc');
  // Another thread may have withdrawn it again meanwhile.
  const collect = runInNewContext("typeof gc === 'function' ? gc : null") as Collect | null;
  setFlagsFromString('--no-expose-gc');
  // What only starting ran is forgotten too: V8 compiles it again when it is called.
  setFlagsFromString('--bytecode-old-age=1');
  collect?.({ type: 'major', flavor: 'last-resort' });
  setFlagsFromString(`--bytecode-old-age=${BYTECODE_AGE}`);
}
