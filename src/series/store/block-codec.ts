import { BitReader, BitWriter } from './bit-stream.ts';
import { ALL_ZERO, fold, readRices, SHIFT_BITS, shiftFor, unfold, writeRice } from './rice.ts';
import { readXor, writeXor } from './xor.ts';

/** Samples as columns: times in ms, the bits of values as low and high words. */
export interface Columns {
  readonly times: Float64Array;
  readonly bits: Uint32Array;
}

/**
 * How the values of a block are written. `decimal` and `decimal2` hold values that are whole multiples of a power of
 * ten, as their differences and as differences of differences; `xor` holds any bits.
 */
const MODE = { constant: 0, decimal: 1, decimal2: 2, xor: 3 } as const;
const MODE_BITS = 2;
const SCALE_BITS = 4;
const MAX_SCALE = 9;
const POWERS = Array.from({ length: MAX_SCALE + 1 }, (_, exponent) => 10 ** exponent);
const MAX_WHOLE = 2 ** 50;

const out = new BitWriter();
let scratch = new Float64Array(512);
let scratch2 = new Float64Array(512);
let wholes = new Float64Array(512);
const PADDING = 8;
let room = new Uint8Array(4096);

/**
 * Compresses samples [from, to) of the columns. The first time is not in the bytes: it stands beside the block, as does
 * the number of samples. The format is described in docs/formats/series-store.md.
 * @param times ascending whole ms
 */
export function encodeBlock(times: Float64Array, bits: Uint32Array, from: number, to: number): Uint8Array {
  out.reset();
  reserve(to - from);
  writeTimes(times, from, to);
  writeValues(bits, from, to);
  return out.take();
}

/** Memory for blocks that are looked at once: what was decoded into it holds until it is begun anew. */
export class BlockRoom {
  #memory = new ArrayBuffer(65_536);
  #used = 0;

  begin(): void {
    this.#used = 0;
  }

  /** So many doubles. */
  take(count: number): Float64Array<ArrayBuffer> {
    const size = 8 * count;
    if (this.#used + size > this.#memory.byteLength) {
      // What was handed out keeps the old piece.
      this.#memory = new ArrayBuffer(2 * Math.max(size, this.#memory.byteLength));
      this.#used = 0;
    }
    const taken = new Float64Array(this.#memory, this.#used, count);
    this.#used += size;
    return taken;
  }
}

/**
 * Undoes encodeBlock.
 * @param firstTime time of the first sample, ms
 * @param count number of samples
 * @param lent memory to decode into; memory of its own if left out
 */
export function decodeBlock(data: Uint8Array, firstTime: number, count: number, lent?: BlockRoom): Columns {
  const source = new BitReader(padded(data));
  reserve(count);
  const times = readTimes(source, firstTime, count);
  const numbers = lent ? lent.take(count) : new Float64Array(count);
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, count * 2);
  readValues(source, bits, numbers);
  return { times, bits };
}

/** The bytes with some zeros behind them, so that reading ahead never leaves the array. */
function padded(data: Uint8Array): Uint8Array {
  if (data.length + PADDING > room.length) room = new Uint8Array(2 * data.length + PADDING);
  room.set(data);
  room.fill(0, data.length, data.length + PADDING);
  return room;
}

function reserve(count: number): void {
  if (count <= scratch.length) return;
  scratch = new Float64Array(count * 2);
  scratch2 = new Float64Array(count * 2);
  wholes = new Float64Array(count * 2);
}

function writeTimes(times: Float64Array, from: number, to: number): void {
  let previous = 0;
  let count = 0;
  for (let i = from + 1; i < to; i++) {
    const delta = times[i]! - times[i - 1]!;
    scratch[count++] = fold(delta - previous);
    previous = delta;
  }
  writeNumbers(scratch, count);
}

/**
 * Evenly spaced times by their first one: blocks of the series of one target have the same, and then share one array.
 */
const even = new Map<number, Float64Array>();
const EVEN_KEPT = 256;

/** Whether the times of a block just decoded are an array that other blocks have, or can have, too. */
export function sharesTimes({ times }: Columns): boolean {
  return even.get(times[0]!) === times;
}

function readTimes(source: BitReader, firstTime: number, count: number): Float64Array {
  const steady = readNumbers(source, count - 1);
  if (steady) {
    const shared = even.get(firstTime);
    if (shared?.length === count && (count < 2 || shared[1]! - firstTime === scratch[0])) return shared;
    scratch.fill(0, 1, count);
  }
  const times = new Float64Array(count);
  times[0] = firstTime;
  let delta = 0;
  for (let i = 1; i < count; i++) {
    delta += scratch[i - 1]!;
    times[i] = times[i - 1]! + delta;
  }
  if (steady) {
    if (even.size >= EVEN_KEPT) even.clear();
    even.set(firstTime, times);
  }
  return times;
}

