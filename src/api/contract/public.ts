import { z } from 'zod';
import { byLanguage, instant, list } from './base.ts';
import { noticeView } from './incident.ts';

export const publicStatus = z.object({
  title: z.string(),
  at: instant,
  supportUrl: z.string().nullable(),
  state: z.enum(['ok', 'degraded', 'down']),
  languages: list(z.string()),
  cities: list(z.object({ name: z.string(), title: z.string() })),
  functions: list(
    z.object({
      name: z.string(),
      title: byLanguage,
      cities: list(z.object({ city: z.string(), state: z.enum(['ok', 'degraded', 'down']) })),
    }),
  ),
  /** Interruptions with the words told to members, newest first; open ones, and those of the last 14 days. */
  interruptions: list(
    z.object({
      id: z.string(),
      open: z.boolean(),
      startedAt: instant,
      resolvedAt: instant.nullable(),
      notices: list(noticeView.omit({ agentWord: true, publishedBy: true })),
    }),
  ),
  maintenance: list(z.object({ id: z.string(), title: z.string(), startsAt: instant, endsAt: instant })),
});

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  retryable: z.boolean(),
});

/** What the event stream /ops/v1/stream tells: which query a page should ask again. */
export const streamEvent = z.object({
  topic: z.enum([
    'incident',
    'alert',
    'duty',
    'ticket',
    'retro',
    'improvement',
    'notice',
    'level',
    'observation',
    'topology',
    'partner',
  ]),
  id: z.string(),
});
