import { Fault } from '../../core/fault.ts';
import { plain } from './scratch.ts';

/**
 * Undoes Snappy's block format (google/snappy format_description.txt). Bounded: the length that the body announces is
 * checked before anything is allocated, and no element may reach beyond it. Own code, because a length of four bytes
 * with its top bit set sends the decoder of snappyjs backwards, without an end.
 * @param maxBytes most bytes that the body may become
 * @param room gives the memory for them; it need not be cleared: each byte is written, or the body is refused
 * @throws Fault too_large, body_invalid
 */
export function decompressSnappy(
  body: Uint8Array,
  maxBytes: number,
  room: (length: number) => Uint8Array = plain,
): Uint8Array {
  const { length, start } = readHeader(body);
  if (length > maxBytes) throw new Fault('too_large', { limit: maxBytes });
  // 64 copied bytes out of a 3-byte element are the most that the format gives.
  if (length > body.length * 64) fail('the announced length cannot come out of a body of this size', 0);
  const out = room(length);
  const end = expand(body, start, out);
  if (end !== length) fail(`it ends after ${end} of ${length} announced bytes`, body.length);
  return out;
}

function fail(why: string, at: number): never {
  throw new Fault('body_invalid', {
    what: `it is not Snappy block format: ${why} (compressed byte ${at}). Send it in block format, not framed.`,
  });
}

function readHeader(body: Uint8Array): { length: number; start: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) fail('the length is cut off', i);
    length += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { length, start: i + 1 };
  }
  return fail('the length is longer than 5 bytes', 5);
}

function expand(body: Uint8Array, start: number, out: Uint8Array): number {
  // Four bytes at once where there is room for the three that may be too many: what follows is written over them.
  const source = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const target = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let at = start;
  let to = 0;
  while (at < body.length) {
    const tag = body[at++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        length = littleEndian(body, at, bytes) + 1;
        at += bytes;
      }
      if (at + length > body.length || to + length > out.length) fail('a literal reaches beyond the end', at);
      if (length > 64) out.set(body.subarray(at, at + length), to);
      else if (at + length + 3 <= body.length && to + length + 3 <= out.length)
        for (let i = 0; i < length; i += 4) target.setUint32(to + i, source.getUint32(at + i));
      else for (let i = 0; i < length; i++) out[to + i] = body[at + i]!;
      at += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const size = kind === 3 ? 4 : kind;
    const offset = littleEndian(body, at, size) + (kind === 1 ? (tag >>> 5) << 8 : 0);
    at += size;
    if (offset === 0 || offset > to) fail('a copy starts before the beginning', at);
    if (to + length > out.length) fail('a copy reaches beyond the end', at);
    // Source and target may overlap on purpose: that is how runs are written.
    if (offset >= 4 && to + length + 3 <= out.length)
      for (let i = 0; i < length; i += 4) target.setUint32(to + i, target.getUint32(to - offset + i));
    else for (let i = 0; i < length; i++) out[to + i] = out[to - offset + i]!;
    to += length;
  }
  return to;
}

function littleEndian(body: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > body.length) fail('an element is cut off', at);
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + body[at + i]!;
  return value;
}
