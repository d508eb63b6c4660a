/** Most bytes of each kind that are kept for the next request. */
const KEPT = 2 * 1024 * 1024;

/**
 * Memory of one request that the next one uses again, for who is done with a batch before it decodes another one: asking
 * for half a megabyte with each request costs as much as decoding a third of it.
 */
export class DecodeScratch {
  #text = new ArrayBuffer(0);
  /** Memory of the last batch's columns. */
  columns = new ArrayBuffer(0);

  /** Room for that many bytes, with what was in it before. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    if (length > KEPT) return plain(length);
    if (length > this.#text.byteLength) this.#text = plain(Math.ceil(length * 1.25)).buffer;
    return new Uint8Array(this.#text, 0, length);
  }

  /** Keeps the memory of columns unless it is large. */
  keep(columns: ArrayBuffer): void {
    if (columns.byteLength <= KEPT) this.columns = columns;
  }
}

/** Bytes that are not cleared first. */
export function plain(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer, 0, length);
}
