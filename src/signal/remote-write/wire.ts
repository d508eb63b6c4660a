import { Fault } from '../../core/fault.ts';

/** Wire types of protocol buffers. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/**
 * A position in the bytes of a message in protocol buffers, with every read checked against the end of its message.
 * Messages are not nested by recursion: a reader enters one by its end and comes back by the end it had.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  at = 0;
  /** What is being read, for the text of an error. */
  where = 'the request';
  /** The two words of the last 8-byte number. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @throws Fault body_invalid with the place */
  fail(why: string): never {
    throw new Fault('body_invalid', { what: `${this.where}: ${why} (byte ${this.at} of the decompressed body)` });
  }

  /** An unsigned number of at most 32 bits: a tag, a length or an index. */
  small(end: number): number {
    const { bytes } = this;
    let byte = this.at < end ? bytes[this.at++]! : this.fail('a number is cut off');
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let scale = 128; scale < 2 ** 35; scale *= 128) {
      if (this.at >= end) this.fail('a number is cut off');
      byte = bytes[this.at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value <= 0xffffffff ? value : this.fail('a length or index is too large');
    }
    return this.fail('a length or index is too large');
  }

  /** A signed number of 64 bits. Beyond 2^53 it is not exact; such times are refused by the store anyway. */
  int64(end: number): number {
    const { bytes } = this;
    // 28 bits in each part, so that each is a small number of the machine.
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.at >= end) this.fail('a number is cut off');
      const byte = bytes[this.at++]!;
      if (i < 4) low |= (byte & 127) << (7 * i);
      else if (i < 8) middle |= (byte & 127) << (7 * (i - 4));
      else high |= (byte & 127) << (7 * (i - 8));
      if (byte < 128) {
        if (i === 9 && byte > 1) this.fail('a number is longer than 64 bits');
        const upper = middle + high * 2 ** 28;
        return (i === 9 && byte === 1 ? upper - 2 ** 36 : upper) * 2 ** 28 + low;
      }
    }
    return this.fail('a number is longer than 10 bytes');
  }

  /** Reads 8 bytes into `low` and `high`, so that the bits of a NaN do not pass through a number. */
  double(end: number): void {
    const { bytes, at } = this;
    if (at + 8 > end) this.fail('a value is cut off');
    this.low = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
    this.high = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0;
    this.at = at + 8;
  }

  /** Reads a length. @returns where the bytes or the message of that length ends */
  enter(end: number): number {
    const size = this.small(end);
    if (this.at + size > end) this.fail(`a part of ${size} bytes reaches beyond its end`);
    return this.at + size;
  }

  /** A tag with field and wire type. */
  tag(end: number): number {
    const tag = this.small(end);
    if (tag >>> 3 === 0) this.fail('a field has the number 0');
    return tag;
  }

  /** @throws Fault body_invalid unless the tag has the wire type that the field needs */
  expect(tag: number, type: number, field: string): void {
    if ((tag & 7) !== type) this.fail(`the field ${field} has the wire type ${tag & 7}, expected ${type}`);
  }

  /** Passes over a field that is not known. */
  skip(tag: number, end: number): void {
    const type = tag & 7;
    if (type === VARINT) this.int64(end);
    else if (type === BYTES) this.at = this.enter(end);
    else if (type === FIXED64 || type === FIXED32) {
      this.at += type === FIXED64 ? 8 : 4;
      if (this.at > end) this.fail('a field is cut off');
    } else this.fail(`the wire type ${type} is not read`);
  }

  /** How often a field with a length occurs in the message, for making room; then back to where it stood. */
  count(wanted: number, end: number): number {
    const start = this.at;
    let count = 0;
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag === wanted) count++;
      this.skip(tag, end);
    }
    this.at = start;
    return count;
  }

  /** Text in [at, end), and moves there. @throws Fault body_invalid when it is not UTF-8 */
  text(end: number): string {
    try {
      const text = TEXT.decode(this.bytes.subarray(this.at, end));
      this.at = end;
      return text;
    } catch {
      return this.fail('a text is not UTF-8');
    }
  }
}

const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
