import type { DutyAbsence, DutyCall, DutyFeed, DutyHandover, DutySwap, TemporaryDuty } from '../action/nouns.ts';
import { codec } from './codec.ts';

export const TEMPORARY = codec<TemporaryDuty>({
  id: 'text',
  name: 'text',
  people: 'json',
  starts: 'text',
  ends: 'text',
  handover: 'text',
  every: 'whole',
  createdBy: 'text',
  cancelledAt: 'whole',
});

export const ABSENCE = codec<DutyAbsence>({
  id: 'text',
  person: 'text',
  startsAt: 'whole',
  endsAt: 'whole',
  reason: 'text',
  createdBy: 'text',
  cancelledAt: 'whole',
});

export const SWAP = codec<DutySwap>({
  id: 'text',
  asker: 'text',
  other: 'text',
  startsAt: 'whole',
  endsAt: 'whole',
  backStartsAt: 'whole',
  backEndsAt: 'whole',
  reason: 'text',
  state: 'text',
  askedAt: 'whole',
  answeredAt: 'whole',
});

export const HANDOVER = codec<DutyHandover>({
  id: 'text',
  from: 'text',
  to: 'text',
  at: 'whole',
  state: 'text',
  brief: 'text',
  askedAt: 'whole',
  acceptedAt: 'whole',
  override: 'text',
});

export const CALL = codec<DutyCall>({
  id: 'text',
  key: 'text',
  kind: 'text',
  subjectId: 'text',
  person: 'text',
  channel: 'text',
  address: 'text',
  subject: 'text',
  text: 'text',
  state: 'text',
  createdAt: 'whole',
  handedOverAt: 'whole',
  attempts: 'whole',
  lastError: 'text',
  vendor: 'text',
  receipt: 'text',
  answerHash: 'text',
  answeredAt: 'whole',
});

export const FEED = codec<DutyFeed>({
  id: 'text',
  person: 'text',
  secretHash: 'text',
  createdBy: 'text',
  createdAt: 'whole',
  lastReadAt: 'whole',
  revokedAt: 'whole',
});
