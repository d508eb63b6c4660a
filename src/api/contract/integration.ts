import { z } from 'zod';
import { instant, labels, list, pageOf } from './base.ts';

const secretKind = z.string().describe('bearer, basic, hmac, standard-webhooks, routing-key, sns, mail or token');

const integrationView = z.object({
  name: z.string(),
  title: z.string(),
  about: z.string(),
  door: z.enum(['in', 'pagerduty', 'opsgenie', 'sns', 'mail']),
  secrets: list(secretKind),
  mapping: z.string(),
  /** What to set at the sender, for a source that is still to be made. */
  connect: list(z.object({ title: z.string(), text: z.string() })),
  samples: list(z.object({ name: z.string(), headers: labels, body: z.unknown() })),
});

const doorView = z.object({
  door: z.string().describe('webhook:NAME, mail:NAME or status-page:NAME'),
  lastReceivedAt: instant.nullable(),
  lastRefusedAt: instant.nullable(),
  lastReason: z.string().nullable(),
  open: z.number().int().describe('bodies put aside that nobody has decided on'),
});

const sourceView = z.object({
  name: z.string(),
  title: z.string(),
  partner: z.string().nullable(),
  integration: z.string().nullable(),
  ownMapping: z.boolean(),
  mapping: z.string(),
  address: z.string().describe('what the sender is given'),
  secrets: list(secretKind),
  connect: list(z.object({ title: z.string(), text: z.string() })),
  doors: list(doorView),
});

const statusPageView = z.object({
  name: z.string(),
  title: z.string(),
  partner: z.string().nullable(),
  url: z.string(),
  form: z.string().nullable().describe('statuspage, incident.io, instatus, google or feed, once it was read'),
  askedAt: instant.nullable(),
  readAt: instant.nullable(),
  failingSince: instant.nullable(),
  error: z.string().nullable(),
  open: list(z.object({ title: z.string(), status: z.string(), url: z.string().nullable() })),
});

export const integrationList = z.object({
  integrations: list(integrationView),
  sources: list(sourceView),
  statusPages: list(statusPageView),
});

export const quarantinedView = z.object({
  id: z.string(),
  kind: z.string(),
  receivedAt: instant,
  reason: z.string(),
  body: z.string(),
  headers: labels,
  cut: z.boolean(),
  state: z.enum(['open', 'retried', 'discarded']),
  settledAt: instant.nullable(),
  settledBy: z.string().nullable(),
});
export const quarantinedPage = pageOf(quarantinedView);
export const retryBody = z.object({ mapping: z.string().min(1).max(50_000).optional() });
export const takenView = z.object({ id: z.string().nullable(), events: z.number().int(), duplicate: z.boolean() });

export const tryBody = z.object({
  /** JSON as it would come. */
  body: z.string().min(1).max(500_000),
  headers: labels.default({}),
  /** One of the three says how it is read; a mapping goes before a source, a source before an integration. */
  mapping: z.string().min(1).max(50_000).optional(),
  source: z.string().optional(),
  integration: z.string().optional(),
});
export const tryResult = z.object({
  alerts: list(
    z.object({
      status: z.enum(['pending', 'firing', 'resolved']),
      labels,
      annotations: labels,
      fingerprint: z.string(),
      startsAt: instant,
      endsAt: instant.nullable(),
      value: z.number().nullable(),
      url: z.string().nullable(),
    }),
  ),
  acknowledgements: list(z.object({ fingerprint: z.string(), name: z.string(), by: z.string().nullable() })),
  changes: list(z.object({ at: instant, summary: z.string(), labels, url: z.string().nullable() })),
  /** What is wrong, and at which character of the mapping or body where that is known. */
  error: z
    .object({ part: z.enum(['body', 'mapping', 'result']), message: z.string(), position: z.number().int().nullable() })
    .nullable(),
});
