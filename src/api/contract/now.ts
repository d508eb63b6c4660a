import { z } from 'zod';
import { person } from './access.ts';
import { alertView } from './alert.ts';
import { byLanguage, instant, list } from './base.ts';
import { careMark } from './care.ts';
import { incidentView, noticeView } from './incident.ts';

export const dutyNow = z.object({
  focal: person,
  deputy: person.nullable(),
  /** When the next hand-over is due, and to whom. */
  until: instant,
  next: person.nullable(),
  override: z.boolean(),
});
export const healthCell = z.object({
  functionName: z.string(),
  city: z.string(),
  state: z.enum(['ok', 'degraded', 'down', 'unknown']),
  /** In words, for the tooltip and screen readers. */
  why: z.string(),
  incidentId: z.string().nullable(),
});
export const now = z.object({
  at: instant,
  incidents: list(incidentView),
  recentlyResolved: list(incidentView),
  /** Promised updates, snoozes and clocks of the incidents that have any. */
  care: list(careMark),
  duty: dutyNow,
  functions: list(z.object({ name: z.string(), title: byLanguage, inTrip: z.boolean() })),
  cities: list(z.object({ name: z.string(), title: z.string(), zone: z.string() })),
  health: list(healthCell),
  alerts: z.object({ firing: z.number().int(), pending: z.number().int(), silenced: z.number().int() }),
  looseAlerts: list(alertView).describe('firing alerts that belong to no incident'),
  openTickets: z.number().int(),
  unprovedImprovements: z.number().int(),
  /** What the agent in the call centre says now, newest first. */
  words: list(noticeView),
  quarantined: z.number().int(),
});

export const dutyShift = z.object({
  focal: person,
  deputy: person.nullable(),
  from: instant,
  to: instant,
  override: z.string().nullable(),
});
export const overrideView = z.object({
  id: z.string(),
  person: z.string(),
  startsAt: instant,
  endsAt: instant,
  reason: z.string(),
  createdBy: z.string(),
  configured: z.boolean(),
});
export const dutyPlan = z.object({
  now: dutyNow,
  zone: z.string(),
  people: list(person),
  shifts: list(dutyShift),
  overrides: list(overrideView),
});
export const overrideBody = z.object({
  person: z.string(),
  startsAt: instant,
  endsAt: instant,
  reason: z.string().min(1).max(500),
});
