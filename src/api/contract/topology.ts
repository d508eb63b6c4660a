import { z } from 'zod';
import { byLanguage, instant, labels, list } from './base.ts';
import { incidentView } from './incident.ts';

const causeKind = z.enum(['own', 'partner', 'change']);
export const rankedCause = z.object({
  component: z.string(),
  title: z.string(),
  kind: causeKind,
  probability: z.number(),
  changeId: z.string().nullable(),
  reasons: list(z.string()),
  /** From where it is felt to the component, along what needs what. */
  path: list(z.object({ name: z.string(), title: z.string() })),
});
export const rankingView = z.object({
  at: instant,
  /** Why none of them is named as the cause; null if the first one is. */
  abstained: z.string().nullable(),
  /** Whether an answer of the measures is in it, and not the alerts alone. */
  measured: z.boolean(),
  /** What the measures said when they were asked last; null if they were not. */
  measures: z
    .object({
      askedAt: instant,
      /** Why they name nothing; null if they do. */
      abstained: z
        .enum([
          'engine-away',
          'engine-slow',
          'query-refused',
          'too-many-series',
          'not-measured',
          'no-deviation',
          'unexplained',
        ])
        .nullable(),
      /** The same in words. */
      why: z.string().nullable(),
      /** The candidate that the measures alone put first, with its probability by them; an earlier answer stays. */
      first: z.object({ component: z.string(), title: z.string(), probability: z.number() }).nullable(),
    })
    .nullable(),
  causes: list(rankedCause),
});
export const evidenceLink = z.object({
  memberKind: z.enum(['alert', 'observation']),
  memberId: z.string(),
  reason: z.string(),
  linkedBy: z.string(),
  linkedAt: instant,
  /** Natural log-odds, summed over the evidence and the prior; null where a person or a rule decided. */
  score: z.number().nullable(),
  evidence: list(z.object({ weight: z.number(), words: z.string() })),
  /** The component that explains it: the alert is a consequence. */
  under: z.object({ name: z.string(), title: z.string() }).nullable(),
});
export const similarView = z.object({
  incident: incidentView,
  score: z.number(),
  reasons: list(z.string()),
  /** What helped then: how it ended, playbooks that recovered it, improvements that came of it. */
  helped: list(z.string()),
});
export const incidentEvidence = z.object({
  ranking: rankingView.nullable(),
  links: list(evidenceLink),
  /** Incidents that were merged into this one. */
  merged: list(
    z.object({
      id: z.string(),
      number: z.number().int(),
      title: z.string(),
      by: z.string(),
      at: instant,
      reason: z.string(),
    }),
  ),
  similar: list(similarView),
});
export const unmergeBody = z.object({ version: z.number().int().optional(), reason: z.string().min(1).max(500) });

export const edgeView = z.object({
  id: z.string(),
  caller: z.string(),
  callee: z.string(),
  callerTitle: z.string(),
  calleeTitle: z.string(),
  evidence: list(z.object({ words: z.string(), value: z.number() })),
  state: z.enum(['proposed', 'accepted', 'rejected']),
  firstSeenAt: instant,
  lastSeenAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  reason: z.string().nullable(),
  /** Whether both ends stand in the configuration: only then it can be accepted. */
  known: z.boolean(),
});
export const topologyView = z.object({
  functions: list(
    z.object({ name: z.string(), title: byLanguage, inTrip: z.boolean(), needs: list(z.string()), state: z.string() }),
  ),
  components: list(
    z.object({
      name: z.string(),
      title: z.string(),
      kind: z.string(),
      partner: z.string().nullable(),
      needs: list(z.object({ name: z.string(), learnt: z.boolean() })),
      state: z.enum(['ok', 'degraded', 'down', 'unknown']),
      alerts: z.number().int(),
      incidentIds: list(z.string()),
    }),
  ),
  groups: list(z.object({ name: z.string(), title: z.string(), members: list(z.string()) })),
  edges: list(edgeView),
  /** Live incidents with the way from where they are felt to their probable cause. */
  causes: list(
    z.object({
      incidentId: z.string(),
      number: z.number().int(),
      title: z.string(),
      component: z.string(),
      probability: z.number().nullable(),
      path: list(z.string()),
    }),
  ),
});
export const edgeDecision = z.object({ reason: z.string().max(500).optional() });

export const changeBody = z.object({
  id: z.string().min(1).max(200).optional(),
  at: instant.optional(),
  kind: z.enum(['deploy', 'config', 'flag', 'campaign', 'other']),
  component: z.string().min(1).max(200).optional(),
  labels: labels.optional(),
  title: z.string().min(1).max(300),
  url: z.url().max(1000).optional(),
});
export const changeView = z.object({
  id: z.string(),
  at: instant,
  kind: z.string(),
  component: z.string(),
  title: z.string(),
  source: z.string(),
  url: z.string().nullable(),
  recordedAt: instant,
});
export const changeList = z.object({ items: list(changeView) });
