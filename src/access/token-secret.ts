import { crc32 } from 'node:zlib';
import { randomSecret } from './password.ts';

const PREFIX = 'llt_';

/** A new token: a prefix that scanners of leaked secrets recognise, 256 random bits, and a checksum against typing errors. */
export function newTokenSecret(): string {
  const body = randomSecret(32);
  return `${PREFIX}${body}${checksum(body)}`;
}

/** Whether the text has the form of a token: tells nonsense from a revoked one without asking the store. */
export function looksLikeToken(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + 43 + 8) return false;
  const body = text.slice(PREFIX.length, -8);
  return checksum(body) === text.slice(-8);
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
