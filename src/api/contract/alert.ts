import { z } from 'zod';
import { instant, labels, list, pageOf } from './base.ts';

export const alertView = z.object({
  id: z.string(),
  fingerprint: z.string(),
  source: z.string(),
  name: z.string(),
  labels,
  annotations: labels,
  severity: z.enum(['page', 'critical', 'warning', 'info']),
  state: z.enum(['pending', 'firing', 'resolved']),
  startsAt: instant,
  firedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  lastSeenAt: instant,
  value: z.number().nullable(),
  generatorUrl: z.string().nullable(),
  count: z.number().int(),
  incidentId: z.string().nullable(),
  silencedBy: z.string().nullable(),
  maintenanceBy: z.string().nullable(),
  inhibitedBy: z.string().nullable(),
  heldBy: z.string().nullable(),
  /** Since when it begins and ends too often: it counts as firing until it is calm. */
  flappingSince: instant.nullable(),
});
export const alertPage = pageOf(alertView);
export const matcher = z.object({
  name: z.string().min(1),
  value: z.string(),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
});
export const silenceView = z.object({
  id: z.string(),
  matchers: list(matcher),
  startsAt: instant,
  endsAt: instant,
  createdBy: z.string(),
  comment: z.string(),
  state: z.enum(['pending', 'active', 'expired']),
});
export const silenceBody = z.object({
  matchers: z.array(matcher).min(1).readonly(),
  startsAt: instant.optional(),
  endsAt: instant,
  comment: z.string().min(1).max(500),
});
export const silencePreview = z.object({
  /** Firing alerts that it would cover, and how many of them would page somebody. */
  firing: z.number().int(),
  paging: z.number().int(),
  sample: list(alertView),
});
export const alertGroups = z.object({
  by: z.string(),
  items: list(
    z.object({
      /** The label's value; empty where it is absent. */
      value: z.string(),
      count: z.number().int(),
      quiet: z.number().int(),
      severity: z.enum(['page', 'critical', 'warning', 'info']),
    }),
  ),
  /** Groups beyond those listed. */
  more: z.number().int(),
});
export const heartbeatList = z.object({
  items: list(
    z.object({
      id: z.string(),
      title: z.string(),
      labels,
      /** ms; 0 where `cron` says when. */
      every: z.number(),
      cron: z.string().nullable(),
      zone: z.string(),
      grace: z.number(),
      runtime: z.number().nullable(),
      state: z.enum(['waiting', 'alive', 'missed', 'failed', 'paused']),
      /** When it is next expected, and when it is missed if nothing is heard; null while it is paused. */
      dueAt: instant.nullable(),
      overdueAt: instant.nullable(),
      lastSeenAt: instant.nullable(),
      startedAt: instant.nullable(),
      /** How long its work took, ms, and the exit code that it last named. */
      lastRuntime: z.number().nullable(),
      lastExit: z.number().nullable(),
      addresses: list(z.object({ id: z.string(), createdBy: z.string(), createdAt: instant })),
      /** The last 30 days, oldest first. */
      history: list(
        z.object({ state: z.enum(['unknown', 'alive', 'missed', 'failed', 'paused']), from: instant, to: instant }),
      ),
    }),
  ),
});
export const pingAddress = z.object({ id: z.string(), url: z.string() });
