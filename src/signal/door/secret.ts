import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Labels } from '../../core/labels.ts';

/** Signed instants further from now than this are refused: a recorded request cannot be sent again later. */
const TOLERANCE_MS = 300_000;

const secretField = z
  .string({ error: 'Write the secret, best as ${NAME} from the environment.' })
  .min(12, 'A secret needs at least 12 characters.')
  .max(500);
const headerField = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'Write the name of a header, such as X-Signature.')
  .transform((name) => name.toLowerCase());

/** How a sender proves who it is. Any one of a source's secrets is enough, so that they can be changed one by one. */
export const secretSchema = z.discriminatedUnion('kind', [
  /** `Authorization: Bearer` (or `GenieKey`), or the same text in a header of its own. */
  z.strictObject({ kind: z.literal('bearer'), secret: secretField, header: headerField.optional() }),
  z.strictObject({ kind: z.literal('basic'), user: z.string().min(1).max(200), secret: secretField }),
  /** An HMAC over the raw body in a header. */
  z.strictObject({
    kind: z.literal('hmac'),
    secret: secretField,
    header: headerField,
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    /** Text before the signature, such as `sha256=`. */
    prefix: z.string().max(32).default(''),
    /** A header with the instant (Unix seconds) that is signed before the body as `INSTANT.BODY` or `INSTANT:BODY`. */
    timestamp: headerField.optional(),
    separator: z.enum(['.', ':']).default('.'),
  }),
  /** Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature. */
  z.strictObject({
    kind: z.literal('standard-webhooks'),
    secret: z.string().regex(/^whsec_[A-Za-z0-9+/=]{24,128}$/, 'Write whsec_ and the base64 of 24 to 64 random bytes.'),
  }),
  /** PagerDuty's `routing_key` in the body. */
  z.strictObject({ kind: z.literal('routing-key'), secret: secretField }),
  /** Amazon SNS signs each message with its own key: named are the topics that are believed. */
  z.strictObject({
    kind: z.literal('sns'),
    topics: z
      .array(
        z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/, 'Write an ARN of a topic.'),
      )
      .min(1)
      .max(100),
  }),
  /** E-mail: the part after the + of the address, as in alarms+SECRET@ops.example. */
  z.strictObject({
    kind: z.literal('mail'),
    secret: z.string().regex(/^[A-Za-z0-9]{16,64}$/, 'Write 16 to 64 letters and digits.'),
  }),
]);
export type SourceSecret = z.output<typeof secretSchema>;

/** What a request shows of its sender. */
export interface Shown {
  /** Lower-case names, one value each. */
  readonly headers: Labels;
  /** The body as it came, byte for byte. */
  readonly raw: Uint8Array;
  /** ms */
  readonly now: number;
}

/** Whether a request proves the secret. Routing keys, topics and mail are looked at by their own doors. */
export function proves(secret: SourceSecret, { headers, raw, now }: Shown): boolean {
  switch (secret.kind) {
    case 'bearer': {
      const header = headers[secret.header ?? 'authorization'] ?? '';
      const shown = secret.header === undefined ? (/^(?:Bearer|GenieKey) +(\S+)$/i.exec(header)?.[1] ?? '') : header;
      return sameText(shown, secret.secret);
    }
    case 'basic': {
      const coded = /^Basic +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
      return sameText(Buffer.from(coded, 'base64').toString('utf8'), `${secret.user}:${secret.secret}`);
    }
    case 'hmac': {
      const instant = secret.timestamp === undefined ? null : (headers[secret.timestamp] ?? '');
      if (instant !== null && !recent(instant, now)) return false;
      const mac = createHmac(secret.algorithm, secret.secret);
      if (instant !== null) mac.update(`${instant}${secret.separator}`);
      const wanted = mac.update(raw).digest(secret.encoding);
      const shown = headers[secret.header] ?? '';
      if (!shown.startsWith(secret.prefix)) return false;
      const signature = shown.slice(secret.prefix.length);
      return sameText(secret.encoding === 'hex' ? signature.toLowerCase() : signature, wanted);
    }
    case 'standard-webhooks':
      return provesStandard(secret.secret, { headers, raw, now });
    case 'routing-key':
    case 'sns':
    case 'mail':
      return false;
  }
}

/** Standard Webhooks: one of the signatures listed is ours. Source: standard-webhooks/standard-webhooks spec. */
function provesStandard(secret: string, { headers, raw, now }: Shown): boolean {
  const id = headers['webhook-id'] ?? '';
  const instant = headers['webhook-timestamp'] ?? '';
  if (id === '' || !recent(instant, now)) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${instant}.`).update(raw).digest('base64');
  const shown = (headers['webhook-signature'] ?? '').split(' ').slice(0, 20);
  return shown.filter((one) => sameText(one, `v1,${wanted}`)).length > 0;
}

/** Whether Unix seconds (or milliseconds) as text lie within the tolerance of now. */
function recent(text: string, now: number): boolean {
  if (!/^\d{9,13}$/.test(text)) return false;
  const ms = text.length > 11 ? Number(text) : Number(text) * 1000;
  return Math.abs(now - ms) <= TOLERANCE_MS;
}

/** Compares texts in a time that says nothing about where they differ. */
export function sameText(shown: string, wanted: string): boolean {
  return timingSafeEqual(digest(shown), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
