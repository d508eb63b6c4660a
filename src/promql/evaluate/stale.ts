const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 0x00000002;
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Whether the value at an index is Prometheus' staleness marker, judged by its bits. */
export function isStaleAt(values: Float64Array, index: number): boolean {
  if (values[index] === values[index]) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  const [low, high] = LITTLE_ENDIAN ? [words[0], words[1]] : [words[1], words[0]];
  return high === STALE_HIGH && low === STALE_LOW;
}

/** Writes the staleness marker into an array without passing it on as a number. */
export function markStale(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[LITTLE_ENDIAN ? 0 : 1] = STALE_LOW;
  words[LITTLE_ENDIAN ? 1 : 0] = STALE_HIGH;
}
