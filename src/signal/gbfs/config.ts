import { z } from 'zod';
import { durationField, labelsField, nameField } from '../fields.ts';

/** `gbfs`: public feeds of vehicles, ours or a partner's, watched for freshness and counts. */
export const gbfsSchema = z
  .array(
    z.strictObject({
      name: nameField,
      /** The feed's gbfs.json. */
      url: z.url({
        protocol: /^https?$/,
        error: 'Write the address of the feed, such as https://api.example/gbfs/3.0/gbfs.json.',
      }),
      /** How often; the feed's own ttl if longer. */
      every: durationField.prefault('1m'),
      /** Older than this many times its ttl, a feed is stale. */
      stale_after: z.number().min(1).max(1000).default(5),
      partner: nameField.optional(),
      /** The city of all its vehicles; else the nearest configured one. */
      city: nameField.optional(),
      labels: labelsField.default({}),
    }),
  )
  .max(100)
  .default([]);

export type GbfsConfig = z.output<typeof gbfsSchema>[number];
