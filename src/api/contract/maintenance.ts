import { z } from 'zod';
import { instant, list } from './base.ts';
import { matcher, silenceView } from './alert.ts';

const terms = {
  title: z.string(),
  announced: z.boolean(),
  places: z.object({ components: list(z.string()), functions: list(z.string()) }),
  notice: z.number().nullable(),
  tell: list(z.string()),
};
export const maintenanceView = silenceView.omit({ comment: true }).extend({ ...terms, planId: z.string().nullable() });
const span = z.object({ startsAt: instant, endsAt: instant });
export const maintenancePlanView = z.object({
  id: z.string(),
  ...terms,
  matchers: list(matcher),
  createdBy: z.string(),
  rule: z.string(),
  starts: z.string(),
  zone: z.string(),
  duration: z.number(),
  endedAt: instant.nullable(),
  /** The next ones, those that run now included. */
  next: list(span),
});
const named = z.object({ name: z.string(), title: z.string() });
export const maintenanceList = z.object({
  /** Those that are not over, and those of the last 14 days. */
  items: list(maintenanceView),
  plans: list(maintenancePlanView),
  /** What work may name. */
  choices: z.object({
    components: list(named),
    functions: list(named),
    /** Who may be told: people and partners with an address. */
    tell: list(named),
    zone: z.string(),
  }),
});

const names = z.array(z.string().min(1).max(200)).max(100).readonly();
const termsBody = z.object({
  title: z.string().min(1).max(200),
  matchers: z.array(matcher).max(50).readonly().default([]),
  components: names.default([]),
  functions: names.default([]),
  announced: z.boolean().default(false),
  /** How long before its begin it is told, ms. */
  notice: z.number().int().min(0).nullable().default(null),
  tell: names.default([]),
});
export const maintenanceBody = termsBody.extend({ startsAt: instant.optional(), endsAt: instant });
export const maintenancePlanBody = termsBody.extend({
  /** RFC 5545, section 3.3.10, such as FREQ=WEEKLY;BYDAY=SU. */
  rule: z.string().min(1).max(500),
  /** Local time of the first occurrence that may be, such as 2026-10-04T02:00. */
  starts: z.string().max(30),
  /** The zone of duty if left out. */
  zone: z.string().max(100).optional(),
  /** ms from begin to end. */
  duration: z.number(),
});
export const maintenancePreviewBody = maintenancePlanBody
  .partial({ rule: true, starts: true, duration: true })
  .omit({ title: true, tell: true, notice: true, announced: true });
export const maintenancePreview = z.object({
  /** The next occurrences of the rule; none where no rule is given. */
  next: list(span),
  /** Firing alerts that it would cover now, and how many of them would page somebody. */
  firing: z.number().int(),
  paging: z.number().int(),
});
