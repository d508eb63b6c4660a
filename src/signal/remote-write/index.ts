/** Remote write 1.0 and 2.0: what senders of samples speak. */
export { decodeRemoteWrite } from './decode.ts';
export { encodeWriteRequest } from './encode.ts';
export type { OutgoingSeries } from './encode.ts';
export type { RemoteWriteLimits } from './limits.ts';
export { DecodeScratch } from './scratch.ts';
