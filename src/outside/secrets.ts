import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../action/ports.ts';

/**
 * Secrets for acceptance links, made from the server's own.
 * @param serverSecret at least 32 characters; another one makes all links sent before void
 */
export function createSecrets(serverSecret: string): Secrets {
  if (serverSecret.length < 32) throw new Error('the server secret is too short: it needs at least 32 characters');
  return {
    derive: (text) => createHmac('sha256', serverSecret).update(`accept:${text}`).digest('base64url'),
    hash: (secret) => createHash('sha256').update(secret).digest('hex'),
    same(one, other) {
      const [a, b] = [Buffer.from(one), Buffer.from(other)];
      return a.length === b.length && timingSafeEqual(a, b);
    },
  };
}
