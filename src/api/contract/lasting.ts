import { z } from 'zod';
import { instant, list, pageOf } from './base.ts';
import { improvementView, ticketView, timelineEntry } from './incident.ts';

export const ticketPage = pageOf(ticketView);
export const ticketBody = z.object({
  title: z.string().min(1).max(200),
  body: z.string().max(10_000).default(''),
  kind: z.enum(['incident', 'observation', 'request', 'business', 'technology']).default('request'),
  priority: z.number().int().min(1).max(5).default(3),
  owner: z.string().nullable().default(null),
  incidentId: z.string().nullable().default(null),
  functionName: z.string().nullable().default(null),
  city: z.string().nullable().default(null),
  dueAt: instant.nullable().default(null),
});
export const ticketChange = z.object({
  version: z.number().int(),
  title: z.string().min(1).max(200).optional(),
  body: z.string().max(10_000).optional(),
  priority: z.number().int().min(1).max(5).optional(),
  state: z.enum(['open', 'in-progress', 'waiting', 'done']).optional(),
  owner: z.string().nullable().optional(),
  dueAt: instant.nullable().optional(),
  comment: z.string().max(4000).optional(),
});
export const ticketDetail = z.object({ ticket: ticketView, history: list(timelineEntry) });

const maybeInstant = instant.nullable();
export const retroView = z.object({
  id: z.string(),
  incidentId: z.string(),
  incidentNumber: z.number().int(),
  title: z.string(),
  state: z.enum(['draft', 'held', 'closed']),
  facts: z.object({
    startedAt: instant,
    firstAlertAt: maybeInstant,
    openedAt: instant,
    firstPageAt: maybeInstant,
    acceptedAt: maybeInstant,
    firstMemberNoticeAt: maybeInstant,
    partnerContactedAt: maybeInstant,
    partnerNoticeAt: maybeInstant,
    recoveredAt: maybeInstant,
    resolvedAt: maybeInstant,
    alerts: z.number().int(),
    pages: z.number().int(),
    observations: z.number().int(),
    escalations: z.number().int(),
    /** What was lost, by function and unit. */
    losses: list(
      z.object({
        functionName: z.string().nullable(),
        indicator: z.string(),
        unit: z.string(),
        amount: z.number(),
        /** What was to be expected in the same time, in the same unit. */
        expected: z.number(),
      }),
    ).optional(),
  }),
  summary: z.string(),
  rootCause: z.string(),
  wentWell: z.string(),
  wentBadly: z.string(),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export const retroList = z.object({ items: list(retroView) });
export const retroDetail = z.object({
  retro: retroView,
  timeline: list(timelineEntry),
  improvements: list(improvementView),
});
export const retroChange = z.object({
  version: z.number().int(),
  state: z.enum(['draft', 'held', 'closed']).optional(),
  summary: z.string().max(10_000).optional(),
  rootCause: z.string().max(10_000).optional(),
  wentWell: z.string().max(10_000).optional(),
  wentBadly: z.string().max(10_000).optional(),
});

export const improvementList = z.object({ items: list(improvementView) });
export const improvementBody = z.object({
  title: z.string().min(1).max(200),
  body: z.string().max(10_000).default(''),
  retroId: z.string().nullable().default(null),
  incidentId: z.string().nullable().default(null),
  owner: z.string().nullable().default(null),
  dueAt: instant.nullable().default(null),
  change: z
    .object({
      kind: z.enum(['watermark', 'rule', 'watch', 'indicator']),
      rule: z.string().min(1),
      after: z.string().min(1).max(20_000),
    })
    .nullable()
    .default(null),
});
export const decideBody = z.object({
  version: z.number().int(),
  decision: z.enum(['adopted', 'rejected']),
  reason: z.string().min(1).max(500),
});
/** Rules that an improvement can change, with their definition as it stands. */
export const ruleDefinition = z.object({
  kind: z.enum(['watermark', 'rule', 'watch', 'indicator']),
  rule: z.string(),
  /** The activated definition that stands instead of the file's. */
  activated: z.string().optional(),
  title: z.string(),
  definition: z.string(),
});
export const ruleDefinitionList = z.object({ items: list(ruleDefinition) });
