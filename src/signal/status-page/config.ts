import { z } from 'zod';
import { durationField, labelsField, nameField } from '../fields.ts';

/** Providers ask for no more than a look a minute. */
const SHORTEST = 60_000;

/** A partner's public status page that is read again and again. */
const statusPageSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(200).optional(),
  partner: nameField.optional(),
  /** Statuspage's summary.json, incident.io's or Instatus' summary, Google Cloud's incidents.json, or an RSS or Atom feed. */
  url: z.url({
    protocol: /^https?$/,
    error: 'Write the address of its JSON or feed, such as https://status.vendor.example/api/v2/summary.json',
  }),
  every: durationField
    .refine((ms) => ms >= SHORTEST, { error: 'Write 1m or longer: providers ask for no more than a look a minute.' })
    .prefault('2m'),
  /** After how long without being readable that itself is told. */
  stale: durationField.prefault('15m'),
  /** Only what touches these of its components counts; all, if empty. */
  components: z.array(z.string().min(1).max(200)).max(200).default([]),
  /** How loud its alerts are at most: a critical one opens an incident and pages. */
  at_most: z.enum(['info', 'warning', 'critical']).default('warning'),
  labels: labelsField.default({}),
});

/** `status_pages`: those of partners. */
export const statusPagesSchema = z.array(statusPageSchema).max(200).default([]);
export type StatusPageConfig = z.output<typeof statusPageSchema>;
