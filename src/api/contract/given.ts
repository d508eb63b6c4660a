import { z } from 'zod';
import { instant, labels, list } from './base.ts';

export const forecastView = z.object({
  id: z.string(),
  indicator: z.string(),
  /** Counts the imports of an indicator. */
  number: z.number().int(),
  note: z.string(),
  seriesCount: z.number().int(),
  pointCount: z.number().int(),
  startsAt: instant,
  endsAt: instant,
  importedBy: z.string(),
  importedAt: instant,
  withdrawnBy: z.string().nullable(),
  withdrawnAt: instant.nullable(),
  version: z.number().int(),
});
export const forecastList = z.object({ items: list(forecastView) });
export const forecastDetail = forecastView.extend({
  series: list(z.object({ labels, times: list(instant), points: list(z.number()) })),
});
/** Sent as JSON; or the CSV alone as text/csv. */
export const forecastBody = z.union([z.string(), z.object({ csv: z.string(), note: z.string().max(500).default('') })]);
export const withdrawBody = z.object({
  version: z.number().int(),
  withdrawn: z.boolean().default(true),
  reason: z.string().max(500).optional(),
});
export const eventView = z.object({
  id: z.string(),
  title: z.string(),
  indicators: list(z.string()),
  series: labels,
  startsAt: instant,
  endsAt: instant,
  factor: z.number(),
  /** Where it stands: in the configuration, or added while the server ran. */
  origin: z.enum(['configuration', 'added']),
  state: z.enum(['planned', 'on', 'over', 'cancelled']),
  createdBy: z.string().nullable(),
  version: z.number().int().nullable(),
});
export const eventList = z.object({ at: instant, items: list(eventView) });
export const eventBody = z.object({
  title: z.string().min(1).max(200),
  indicators: z.array(z.string()).max(200).default([]),
  series: z.record(z.string().max(200), z.string().max(500)).default({}),
  startsAt: instant,
  endsAt: instant,
  factor: z.number(),
});
export const eventChange = eventBody.extend({ version: z.number().int() });
export const eventEnd = z.object({ version: z.number().int() });
export const lossView = z.object({
  id: z.string(),
  fingerprint: z.string(),
  alert: z.string(),
  indicator: z.string(),
  /** The indicator's title. */
  title: z.string(),
  labels,
  side: z.enum(['below', 'above']),
  startsAt: instant,
  endsAt: instant,
  /** Units lost (below) or in excess (above). */
  amount: z.number(),
  /** What was expected in the same time, in the same unit. */
  expected: z.number(),
  unit: z.string(),
  open: z.boolean(),
});
export const lossList = z.object({
  items: list(lossView),
  /** What was lost in all, by unit. */
  totals: list(z.object({ unit: z.string(), indicator: z.string(), amount: z.number(), expected: z.number() })),
});
