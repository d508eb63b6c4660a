/** A text as few numbers: texts that share words share numbers. */
export type Sketch = readonly number[];

const HASHES = 16;
const BAND = 4;
/** Words that say nothing about what is wrong. */
const STOP = new Set('a an and at by for from in is it no not of on or over per than the to under with'.split(' '));
const SEEDS = Array.from({ length: HASHES }, (_, index) => (Math.imul(index + 1, 0x9e3779b1) ^ 0x85ebca6b) >>> 0);

/** Words of a text, in lower case, without figures: two alerts of one kind differ by their values. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{N}_-]*/gu) ?? [];
  return [...new Set(words.filter((word) => word.length > 1 && !STOP.has(word)))].slice(0, 200);
}

/** MinHash over the words; null when fewer than two say something. */
export function sketchOf(text: string): Sketch | null {
  const words = wordsOf(text);
  if (words.length < 2) return null;
  const least = new Array<number>(HASHES).fill(0xffffffff);
  for (const word of words) {
    const base = hashText(word);
    for (let index = 0; index < HASHES; index++) {
      const value = mix(base ^ SEEDS[index]!);
      if (value < least[index]!) least[index] = value;
    }
  }
  return least;
}

/** The estimated share of words in common, 0 to 1. */
export function similarity(a: Sketch, b: Sketch): number {
  let same = 0;
  for (let index = 0; index < HASHES; index++) if (a[index] === b[index]) same++;
  return same / HASHES;
}

/** Buckets of a sketch: texts with much in common very likely share one. */
export function buckets(sketch: Sketch): string[] {
  const found: string[] = [];
  for (let from = 0; from < HASHES; from += BAND) {
    let hash = from;
    for (let index = from; index < from + BAND; index++) hash = mix(hash ^ sketch[index]!);
    found.push(hash.toString(36));
  }
  return found;
}

/** FNV-1a of a text, 32 bit. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
