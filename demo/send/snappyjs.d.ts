declare module 'snappyjs' {
  /** Reads Snappy's block format. */
  export function uncompress(bytes: Uint8Array): Uint8Array;
}
