import type { BitReader, BitWriter } from './bit-stream.ts';

const LEAD_BITS = 5;
const SIZE_BITS = 6;

/**
 * Writes values [from, to) as the exclusive or with the value before, as in Facebook's Gorilla paper (VLDB 2015,
 * section 4.1.2): one zero bit for no change, else the meaningful bits within the last or within a new window.
 */
export function writeXor(out: BitWriter, bits: Uint32Array, from: number, to: number): void {
  out.writeWords(bits[2 * from + 1]!, bits[2 * from]!, 64);
  let lead = -1;
  let trail = 0;
  for (let i = from + 1; i < to; i++) {
    const low = (bits[2 * i]! ^ bits[2 * i - 2]!) >>> 0;
    const high = (bits[2 * i + 1]! ^ bits[2 * i - 1]!) >>> 0;
    if (low === 0 && high === 0) {
      out.write(0, 1);
      continue;
    }
    const nextLead = Math.min(31, high === 0 ? 32 + Math.clz32(low) : Math.clz32(high));
    const nextTrail = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
    if (lead >= 0 && nextLead >= lead && nextTrail >= trail) out.write(0b10, 2);
    else {
      lead = nextLead;
      trail = nextTrail;
      out.write(0b11, 2);
      out.write(lead, LEAD_BITS);
      out.write(64 - lead - trail - 1, SIZE_BITS);
    }
    out.writeWords(shiftRightHigh(high, trail), shiftRightLow(high, low, trail), 64 - lead - trail);
  }
}

/** Fills `bits` with what writeXor wrote. */
export function readXor(source: BitReader, bits: Uint32Array): void {
  let high = source.read(32);
  let low = source.read(32);
  bits[0] = low;
  bits[1] = high;
  let size = 0;
  let trail = 0;
  for (let i = 2; i < bits.length; i += 2) {
    if (source.read(1) === 1) {
      if (source.read(1) === 1) {
        const lead = source.read(LEAD_BITS);
        size = source.read(SIZE_BITS) + 1;
        trail = 64 - lead - size;
      }
      const upper = size > 32 ? source.read(size - 32) : 0;
      const lower = source.read(Math.min(size, 32));
      high = (high ^ shiftLeftHigh(upper, lower, trail)) >>> 0;
      low = (low ^ shiftLeftLow(lower, trail)) >>> 0;
    }
    bits[i] = low;
    bits[i + 1] = high;
  }
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

// JavaScript shifts by the count modulo 32, so counts of 0 and of 32 and more are told apart by hand.
function shiftRightHigh(high: number, count: number): number {
  return count >= 32 ? 0 : high >>> count;
}

function shiftRightLow(high: number, low: number, count: number): number {
  if (count === 0) return low;
  return count >= 32 ? high >>> (count - 32) : ((low >>> count) | (high << (32 - count))) >>> 0;
}

function shiftLeftLow(low: number, count: number): number {
  return count >= 32 ? 0 : (low << count) >>> 0;
}

function shiftLeftHigh(high: number, low: number, count: number): number {
  if (count === 0) return high;
  return count >= 32 ? (low << (count - 32)) >>> 0 : ((high << count) | (low >>> (32 - count))) >>> 0;
}
