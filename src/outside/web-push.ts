import { generateKeyPairSync } from 'node:crypto';
import type { PushSubscription } from 'web-push';
import { Fault } from '../core/fault.ts';
import type { OutRequest, OutResponse } from './http.ts';
import type { Vendor } from './vendors.ts';

/** The server's own key pair for Web Push, base64url (RFC 8292). */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A push service drops the message after this long: an old page wakes nobody. */
const TTL = 3600;
/** What fits into the 4096 bytes that a push service must take. */
const LONGEST = 2500;

/** Makes a key pair, once per installation. */
export function makeVapidKeys(): VapidKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // The public key travels as an uncompressed point: 0x04, x, y.
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { publicKey: point.toString('base64url'), privateKey: privateKey.export({ format: 'jwk' }).d ?? '' };
}

/**
 * Pages to a browser: encrypted for it (RFC 8291, aes128gcm), signed by this server (RFC 8292), urgent, and sent by the
 * same guarded way as every request to an address that somebody else wrote.
 * @param subject a mailto: or https: address by which the push service reaches the operator
 */
export function pushVendor(
  keys: VapidKeys,
  subject: string,
  request: (request: OutRequest) => Promise<OutResponse>,
): Vendor {
  return {
    name: 'push',
    async send(message, timeout) {
      const subscription = JSON.parse(message.to) as PushSubscription;
      const { page } = message;
      const payload = JSON.stringify({
        title: message.subject,
        body: message.text.slice(0, LONGEST),
        key: message.key,
        ...(page ? { accept: page.accept, incident: page.incident, severity: page.severity } : {}),
      });
      // Loaded with the first page: most installations start without a browser that shows pages.
      const { default: webPush } = await import('web-push');
      const details = webPush.generateRequestDetails(subscription, payload, {
        TTL,
        urgency: 'high',
        topic: topicOf(message.key),
        vapidDetails: { subject, ...keys },
        contentEncoding: 'aes128gcm',
      });
      const headers = Object.fromEntries(
        Object.entries(details.headers as Record<string, string | number>)
          .filter(([name]) => name.toLowerCase() !== 'content-length')
          .map(([name, value]) => [name, String(value)]),
      );
      const answer = await request({ method: 'POST', url: details.endpoint, headers, body: details.body, timeout });
      if (answer.status === 404 || answer.status === 410) {
        throw new Fault('recipient_gone', { what: 'The browser', why: `the push service says HTTP ${answer.status}` });
      }
      if (answer.status < 200 || answer.status >= 300) {
        throw new Fault('outside_failed', { what: 'The push service', why: `HTTP ${answer.status}` });
      }
      const location = answer.headers['location'];
      return {
        said: `HTTP ${answer.status}`,
        reference: typeof location === 'string' ? location : null,
        receipt: false,
      };
    },
  };
}

/** At most 32 characters of base64url: a repeated message replaces the one that was not shown yet. */
function topicOf(key: string): string {
  return key.replaceAll(/[^\w-]/g, '').slice(-32);
}
