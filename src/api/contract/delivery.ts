import { z } from 'zod';
import { PAGE_CHANNELS } from '../../action/nouns.ts';
import { instant, list } from './base.ts';

/** A browser that shows pages. */
export const pushDeviceView = z.object({
  id: z.string(),
  name: z.string(),
  /** The host of its push service. */
  service: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});

export const pushDeviceList = z.object({
  items: list(pushDeviceView),
  /** The server's public key, for PushManager.subscribe. */
  key: z.string(),
  /** Whether the configuration has Web Push. */
  available: z.boolean(),
  /** The other ways to the person behind the account. */
  ways: list(z.object({ channel: z.enum(PAGE_CHANNELS), address: z.string() })),
});

/** One handing over of a page to a vendor, and what the vendor told of it. */
export const deliveryView = z.object({
  id: z.string(),
  pageId: z.string(),
  vendor: z.string(),
  reference: z.string().nullable(),
  state: z.enum(['taken', 'delivered', 'undelivered', 'silent']),
  said: z.string(),
  takenAt: instant,
  receiptDue: instant.nullable(),
  receiptAt: instant.nullable(),
  receipt: z.string().nullable(),
});
