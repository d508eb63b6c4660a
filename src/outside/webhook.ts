import { createHmac } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import type { OutgoingMessage, PageChannel } from '../action/ports.ts';
import type { OutRequest, OutResponse } from './http.ts';

const TIMEOUT = 8000;

/**
 * Pages by webhook: JSON, with the headers of Standard Webhooks (signed when there is a secret) and an Idempotency-Key,
 * all from the message's key, so that a receiver can tell a repeated try from a new page.
 * @param now the real time, ms: receivers compare the signature's time with their own clock
 */
export function webhookChannel(
  request: (request: OutRequest) => Promise<OutResponse>,
  secret: string | null,
  now: () => number,
): PageChannel {
  return {
    name: 'webhook',
    vendors: 1,
    async send(message) {
      const body = JSON.stringify({
        ...message.data,
        id: message.key,
        subject: message.subject,
        text: message.text,
        thread: message.thread ?? null,
      });
      const headers = webhookHeaders(message, body, secret, Math.floor(now() / 1000));
      const answer = await request({ method: 'POST', url: message.to, headers, body, timeout: TIMEOUT });
      if (answer.status >= 200 && answer.status < 300) {
        return { said: `HTTP ${answer.status}`, vendor: 'webhook', reference: null, receipt: false };
      }
      throw new Fault('outside_failed', { what: 'The webhook', why: `it answered HTTP ${answer.status}` });
    },
  };
}

/** Source: the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body` with the decoded secret. */
function webhookHeaders(
  message: OutgoingMessage,
  body: string,
  secret: string | null,
  timestamp: number,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'idempotency-key': message.key,
    'webhook-id': message.key,
    'webhook-timestamp': String(timestamp),
  };
  if (secret === null) return headers;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${message.key}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
