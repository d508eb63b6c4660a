import { z } from 'zod';
import { person } from './access.ts';
import { instant, list } from './base.ts';

const kind = z.enum(['response', 'restoration']);

export const slaClockView = z.object({
  id: z.string(),
  kind,
  sla: z.string(),
  /** How much time there is, ms, inside the hours. */
  span: z.number().int(),
  /** The hours in which it runs; null for all. */
  hours: z.string().nullable(),
  startedAt: instant,
  warnAt: instant,
  dueAt: instant,
  warnedAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  brokenAt: instant.nullable(),
  state: z.enum(['running', 'kept', 'broken', 'void']),
});
export const handOverView = z.object({
  id: z.string(),
  fromName: z.string(),
  target: z.string(),
  asked: list(person),
  declined: list(person),
  reason: z.string(),
  state: z.enum(['asked', 'accepted', 'declined', 'withdrawn', 'expired']),
  askedAt: instant,
  dueAt: instant,
  answeredAt: instant.nullable(),
  answeredBy: z.string().nullable(),
});
/** What is asked of the one who has an incident, and what is promised about it. */
export const careView = z.object({
  /** The person who has it, where the configuration knows one. */
  owner: person.nullable(),
  /** Whether whoever asks is the one who has it. */
  mine: z.boolean(),
  progressAt: instant.nullable(),
  /** When the one who has it is reminded, and when it is given back; null where nothing is asked, or not now. */
  remindAt: instant.nullable(),
  giveBackAt: instant.nullable(),
  snoozedUntil: instant.nullable(),
  snoozedBy: z.string().nullable(),
  snoozeReason: z.string().nullable(),
  /** For how long it may be snoozed at most, ms; null for not at all. */
  snoozeMost: z.number().int().nullable(),
  /** When the next update is promised, and by whom; null by the severity. */
  nextUpdateAt: instant.nullable(),
  promisedBy: z.string().nullable(),
  promisesKept: z.number().int(),
  promisesBroken: z.number().int(),
  /** What may be promised at once, ms: how long by the severity; null where nothing is. */
  updateEvery: z.number().int().nullable(),
  /** Newest first. */
  handOvers: list(handOverView),
  /** Whether whoever asks is asked to take it over. */
  askedOfMe: z.boolean(),
  clocks: list(slaClockView),
  /** Whom it can be handed to: `next`, words of the duty, people, teams, roles. */
  targets: list(z.object({ name: z.string(), title: z.string() })),
});
/** What the list of incidents shows of it. */
export const careMark = z.object({
  incidentId: z.string(),
  nextUpdateAt: instant.nullable(),
  snoozedUntil: instant.nullable(),
  promisesKept: z.number().int(),
  promisesBroken: z.number().int(),
  /** The clock that is due next. */
  clock: z.object({ kind, warnAt: instant, dueAt: instant }).nullable(),
  /** What the chain does next by itself. */
  next: z.object({ title: z.string(), at: instant }).nullable(),
  /** How many observations tell of members in a trip. */
  inTrip: z.number().int(),
});
export const slaShareView = z.object({
  /** The local month in which they began, such as `2026-09`. */
  month: z.string(),
  severity: z.enum(['critical', 'major', 'minor']),
  /** A function that was hurt, or `*` for all incidents. */
  functionName: z.string(),
  kind,
  kept: z.number().int(),
  broken: z.number().int(),
  running: z.number().int(),
  /** kept / (kept + broken); null while none has ended. */
  share: z.number().nullable(),
  /** The longest time that one took, ms. */
  longest: z.number().int().nullable(),
});
export const slaReportView = z.object({ zone: z.string(), from: instant, to: instant, rows: list(slaShareView) });

const based = { version: z.number().int().optional() };
export const snoozeBody = z.object({ ...based, until: instant, reason: z.string().max(500).optional() });
export const careBody = z.object({ ...based });
export const promiseBody = z.object({ ...based, at: instant, text: z.string().max(4000).optional() });
export const handOverBody = z.object({
  ...based,
  to: z.string().min(1).max(64),
  reason: z.string().max(500).optional(),
});
export const handOverAnswer = z.object({ answer: z.enum(['accepted', 'declined', 'withdrawn']) });