/** The first number apart from the rest: it is a level, the others are changes, mostly of another size. */
function writeNumbers(folded: Float64Array, count: number): void {
  if (count === 0) return;
  const rest = folded.subarray(1, count);
  const still = rest.every((value) => value === 0);
  const shift = still ? ALL_ZERO : shiftFor(rest, count - 1).shift;
  out.write(shift, SHIFT_BITS);
  writeLevel(folded[0]!);
  if (still) return;
  for (let i = 0; i < count - 1; i++) writeRice(out, rest[i]!, shift);
}

/** Reads what writeNumbers wrote into `scratch`. @returns whether all but the first are zero; then only that one is there */
function readNumbers(source: BitReader, count: number): boolean {
  if (count === 0) return true;
  const shift = source.read(SHIFT_BITS);
  scratch[0] = unfold(readLevel(source));
  if (shift === ALL_ZERO) return true;
  readRices(source, scratch, count, shift);
  return false;
}

/** A level is written with its own width: 6 bits of width, then that many bits. */
function writeLevel(folded: number): void {
  const width = folded === 0 ? 0 : Math.floor(Math.log2(folded)) + 1;
  out.write(width, 6);
  out.writeWords(Math.floor(folded / 2 ** 32), folded >>> 0, width);
}

function readLevel(source: BitReader): number {
  const width = source.read(6);
  return width > 32 ? source.read(width - 32) * 2 ** 32 + source.read(32) : source.read(width);
}

function writeValues(bits: Uint32Array, from: number, to: number): void {
  if (isConstant(bits, from, to)) {
    out.write(MODE.constant, MODE_BITS);
    out.writeWords(bits[2 * from + 1]!, bits[2 * from]!, 64);
    return;
  }
  const scale = decimalScale(bits, from, to);
  if (scale < 0) {
    out.write(MODE.xor, MODE_BITS);
    writeXor(out, bits, from, to);
    return;
  }
  const count = to - from;
  let delta = 0;
  for (let i = 0; i < count; i++) {
    const next = i === 0 ? 0 : wholes[i]! - wholes[i - 1]!;
    scratch[i] = fold(i === 0 ? wholes[0]! : next);
    scratch2[i] = fold(i === 0 ? wholes[0]! : next - delta);
    delta = next;
  }
  const once = shiftFor(scratch.subarray(1, count), count - 1);
  const twice = shiftFor(scratch2.subarray(1, count), count - 1);
  const second = twice.bits < once.bits;
  out.write(second ? MODE.decimal2 : MODE.decimal, MODE_BITS);
  out.write(scale, SCALE_BITS);
  writeNumbers(second ? scratch2 : scratch, count);
}

function readValues(source: BitReader, bits: Uint32Array, numbers: Float64Array): void {
  const mode = source.read(MODE_BITS);
  const count = bits.length / 2;
  if (mode === MODE.constant) {
    const high = source.read(32);
    const low = source.read(32);
    for (let i = 0; i < count; i++) {
      bits[2 * i] = low;
      bits[2 * i + 1] = high;
    }
    return;
  }
  if (mode === MODE.xor) {
    readXor(source, bits);
    return;
  }
  const power = POWERS[source.read(SCALE_BITS)]!;
  if (readNumbers(source, count)) scratch.fill(0, 1, count);
  const changes = scratch;
  let whole = changes[0]!;
  numbers[0] = whole;
  if (mode === MODE.decimal) for (let i = 1; i < count; i++) numbers[i] = whole += changes[i]!;
  else for (let i = 1, delta = 0; i < count; i++) numbers[i] = whole += delta += changes[i]!;
  if (power !== 1) for (let i = 0; i < count; i++) numbers[i]! /= power;
}

function isConstant(bits: Uint32Array, from: number, to: number): boolean {
  const low = bits[2 * from]!;
  const high = bits[2 * from + 1]!;
  for (let i = from + 1; i < to; i++) if (bits[2 * i] !== low || bits[2 * i + 1] !== high) return false;
  return true;
}

/**
 * The smallest power of ten that makes all values whole, with the whole numbers left in `wholes`; -1 when there is none
 * or when dividing again would not give the same bits.
 */
function decimalScale(bits: Uint32Array, from: number, to: number): number {
  // Numbers are only looked at here; what is stored is checked to give back the same value.
  const numbers = new Float64Array(bits.buffer, bits.byteOffset, bits.length / 2);
  let scale = 0;
  for (let i = from; i < to; i++) {
    const value = numbers[i]!;
    if (!(Math.abs(value) < MAX_WHOLE) || Object.is(value, -0)) return -1;
    while (Math.round(value * POWERS[scale]!) / POWERS[scale]! !== value) if (++scale > MAX_SCALE) return -1;
  }
  const power = POWERS[scale]!;
  for (let i = from; i < to; i++) {
    const whole = Math.round(numbers[i]! * power);
    if (whole / power !== numbers[i] || Math.abs(whole) >= MAX_WHOLE) return -1;
    wholes[i - from] = whole === 0 ? 0 : whole;
  }
  return scale;
}
