import { z } from 'zod';
import { PAGE_CHANNELS, PAGE_PURPOSES } from '../../action/nouns.ts';
import { partnerTicketView } from './partner.ts';
import { alertView } from './alert.ts';
import { careView } from './care.ts';
import { deliveryView } from './delivery.ts';
import { byLanguage, instant, list, pageOf } from './base.ts';
import { lossView } from './given.ts';

export const severity = z.enum(['critical', 'major', 'minor']);
export const phase = z.enum(['investigating', 'identified', 'monitoring', 'resolved']);
export const incidentView = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  summary: z.string(),
  severity,
  state: z.enum(['open', 'accepted', 'resolved', 'merged']),
  phase,
  startedAt: instant,
  openedAt: instant,
  acceptedAt: instant.nullable(),
  acceptedBy: z.string().nullable(),
  resolvedAt: instant.nullable(),
  components: list(z.string()),
  functions: list(z.string()),
  cities: list(z.string()),
  cause: z
    .object({ component: z.string(), kind: z.enum(['own', 'partner', 'change']), reasons: list(z.string()) })
    .nullable(),
  mergedInto: z.string().nullable(),
  version: z.number().int(),
});
export const incidentPage = pageOf(incidentView);

export const timelineEntry = z.object({
  id: z.string(),
  at: instant,
  actorKind: z.enum(['person', 'token', 'rule', 'system', 'partner']),
  actorName: z.string(),
  fact: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  summary: z.string(),
  reason: z.string().nullable(),
  causeId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  /** Set when a person corrected this row: what it said before is kept. */
  corrected: z.object({ by: z.string(), at: instant, reason: z.string(), before: z.string() }).nullable(),
});
export const observationView = z.object({
  id: z.string(),
  at: instant,
  agent: z.string(),
  text: z.string(),
  functionName: z.string().nullable(),
  city: z.string().nullable(),
  inTrip: z.boolean(),
  incidentId: z.string().nullable(),
});
export const observationPage = z.object({ items: list(observationView) });
export const observationBody = z.object({
  text: z.string().min(1).max(4000),
  functionName: z.string().nullable().default(null),
  city: z.string().nullable().default(null),
  inTrip: z.boolean().default(false),
  incidentId: z.string().optional(),
});
export const linkView = z.object({
  memberKind: z.enum(['alert', 'observation']),
  memberId: z.string(),
  linkedAt: instant,
  linkedBy: z.string(),
  reason: z.string(),
});
export const chainStepView = z.object({
  index: z.number().int(),
  dueAt: instant,
  do: z.string(),
  /** In words: "page the focal person by email, webhook". */
  title: z.string(),
  state: z.enum(['waiting', 'done', 'left-out']),
});
export const chainView = z.object({
  id: z.string(),
  chain: z.string(),
  state: z.enum(['running', 'accepted', 'ended', 'exhausted']),
  startedAt: instant,
  round: z.number().int(),
  nextActionAt: instant.nullable(),
  steps: list(chainStepView),
});
export const pageView = z.object({
  id: z.string(),
  person: z.string(),
  personName: z.string(),
  channel: z.enum(PAGE_CHANNELS),
  address: z.string(),
  reason: z.string(),
  state: z.enum(['due', 'bundled', 'handed-over', 'failed', 'cancelled']),
  createdAt: instant,
  handedOverAt: instant.nullable(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  receipt: z.string().nullable(),
  acceptedAt: instant.nullable(),
  /** What it is for: to take the incident, a reminder, a hand-over, a promise, an agreed level of service. */
  purpose: z.enum(PAGE_PURPOSES),
});
export const noticeView = z.object({
  id: z.string(),
  incidentId: z.string(),
  phase,
  severity,
  title: byLanguage,
  body: byLanguage,
  agentWord: byLanguage,
  functions: list(z.string()),
  cities: list(z.string()),
  publishedAt: instant,
  publishedBy: z.string(),
});
export const partnerContactView = z.object({
  id: z.string(),
  partner: z.string(),
  partnerTitle: z.string(),
  address: z.string(),
  subject: z.string(),
  body: z.string(),
  state: z.enum(['due', 'handed-over', 'failed']),
  createdAt: instant,
  handedOverAt: instant.nullable(),
  lastError: z.string().nullable(),
});
export const playbookRunView = z.object({
  id: z.string(),
  playbook: z.string(),
  title: z.string(),
  startedBy: z.string(),
  startedAt: instant,
  state: z.enum(['guarding', 'acting', 'verifying', 'recovered', 'refused', 'failed', 'aborted']),
  results: list(z.object({ at: instant, step: z.string(), ok: z.boolean(), detail: z.string() })),
  finishedAt: instant.nullable(),
});
export const ticketView = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  kind: z.enum(['incident', 'observation', 'request', 'business', 'technology']),
  priority: z.number().int().min(1).max(5),
  state: z.enum(['open', 'in-progress', 'waiting', 'done']),
  owner: z.string().nullable(),
  incidentId: z.string().nullable(),
  functionName: z.string().nullable(),
  city: z.string().nullable(),
  openedBy: z.string(),
  openedAt: instant,
  updatedAt: instant,
  closedAt: instant.nullable(),
  dueAt: instant.nullable(),
  version: z.number().int(),
});
export const improvementView = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['proposed', 'proved', 'adopted', 'rejected']),
  retroId: z.string().nullable(),
  incidentId: z.string().nullable(),
  owner: z.string().nullable(),
  dueAt: instant.nullable(),
  change: z
    .object({
      kind: z.enum(['watermark', 'rule', 'watch', 'indicator']),
      rule: z.string(),
      before: z.string(),
      after: z.string(),
    })
    .nullable(),
  proof: z
    .object({
      at: instant,
      incidentId: z.string().nullable(),
      firedBefore: instant.nullable(),
      firedAfter: instant.nullable(),
      earlierBy: z.number().nullable(),
      historyFrom: instant,
      historyTo: instant,
      alertsBefore: z.number().int(),
      alertsAfter: z.number().int(),
      extraAlerts: z.number().int(),
      verdict: z.string(),
    })
    .nullable(),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export const incidentDetail = z.object({
  incident: incidentView,
  alerts: list(alertView),
  observations: list(observationView),
  links: list(linkView),
  timeline: list(timelineEntry),
  chains: list(chainView),
  pages: list(pageView),
  deliveries: list(deliveryView),
  notices: list(noticeView),
  partnerContacts: list(partnerContactView),
  playbookRuns: list(playbookRunView),
  /** Playbooks that could be run now. */
  playbooks: list(z.object({ name: z.string(), title: z.string() })),
  /** Templates of the members' word that could be published. */
  templates: list(z.object({ name: z.string(), title: byLanguage })),
  /** Titles of the components named here, by their names. */
  componentTitles: z.record(z.string(), z.string()),
  tickets: list(ticketView),
  /** Tickets opened at partners. */
  partnerTickets: list(partnerTicketView),
  /** By partner: what the silent ones share, in words, and by how much we saw it before the partner told it, ms. */
  partnerEvidence: list(
    z.object({ partner: z.string(), title: z.string(), words: list(z.string()), lead: z.number().int().nullable() }),
  ),
  /** Partners that take tickets and have none of this incident yet. */
  ticketPartners: list(z.object({ name: z.string(), title: z.string() })),
  improvements: list(improvementView),
  /** What the deviations of its alerts cost, in units. */
  losses: list(lossView),
  retroId: z.string().nullable(),
  /** What is asked of the one who has it. */
  care: careView,
});

