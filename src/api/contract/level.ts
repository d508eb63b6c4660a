import { z } from 'zod';
import { instant, labels, list } from './base.ts';

export const indicatorSeries = z.object({
  labels,
  state: z.enum(['ok', 'learning', 'below', 'above', 'nodata']),
  value: z.number().nullable(),
  expected: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  score: z.number().nullable(),
  since: instant.nullable(),
  /** The deviation in words, or what the level is. */
  words: z.string(),
  /** What the events that are on multiply the level by; 1 without one. */
  factor: z.number(),
  /** The value that was forecast for this instant, where one was. */
  forecast: z.number().nullable(),
  /** What the open deviation has cost so far. */
  loss: z.object({ amount: z.number(), unit: z.string(), from: instant }).nullable(),
});
export const indicatorView = z.object({
  name: z.string(),
  title: z.string(),
  unit: z.string(),
  expr: z.string(),
  every: z.number().describe('milliseconds'),
  series: list(indicatorSeries),
});
export const indicatorList = z.object({ at: instant, items: list(indicatorView) });
export const levelQuery = z.object({
  /** The labels of the series, as JSON. */
  labels: z.string().default('{}'),
  from: z.coerce.number().int(),
  to: z.coerce.number().int(),
});
const levelEvent = z.object({
  id: z.string(),
  title: z.string(),
  indicators: list(z.string()),
  match: labels,
  from: instant,
  to: instant,
  factor: z.number(),
});
const values = list(z.number().nullable());
export const levelSeries = z.object({
  name: z.string(),
  title: z.string(),
  unit: z.string(),
  labels,
  zone: z.string(),
  times: list(instant),
  actual: values,
  expected: values,
  lower: values,
  upper: values,
  lastWeek: values,
  /** What was given in advance, where it was. */
  forecast: values,
  /** Events that change the level in this time. */
  events: list(levelEvent),
  dayParts: list(z.object({ name: z.enum(['morning', 'daytime', 'evening', 'night']), from: instant, to: instant })),
  alarms: list(
    z.object({ from: instant, to: instant.nullable(), name: z.string(), incidentId: z.string().nullable() }),
  ),
  /** Static watermarks on the same expression. */
  marks: list(z.object({ name: z.string(), side: z.enum(['low', 'high']), value: z.number() })),
});
