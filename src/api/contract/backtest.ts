import { z } from 'zod';
import { instant, labels, list } from './base.ts';

export const definitionKind = z.enum(['watermark', 'rule', 'watch', 'indicator']);
const values = list(z.number().nullable());
const amounts = z.record(z.string(), z.number()).readonly();

export const trialVerdict = z.object({
  alarms: z.number().int(),
  /** How long it would have fired in all, ms. */
  firingMs: z.number(),
  incidents: z.number().int(),
  met: z.number().int(),
  falseAlarms: z.number().int(),
  falseAlarmsPerDay: z.number(),
  delayMs: z.number().nullable(),
  /** Units lost while it fired, by unit. */
  losses: amounts,
});
export const trialAlarm = z.object({
  from: instant,
  to: instant.nullable(),
  labels: list(labels),
  incidentId: z.string().nullable(),
  incidentNumber: z.number().int().nullable(),
});
export const trialLine = z.object({
  labels,
  times: list(instant),
  actual: values,
  expected: values,
  lower: values,
  upper: values,
});
export const backtestResult = z.object({
  days: z.number(),
  after: trialVerdict,
  today: trialVerdict.nullable(),
  alarms: list(trialAlarm),
  todayAlarms: list(trialAlarm),
  missed: list(z.object({ incidentId: z.string().nullable(), number: z.number().int().nullable(), from: instant })),
  lines: list(trialLine),
  verdict: z.string(),
});
export const backtestView = z.object({
  id: z.string(),
  kind: definitionKind,
  rule: z.string(),
  definition: z.string(),
  before: z.string().nullable(),
  source: z.enum(['recorded', 'csv']),
  calendar: z.string().nullable(),
  historyFrom: instant,
  historyTo: instant,
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: z.number(),
  result: backtestResult.nullable(),
  error: z.string().nullable(),
  requestedBy: z.string(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  version: z.number().int(),
});
export const backtestList = z.object({ items: list(backtestView) });
export const backtestBody = z.object({
  kind: definitionKind,
  rule: z.string().min(1).max(200),
  /** The definition to be tried, as YAML; the one in force if left out. */
  definition: z.string().min(1).max(20_000).optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** `timestamp,value[,label]` instead of the recorded history. */
  csv: z.string().optional(),
  /** Name of a calendar or a country (DE, DE-BE), instead of what the indicator says. */
  calendar: z.string().min(1).max(60).optional(),
});
export const definitionView = z.object({
  id: z.string(),
  kind: definitionKind,
  rule: z.string(),
  definition: z.string(),
  before: z.string().nullable(),
  reason: z.string(),
  improvementId: z.string().nullable(),
  backtestId: z.string().nullable(),
  activatedBy: z.string(),
  activatedAt: instant,
  withdrawnBy: z.string().nullable(),
  withdrawnAt: instant.nullable(),
  version: z.number().int(),
});
export const definitionList = z.object({ items: list(definitionView) });
export const activateBody = z.object({
  kind: definitionKind,
  rule: z.string().min(1).max(200),
  definition: z.string().min(1).max(20_000),
  reason: z.string().min(1).max(500),
  improvementId: z.string().nullable().default(null),
  backtestId: z.string().nullable().default(null),
});
export const withdrawDefinitionBody = z.object({ version: z.number().int(), reason: z.string().min(1).max(500) });
