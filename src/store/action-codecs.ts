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
