import { z } from 'zod';
import { person } from './access.ts';
import { instant, list } from './base.ts';

/** The shifts of one layer, for the calendar. */
export const dutyLayer = z.object({
  name: z.string(),
  /** Whether it was made while running; then `id` cancels it. */
  id: z.string().nullable(),
  shifts: list(z.object({ person, from: instant, to: instant })),
});
export const absenceView = z.object({
  id: z.string(),
  person: z.string(),
  startsAt: instant,
  endsAt: instant,
  reason: z.string(),
  createdBy: z.string(),
  configured: z.boolean(),
});
export const absenceBody = z.strictObject({
  person: z.string(),
  startsAt: instant,
  endsAt: instant,
  reason: z.string().max(500).default(''),
});
export const swapView = z.object({
  id: z.string(),
  asker: person,
  other: person,
  startsAt: instant,
  endsAt: instant,
  backStartsAt: instant.nullable(),
  backEndsAt: instant.nullable(),
  reason: z.string(),
  state: z.enum(['asked', 'accepted', 'declined', 'withdrawn']),
  askedAt: instant,
  answeredAt: instant.nullable(),
});
export const swapBody = z.strictObject({
  asker: z.string().optional(),
  other: z.string(),
  startsAt: instant,
  endsAt: instant,
  backStartsAt: instant.nullable().optional(),
  backEndsAt: instant.nullable().optional(),
  reason: z.string().max(500).default(''),
});
export const swapAnswer = z.strictObject({ answer: z.enum(['accepted', 'declined', 'withdrawn']) });
export const handoverView = z.object({
  id: z.string(),
  from: person,
  to: person,
  at: instant,
  state: z.enum(['asked', 'accepted', 'missed']),
  brief: z.string(),
  askedAt: instant,
  acceptedAt: instant.nullable(),
  /** Whether the deputy stands in until it is accepted. */
  deputyStandsIn: z.boolean(),
});
export const findingView = z.object({
  kind: z.enum(['nobody', 'two-people', 'overload', 'one-way', 'unreachable']),
  from: instant.nullable(),
  to: instant.nullable(),
  people: list(z.string()),
  words: z.string(),
});
/** How a person is reached, and what the last test pages showed. */
export const reachView = z.object({
  person,
  ways: list(
    z.object({
      channel: z.string(),
      address: z.string(),
      testedAt: instant.nullable(),
      answeredAt: instant.nullable(),
      vendor: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
});
export const feedView = z.object({
  id: z.string(),
  person: z.string().nullable(),
  createdBy: z.string(),
  createdAt: instant,
  lastReadAt: instant.nullable(),
});
export const feedCreated = feedView.extend({ url: z.string().describe('shown once; whoever has it reads the plan') });
export const dutyAround = z.object({
  layers: list(dutyLayer),
  absences: list(absenceView),
  swaps: list(swapView),
  handovers: list(handoverView),
  findings: list(findingView),
  /** Until when the proof looked, ms. */
  provedUntil: instant,
  reach: list(reachView),
  feeds: list(feedView),
  /** The person behind the account that asks, if any. */
  me: z.string().nullable(),
  /** Whether hand-overs are asked for, and test pages sent. */
  handsOver: z.boolean(),
  tests: z.boolean(),
});
