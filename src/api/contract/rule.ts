import { z } from 'zod';
import { instant, labels, list } from './base.ts';

const ms = z.number().describe('milliseconds');

export const ruleRun = z.object({
  at: instant,
  ms,
  /** Samples of the expression's result. */
  samples: z.number().int(),
  error: z.string().nullable(),
});
export const ruleAlert = z.object({
  labels,
  annotations: labels,
  state: z.enum(['pending', 'firing']),
  activeAt: instant,
  firedAt: instant.nullable(),
  /** Since when it is only held by keep_firing_for. */
  keptSince: instant.nullable(),
  value: z.number().nullable(),
});
export const ruleView = z.object({
  kind: z.enum(['alerting', 'recording', 'watermark', 'indicator']),
  name: z.string(),
  title: z.string(),
  expr: z.string(),
  interval: ms,
  for: ms,
  keepFiringFor: ms,
  labels,
  annotations: labels,
  /** The worst of its alerts; null for a recording rule. */
  state: z.enum(['inactive', 'pending', 'firing']).nullable(),
  health: z.enum(['ok', 'err', 'unknown']),
  alerts: list(ruleAlert),
  /** Newest first, at most ten. */
  runs: list(ruleRun),
});
export const ruleGroupView = z.object({
  name: z.string(),
  file: z.string(),
  interval: ms,
  /** Greatest number of results of one rule; 0 is no limit. */
  limit: z.number().int(),
  queryOffset: ms,
  labels,
  /** Last evaluation and how long it took; null before the first. */
  at: instant.nullable(),
  ms: ms.nullable(),
  /** Evaluations left out since the server started. */
  missed: z.number().int(),
  rules: list(ruleView),
});
/** Everything that is evaluated, with its state and its last runs. */
export const ruleList = z.object({
  at: instant,
  groups: list(ruleGroupView),
  watermarks: list(ruleView),
  indicators: list(ruleView),
});
