import { labelNames } from '../core/labels.ts';
import type { Labels } from '../core/labels.ts';

/**
 * Label bytes are the labels of one series exactly as remote write 1.0 carries them: for each label
 * `0x0a <length> 0x0a <length> <name> 0x12 <length> <value>`. The store knows a series by these bytes, so that a known
 * series is found without decoding its labels.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Labels longer than this (bytes of one name or value) are refused: nobody means them. */
const MAX_TEXT_BYTES = 65_536;
const MAX_LABELS = 256;

/** A growing byte buffer, reused between batches. */
export class ByteSink {
  bytes: Uint8Array;
  length = 0;

  /** @param capacity first size in bytes */
  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Appends one byte. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Appends an unsigned base-128 number, least significant group first. */
  varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  /** Appends `source[start, end)`. */
  copy(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.reserve(count);
    // Labels are short: below this length a plain loop beats the call into the engine.
    if (count < 48) for (let i = 0; i < count; i++) this.bytes[this.length + i] = source[start + i]!;
    else this.bytes.set(source.subarray(start, end), this.length);
    this.length += count;
  }

  /** The bytes written so far, as a copy of their own. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Bytes that `value` takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Appends one label in wire form; name and value are byte ranges. */
export function putLabel(
  sink: ByteSink,
  name: Uint8Array,
  nameStart: number,
  nameEnd: number,
  value: Uint8Array,
  valueStart: number,
  valueEnd: number,
): void {
  const nameSize = nameEnd - nameStart;
  const valueSize = valueEnd - valueStart;
  sink.byte(0x0a);
  sink.varint(2 + varintSize(nameSize) + nameSize + varintSize(valueSize) + valueSize);
  sink.byte(0x0a);
  sink.varint(nameSize);
  sink.copy(name, nameStart, nameEnd);
  sink.byte(0x12);
  sink.varint(valueSize);
  sink.copy(value, valueStart, valueEnd);
}

/** The canonical label bytes: names sorted, labels with an empty value left out. */
export function encodeLabels(labels: Labels): Uint8Array {
  scratch.length = 0;
  for (const name of labelNames(labels)) {
    const value = labels[name]!;
    // A UTF-16 unit becomes at most three bytes.
    if ((name.length + value.length) * 3 > texts.length) texts = new Uint8Array((name.length + value.length) * 3);
    const nameSize = encoder.encodeInto(name, texts).written;
    const size = nameSize + encoder.encodeInto(value, texts.subarray(nameSize)).written;
    putLabel(scratch, texts, 0, nameSize, texts, nameSize, size);
  }
  return scratch.take();
}

const scratch = new ByteSink(4096);
let texts = new Uint8Array(4096);
const encoded = new WeakMap<Labels, Uint8Array>();

/**
 * The canonical label bytes of an object that may come again. Only frozen objects are remembered: another could be
 * changed by its owner after the first use.
 */
export function labelBytesOf(labels: Labels): Uint8Array {
  const known = encoded.get(labels);
  if (known) return known;
  const bytes = encodeLabels(labels);
  if (Object.isFrozen(labels)) encoded.set(labels, bytes);
  return bytes;
}

/** The labels in a range of label bytes, or why they cannot be labels. */
export type DecodedLabels =
  { readonly ok: true; readonly labels: Labels } | { readonly ok: false; readonly why: string };

/**
 * Decodes label bytes in any order and checks them: names not empty and unique, texts UTF-8, lengths within bounds.
 * Labels with an empty value are left out, as everywhere in Prometheus.
 */
export function decodeLabels(bytes: Uint8Array, start: number, end: number): DecodedLabels {
  const labels: Record<string, string> = {};
  const cursor = { at: start };
  const seen = new Set<string>();
  try {
    while (cursor.at < end) {
      if (bytes[cursor.at++] !== 0x0a) return refuse('a label does not start with its tag');
      const size = readLength(bytes, cursor, end);
      const stop = cursor.at + size;
      const { name, value } = readPair(bytes, cursor, stop);
      if (name === '') return refuse('a label has an empty name');
      if (seen.has(name)) return refuse(`the label "${name}" occurs twice`);
      seen.add(name);
      if (seen.size > MAX_LABELS) return refuse(`there are more than ${MAX_LABELS} labels`);
      if (value === '') continue;
      // A plain assignment to __proto__ would be lost or worse.
      if (name === '__proto__') return refuse('the label name "__proto__" is not accepted');
      labels[name] = value;
    }
  } catch (error) {
    if (error instanceof LabelError) return refuse(error.message);
    if (error instanceof TypeError) return refuse('a label is not valid UTF-8');
    throw error;
  }
  return { ok: true, labels };
}

class LabelError extends Error {}

function refuse(why: string): DecodedLabels {
  return { ok: false, why };
}

function readPair(bytes: Uint8Array, cursor: { at: number }, stop: number): { name: string; value: string } {
  let name = '';
  let value = '';
  while (cursor.at < stop) {
    const tag = bytes[cursor.at++]!;
    if (tag !== 0x0a && tag !== 0x12) throw new LabelError(`a label has the unknown field tag 0x${tag.toString(16)}`);
    const size = readLength(bytes, cursor, stop);
    if (size > MAX_TEXT_BYTES) throw new LabelError(`a label text is longer than ${MAX_TEXT_BYTES} bytes`);
    const text = decoder.decode(bytes.subarray(cursor.at, cursor.at + size));
    cursor.at += size;
    if (tag === 0x0a) name = text;
    else value = text;
  }
  return { name, value };
}

function readLength(bytes: Uint8Array, cursor: { at: number }, end: number): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 5; i++) {
    if (cursor.at >= end) throw new LabelError('a label length is cut off');
    const byte = bytes[cursor.at++]!;
    value += (byte & 127) * scale;
    if (byte < 128) {
      if (cursor.at + value > end) throw new LabelError('a label reaches beyond its end');
      return value;
    }
    scale *= 128;
  }
  throw new LabelError('a label length is longer than 5 bytes');
}