/** Every verb on an incident carries the version it was based on; an older one is refused with `conflict`. */
const based = { version: z.number().int().optional() };
export const openBody = z.object({
  title: z.string().min(1).max(200),
  severity,
  functions: list(z.string()).default([]),
  cities: list(z.string()).default([]),
  summary: z.string().max(4000).default(''),
});
export const acceptBody = z.object({ ...based });
export const unacceptBody = z.object({ ...based, reason: z.string().max(500).optional() });
export const updateBody = z.object({
  ...based,
  title: z.string().min(1).max(200).optional(),
  summary: z.string().max(4000).optional(),
  severity: severity.optional(),
  phase: phase.optional(),
  /** Required when something goes back (a phase, a severity). */
  reason: z.string().max(500).optional(),
});
export const noteBody = z.object({ text: z.string().min(1).max(4000) });
export const mergeBody = z.object({ ...based, into: z.string(), reason: z.string().min(1).max(500) });
export const splitBody = z.object({
  ...based,
  alerts: z.array(z.string()).min(1).readonly(),
  title: z.string().max(200).optional(),
  reason: z.string().min(1).max(500),
});
export const resolveBody = z.object({ ...based, reason: z.string().min(1).max(500) });
export const reopenBody = z.object({ ...based, reason: z.string().min(1).max(500) });
export const correctBody = z.object({
  entryId: z.string(),
  summary: z.string().min(1).max(4000).optional(),
  at: instant.optional(),
  reason: z.string().min(1).max(500),
});
export const notifyBody = z.object({
  phase,
  template: z.string().optional(),
  title: byLanguage.optional(),
  body: byLanguage.optional(),
  agentWord: byLanguage.optional(),
});
export const runPlaybookBody = z.object({ playbook: z.string() });
export const abortPlaybookBody = z.object({ reason: z.string().min(1).max(500) });
