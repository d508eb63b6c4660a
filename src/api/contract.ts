/**
 * What the API under /ops/v1 takes and gives, shared with the web part (types only there). Instants are milliseconds
 * since the epoch. Lists are pages by keyset: `next` is passed as `after`.
 */
import { z } from 'zod';

function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

const instant = z.number().int().describe('milliseconds since the Unix epoch');
const labels = z.record(z.string(), z.string()).readonly();
const byLanguage = z.record(z.string(), z.string()).readonly();
export const role = z.enum(['admin', 'duty', 'agent', 'viewer']);

function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: list(item), next: z.string().nullable() });
}

// ---- people and access -------------------------------------------------------------------------------------------

export const signInBody = z.object({ name: z.string().min(1).max(100), password: z.string().min(1).max(200) });
export const me = z.object({
  kind: z.enum(['person', 'token']),
  id: z.string(),
  name: z.string(),
  role,
  permissions: list(z.string()),
  /** The person of the duty plan behind this account, if any. */
  person: z.string().nullable(),
  operator: z.string().describe('name of the service, from the configuration'),
  languages: list(z.string()),
  version: z.string(),
});
export const person = z.object({ id: z.string(), name: z.string() });
export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  scopes: list(z.string()),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export const tokenBody = z.object({
  name: z.string().min(1).max(100),
  role,
  scopes: list(z.string()).default([]),
  expiresIn: z.string().optional().describe('a duration such as 90d; never if left out'),
});
export const tokenCreated = tokenView.extend({ secret: z.string().describe('shown once') });

// ---- alerts ------------------------------------------------------------------------------------------------------

export const alertView = z.object({
  id: z.string(),
  fingerprint: z.string(),
  source: z.string(),
  name: z.string(),
  labels,
  annotations: labels,
  severity: z.enum(['page', 'critical', 'warning', 'info']),
  state: z.enum(['pending', 'firing', 'resolved']),
  startsAt: instant,
  firedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  lastSeenAt: instant,
  value: z.number().nullable(),
  generatorUrl: z.string().nullable(),
  count: z.number().int(),
  incidentId: z.string().nullable(),
  silencedBy: z.string().nullable(),
  maintenanceBy: z.string().nullable(),
});
export const alertPage = pageOf(alertView);
export const matcher = z.object({
  name: z.string().min(1),
  value: z.string(),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
});
export const silenceView = z.object({
  id: z.string(),
  matchers: list(matcher),
  startsAt: instant,
  endsAt: instant,
  createdBy: z.string(),
  comment: z.string(),
  state: z.enum(['pending', 'active', 'expired']),
});
export const silenceBody = z.object({
  matchers: z.array(matcher).min(1).readonly(),
  startsAt: instant.optional(),
  endsAt: instant,
  comment: z.string().min(1).max(500),
});
export const maintenanceView = silenceView
  .omit({ comment: true })
  .extend({ title: z.string(), announced: z.boolean() });
export const maintenanceBody = silenceBody
  .omit({ comment: true })
  .extend({ title: z.string().min(1).max(200), announced: z.boolean().default(false) });

// ---- incidents ---------------------------------------------------------------------------------------------------

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
  channel: z.enum(['email', 'webhook', 'log']),
  address: z.string(),
  reason: z.string(),
  state: z.enum(['due', 'handed-over', 'failed', 'cancelled']),
  createdAt: instant,
  handedOverAt: instant.nullable(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  receipt: z.string().nullable(),
  acceptedAt: instant.nullable(),
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
    .object({ kind: z.enum(['watermark', 'rule']), rule: z.string(), before: z.string(), after: z.string() })
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
  notices: list(noticeView),
  partnerContacts: list(partnerContactView),
  playbookRuns: list(playbookRunView),
  /** Playbooks that could be run now. */
  playbooks: list(z.object({ name: z.string(), title: z.string() })),
  tickets: list(ticketView),
  improvements: list(improvementView),
  retroId: z.string().nullable(),
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

// ---- now ---------------------------------------------------------------------------------------------------------

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

// ---- duty --------------------------------------------------------------------------------------------------------

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

// ---- levels ------------------------------------------------------------------------------------------------------

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
  dayParts: list(z.object({ name: z.enum(['morning', 'daytime', 'evening', 'night']), from: instant, to: instant })),
  alarms: list(
    z.object({ from: instant, to: instant.nullable(), name: z.string(), incidentId: z.string().nullable() }),
  ),
  /** Static watermarks on the same expression. */
  marks: list(z.object({ name: z.string(), side: z.enum(['low', 'high']), value: z.number() })),
});

