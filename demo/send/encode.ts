import type { SampledSeries } from '../world/world.ts';

/** A byte buffer that grows, with the few protobuf writes that remote write needs. */
class Bytes {
  #buffer = new Uint8Array(1024);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  taken(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + bytes));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** A whole number of at most 2^53 in groups of seven bits. Division, because shifts would cut it to 32 bits. */
  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  append(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A field that holds bytes: its tag, their number, themselves. */
  field(number: number, bytes: Uint8Array): void {
    this.varint((number << 3) | 2);
    this.varint(bytes.length);
    this.append(bytes);
  }
}

const text = new TextEncoder();

/**
 * Writes series as a `prometheus.WriteRequest` of remote write 1.0, not yet compressed. Own code on purpose: the demo
 * is a stranger to the server, so a mistake in the server's reader cannot hide behind the same mistake here.
 * Source: the Prometheus remote write specification 1.0.
 */
export function encodeWriteRequest(series: readonly SampledSeries[]): Uint8Array {
  const request = new Bytes();
  const one = new Bytes();
  const part = new Bytes();
  for (const { labels, samples } of series) {
    one.clear();
    // The specification wants labels sorted by name.
    for (const name of Object.keys(labels).sort()) {
      part.clear();
      part.field(1, text.encode(name));
      part.field(2, text.encode(labels[name]));
      one.field(1, part.taken());
    }
    for (const { at, value } of samples) {
      part.clear();
      part.varint((1 << 3) | 1);
      part.double(value);
      part.varint(2 << 3);
      part.varint(at);
      one.field(2, part.taken());
    }
    request.field(1, one.taken());
  }
  return request.taken();
}
