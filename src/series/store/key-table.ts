const EMPTY = 0;
const GONE = -1;

/** Hash of bytes [start, end): FNV-1a over 32 bits, four bytes mixed per round, finished so that all bits count. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * From label bytes to the series id: an open-addressing table over one growing store of key bytes. A series may be
 * known by several keys, when senders write the same labels in another order. Senders write their series in the same order
 * each time, so the key that followed the last one is tried first: that saves the hash.
 */
export class KeyTable {
  /** Per slot 0 (empty), -1 (removed) or the number of the key plus 1. */
  #slots = new Int32Array(1024);
  #used = 0;
  #bytes: Uint8Array = new Uint8Array(65_536);
  #words = wordsOf(this.#bytes);
  #size = 0;
  #starts = new Float64Array(512);
  #ends = new Float64Array(512);
  #hashes = new Uint32Array(512);
  /** The series of a key, -1 when it is gone. */
  #ids = new Float64Array(512);
  /** The key that was asked for after a key. */
  #after = new Uint32Array(512);
  #last = 0;
  #keys = 0;
  #live = 0;

  /** Number of keys. */
  get size(): number {
    return this.#live;
  }

  /** Bytes of memory that the table holds. */
  get memory(): number {
    return this.#bytes.length + this.#slots.byteLength + this.#starts.length * 32;
  }

  /** The series id for the key in bytes [start, end), or -1. @param words the same bytes, to be read four at once */
  find(bytes: Uint8Array, start: number, end: number, words: DataView): number {
    const guess = this.#after[this.#last]!;
    if (guess < this.#keys && this.#ids[guess]! >= 0 && this.#same(guess, bytes, start, end, words)) {
      this.#last = guess;
      return this.#ids[guess]!;
    }
    const slot = this.#slotOf(hashBytes(bytes, start, end), bytes, start, end, words);
    if (slot < 0) return -1;
    const key = this.#slots[slot]! - 1;
    this.#after[this.#last] = key;
    this.#last = key;
    return this.#ids[key]!;
  }

  /** Makes the key known for series `id`. The key must not be known yet. @returns the number of the key */
  add(bytes: Uint8Array, start: number, end: number, id: number): number {
    if ((this.#used + 1) * 2 > this.#slots.length) this.#rehash();
    const key = this.#keys++;
    if (key === this.#ids.length) this.#growKeys();
    this.#append(bytes, start, end, key);
    this.#hashes[key] = hashBytes(bytes, start, end);
    this.#ids[key] = id;
    // A sender that is new registers its series in the order in which they will come again.
    this.#after[key] = key + 1;
    this.#place(key);
    this.#live++;
    return key;
  }

  /** Forgets every key of the series. */
  remove(ids: ReadonlySet<number>): void {
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const key = this.#slots[slot]! - 1;
      if (key < 0 || !ids.has(this.#ids[key]!)) continue;
      this.#slots[slot] = GONE;
      this.#ids[key] = -1;
      this.#live--;
    }
    if (this.#live * 2 < this.#keys) this.#compact();
  }

  #slotOf(hash: number, bytes: Uint8Array, start: number, end: number, words: DataView): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]!;
      if (entry === EMPTY) return -1;
      if (entry !== GONE && this.#hashes[entry - 1] === hash && this.#same(entry - 1, bytes, start, end, words))
        return slot;
    }
  }

  #same(key: number, bytes: Uint8Array, start: number, end: number, words: DataView): boolean {
    const own = this.#starts[key]!;
    const length = end - start;
    if (this.#ends[key]! - own !== length) return false;
    const mine = this.#bytes;
    // Series of one metric differ most often at their end.
    if (length > 0 && mine[own + length - 1] !== bytes[start + length - 1]) return false;
    const mineWords = this.#words;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (mineWords.getUint32(own + i) !== words.getUint32(start + i)) return false;
    for (; i < length; i++) if (mine[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number, key: number): void {
    const length = end - start;
    if (this.#size + length > this.#bytes.length) {
      const next = new Uint8Array(Math.max(Math.ceil(this.#bytes.length * 1.5), this.#size + length));
      next.set(this.#bytes.subarray(0, this.#size));
      this.#setBytes(next);
    }
    this.#bytes.set(bytes.subarray(start, end), this.#size);
    this.#starts[key] = this.#size;
    this.#size += length;
    this.#ends[key] = this.#size;
  }

  #place(key: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[key]! & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = key + 1;
    this.#used++;
  }

  #rehash(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(this.#live * 4 > old.length ? old.length * 2 : old.length);
    this.#used = 0;
    for (const entry of old) if (entry > 0) this.#place(entry - 1);
  }

  #growKeys(): void {
    this.#starts = doubled(this.#starts, new Float64Array(this.#starts.length * 2));
    this.#ends = doubled(this.#ends, new Float64Array(this.#ends.length * 2));
    this.#ids = doubled(this.#ids, new Float64Array(this.#ids.length * 2));
    this.#hashes = doubled(this.#hashes, new Uint32Array(this.#hashes.length * 2));
    this.#after = doubled(this.#after, new Uint32Array(this.#after.length * 2));
  }

  #setBytes(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#words = wordsOf(bytes);
  }

  /** Rewrites the table without removed keys, so that churning series do not fill the memory. */
  #compact(): void {
    const { bytes, starts, ends, ids, live } = {
      bytes: this.#bytes,
      starts: this.#starts,
      ends: this.#ends,
      ids: this.#ids,
      live: [...this.#slots].filter((entry) => entry > 0).map((entry) => entry - 1),
    };
    this.#slots = new Int32Array(1024);
    this.#setBytes(new Uint8Array(65_536));
    this.#used = this.#size = this.#keys = this.#live = this.#last = 0;
    this.#starts = new Float64Array(512);
    this.#ends = new Float64Array(512);
    this.#ids = new Float64Array(512);
    this.#hashes = new Uint32Array(512);
    this.#after = new Uint32Array(512);
    for (const key of live) this.add(bytes, starts[key]!, ends[key]!, ids[key]!);
  }
}

function doubled<T extends Float64Array | Uint32Array>(old: T, next: T): T {
  next.set(old);
  return next;
}

/** Bytes to be read four at once. */
export function wordsOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
