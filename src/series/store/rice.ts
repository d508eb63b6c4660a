import type { BitReader, BitWriter } from './bit-stream.ts';

/**
 * Rice coding of whole numbers: small ones take few bits, and the parameter fits the spread of each block. A number too
 * far out for its block is written in full behind an escape of ESCAPE one bits.
 */
const ESCAPE = 20;
const FULL_BITS = 54;
const MAX_SHIFT = 30;
/** Bits of a window of four bytes that are of use wherever in its first byte it begins. */
const WINDOW = 25;

/** Stands in the place of the parameter when every number is zero, so that none needs to be written. */
export const ALL_ZERO = 31;

/** Bits that `shiftFor` needs to be stored in. */
export const SHIFT_BITS = 5;

/** Folds the sign into the lowest bit: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. Exact up to 2^53 in size. */
export function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Undoes `fold`. */
export function unfold(folded: number): number {
  // Small ones, nearly all, by whole-number arithmetic.
  if (folded <= 0x7fff_ffff) return (folded >>> 1) ^ -(folded & 1);
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

/** The best parameter for `count` folded numbers, and the bits they take with it. */
export function shiftFor(folded: Float64Array, count: number): { shift: number; bits: number } {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += folded[i]!;
  const mean = count > 0 ? sum / count : 0;
  const middle = Math.min(MAX_SHIFT, Math.floor(Math.log2(mean + 1)));
  let best = { shift: 0, bits: sizeWith(folded, count, 0) };
  for (let shift = Math.max(1, middle - 4); shift <= Math.min(MAX_SHIFT, middle + 1); shift++) {
    const bits = sizeWith(folded, count, shift);
    if (bits < best.bits) best = { shift, bits };
  }
  return best;
}

function sizeWith(folded: Float64Array, count: number, shift: number): number {
  const unit = 2 ** shift;
  const limit = ESCAPE * unit;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const value = folded[i]!;
    bits += value < limit ? Math.floor(value / unit) + 1 + shift : ESCAPE + FULL_BITS;
  }
  return bits;
}

/** Writes one folded number. */
export function writeRice(out: BitWriter, folded: number, shift: number): void {
  const unit = 2 ** shift;
  const quotient = Math.floor(folded / unit);
  if (quotient >= ESCAPE) {
    out.write(2 ** ESCAPE - 1, ESCAPE);
    out.writeWords(Math.floor(folded / 2 ** 32), folded >>> 0, FULL_BITS);
    return;
  }
  // `quotient` one bits, then a zero bit.
  out.write(2 ** (quotient + 1) - 2, quotient + 1);
  if (shift > 0) out.write(folded - quotient * unit, shift);
}

/**
 * Reads numbers into `numbers` from place 1 up to `count`, with their signs. Nearly all fit into one window of the bytes and
 * are taken from it at once: this runs for every sample of every block that a query reads.
 */
export function readRices(source: BitReader, numbers: Float64Array, count: number, shift: number): void {
  const { bytes } = source;
  let { bit } = source;
  for (let i = 1; i < count; i++) {
    const at = bit >>> 3;
    const word = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) << (bit & 7);
    const ones = Math.clz32(~word);
    if (ones < ESCAPE && ones + shift < WINDOW) {
      // A shift by 32 is none: without a remainder there is nothing to take.
      const rest = shift === 0 ? 0 : (word << (ones + 1)) >>> (32 - shift);
      const folded = (ones << shift) | rest;
      numbers[i] = (folded >>> 1) ^ -(folded & 1);
      bit += ones + 1 + shift;
    } else {
      source.seek(bit);
      numbers[i] = unfold(readRice(source, shift));
      ({ bit } = source);
    }
  }
  source.seek(bit);
}

/** Reads one folded number. */
function readRice(source: BitReader, shift: number): number {
  const quotient = source.readOnes(ESCAPE);
  if (quotient === ESCAPE) return source.read(FULL_BITS - 32) * 2 ** 32 + source.read(32);
  return quotient * (1 << shift) + source.read(shift);
}
