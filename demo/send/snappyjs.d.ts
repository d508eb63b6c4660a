declare module 'snappyjs' {
  /** Compresses to the Snappy block format. */
  export function compress(uncompressed: Uint8Array): Uint8Array;
}
