import type { IncidentCare, IncidentHandover, SlaClock } from '../action/care/nouns.ts';
import type {
  ChainRun,
  Delivery,
  DutyOverride,
  MemberNotice,
  Page,
  PartnerContact,
  PlaybookRun,
  PushDevice,
} from '../action/nouns.ts';
import { codec } from './codec.ts';

export const OVERRIDE = codec<DutyOverride>({
  id: 'text',
  person: 'text',
  startsAt: 'whole',
  endsAt: 'whole',
  reason: 'text',
  createdBy: 'text',
  cancelledAt: 'whole',
});

export const CHAIN = codec<ChainRun>({
  id: 'text',
  incidentId: 'text',
  chain: 'text',
  snapshot: 'json',
  state: 'text',
  startedAt: 'whole',
  nextStep: 'whole',
  round: 'whole',
  nextActionAt: 'whole',
  waited: 'whole',
  paged: 'whole',
});

export const PAGE = codec<Page>({
  id: 'text',
  key: 'text',
  incidentId: 'text',
  chainRunId: 'text',
  person: 'text',
  channel: 'text',
  address: 'text',
  reason: 'text',
  state: 'text',
  createdAt: 'whole',
  handedOverAt: 'whole',
  attempts: 'whole',
  lastError: 'text',
  receipt: 'text',
  acceptHash: 'text',
  acceptedAt: 'whole',
  purpose: 'text',
  about: 'text',
  replyHash: 'text',
  replyUsedAt: 'whole',
});

export const CARE = codec<IncidentCare>({
  id: 'text',
  owner: 'text',
  ownedSince: 'whole',
  progressAt: 'whole',
  remindedAt: 'whole',
  snoozedAt: 'whole',
  snoozedUntil: 'whole',
  snoozedBy: 'text',
  snoozeReason: 'text',
  snoozeSeverity: 'text',
  snoozeComponents: 'json',
  promisedAt: 'whole',
  promiseSetAt: 'whole',
  promisedBy: 'text',
  promiseRemindedAt: 'whole',
  promisesKept: 'whole',
  promisesBroken: 'whole',
  nextAt: 'whole',
});

export const INCIDENT_HANDOVER = codec<IncidentHandover>({
  id: 'text',
  incidentId: 'text',
  fromName: 'text',
  from: 'text',
  target: 'text',
  asked: 'json',
  declined: 'json',
  reason: 'text',
  state: 'text',
  askedAt: 'whole',
  dueAt: 'whole',
  answeredAt: 'whole',
  answeredBy: 'text',
});

export const SLA_CLOCK = codec<SlaClock>({
  id: 'text',
  incidentId: 'text',
  kind: 'text',
  sla: 'text',
  severity: 'text',
  functions: 'json',
  span: 'whole',
  hours: 'json',
  startedAt: 'whole',
  warnAt: 'whole',
  dueAt: 'whole',
  warnedAt: 'whole',
  stoppedAt: 'whole',
  brokenAt: 'whole',
  state: 'text',
  warn: 'json',
  broken: 'json',
});

export const DELIVERY = codec<Delivery>({
  id: 'text',
  pageId: 'text',
  incidentId: 'text',
  vendor: 'text',
  reference: 'text',
  state: 'text',
  said: 'text',
  takenAt: 'whole',
  receiptDue: 'whole',
  receiptAt: 'whole',
  receipt: 'text',
});

export const PUSH_DEVICE = codec<PushDevice>({
  id: 'text',
  account: 'text',
  name: 'text',
  endpoint: 'text',
  p256dh: 'text',
  auth: 'text',
  createdAt: 'whole',
  lastUsedAt: 'whole',
});

export const NOTICE = codec<MemberNotice>({
  id: 'text',
  incidentId: 'text',
  phase: 'text',
  severity: 'text',
  title: 'json',
  body: 'json',
  agentWord: 'json',
  functions: 'json',
  cities: 'json',
  publishedAt: 'whole',
  publishedBy: 'text',
});

export const CONTACT = codec<PartnerContact>({
  id: 'text',
  key: 'text',
  incidentId: 'text',
  partner: 'text',
  address: 'text',
  subject: 'text',
  body: 'text',
  state: 'text',
  createdAt: 'whole',
  handedOverAt: 'whole',
  attempts: 'whole',
  lastError: 'text',
});

export const PLAYBOOK = codec<PlaybookRun>({
  id: 'text',
  incidentId: 'text',
  playbook: 'text',
  startedBy: 'text',
  startedAt: 'whole',
  state: 'text',
  step: 'whole',
  results: 'json',
  finishedAt: 'whole',
  deadline: 'whole',
});