// ---- tickets, retros, improvements -------------------------------------------------------------------------------

export const ticketPage = pageOf(ticketView);
export const ticketBody = z.object({
  title: z.string().min(1).max(200),
  body: z.string().max(10_000).default(''),
  kind: z.enum(['incident', 'observation', 'request', 'business', 'technology']).default('request'),
  priority: z.number().int().min(1).max(5).default(3),
  owner: z.string().nullable().default(null),
  incidentId: z.string().nullable().default(null),
  functionName: z.string().nullable().default(null),
  city: z.string().nullable().default(null),
  dueAt: instant.nullable().default(null),
});
export const ticketChange = z.object({
  version: z.number().int(),
  title: z.string().min(1).max(200).optional(),
  body: z.string().max(10_000).optional(),
  priority: z.number().int().min(1).max(5).optional(),
  state: z.enum(['open', 'in-progress', 'waiting', 'done']).optional(),
  owner: z.string().nullable().optional(),
  dueAt: instant.nullable().optional(),
  comment: z.string().max(4000).optional(),
});
export const ticketDetail = z.object({ ticket: ticketView, history: list(timelineEntry) });

const maybeInstant = instant.nullable();
export const retroView = z.object({
  id: z.string(),
  incidentId: z.string(),
  incidentNumber: z.number().int(),
  title: z.string(),
  state: z.enum(['draft', 'held', 'closed']),
  facts: z.object({
    startedAt: instant,
    firstAlertAt: maybeInstant,
    openedAt: instant,
    firstPageAt: maybeInstant,
    acceptedAt: maybeInstant,
    firstMemberNoticeAt: maybeInstant,
    partnerContactedAt: maybeInstant,
    partnerNoticeAt: maybeInstant,
    recoveredAt: maybeInstant,
    resolvedAt: maybeInstant,
    alerts: z.number().int(),
    pages: z.number().int(),
    observations: z.number().int(),
    escalations: z.number().int(),
  }),
  summary: z.string(),
  rootCause: z.string(),
  wentWell: z.string(),
  wentBadly: z.string(),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export const retroList = z.object({ items: list(retroView) });
export const retroDetail = z.object({
  retro: retroView,
  timeline: list(timelineEntry),
  improvements: list(improvementView),
});
export const retroChange = z.object({
  version: z.number().int(),
  state: z.enum(['draft', 'held', 'closed']).optional(),
  summary: z.string().max(10_000).optional(),
  rootCause: z.string().max(10_000).optional(),
  wentWell: z.string().max(10_000).optional(),
  wentBadly: z.string().max(10_000).optional(),
});

export const improvementList = z.object({ items: list(improvementView) });
export const improvementBody = z.object({
  title: z.string().min(1).max(200),
  body: z.string().max(10_000).default(''),
  retroId: z.string().nullable().default(null),
  incidentId: z.string().nullable().default(null),
  owner: z.string().nullable().default(null),
  dueAt: instant.nullable().default(null),
  change: z
    .object({ kind: z.enum(['watermark', 'rule']), rule: z.string().min(1), after: z.string().min(1).max(20_000) })
    .nullable()
    .default(null),
});
export const decideBody = z.object({
  version: z.number().int(),
  decision: z.enum(['adopted', 'rejected']),
  reason: z.string().min(1).max(500),
});
/** Rules that an improvement can change, with their definition as it stands. */
export const ruleDefinition = z.object({
  kind: z.enum(['watermark', 'rule']),
  rule: z.string(),
  title: z.string(),
  definition: z.string(),
});
export const ruleDefinitionList = z.object({ items: list(ruleDefinition) });

// ---- public: status page and app feed ----------------------------------------------------------------------------

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
  topic: z.enum(['incident', 'alert', 'duty', 'ticket', 'retro', 'improvement', 'notice', 'level', 'observation']),
  id: z.string(),
});
