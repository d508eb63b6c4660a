import { z } from 'zod';
import { instant, list } from './base.ts';

const maybe = instant.nullable();
const linkView = z.object({
  protocol: z.enum(['alarm', 'ticket']),
  state: z.enum(['unknown', 'up', 'down']),
  /** Whether we are registered at the partner's hub. */
  registered: z.boolean(),
  lastOkAt: maybe,
  lastEventAt: maybe,
  lastError: z.string().nullable(),
});
export const partnerTicketView = z.object({
  id: z.string(),
  partner: z.string(),
  partnerTitle: z.string(),
  incidentId: z.string(),
  incidentNumber: z.number().int().nullable(),
  state: z.enum(['due', 'open', 'resolved', 'closed', 'failed']),
  remoteId: z.string().nullable(),
  /** In the partner's own word. */
  remoteStatus: z.string().nullable(),
  severity: z.string(),
  title: z.string(),
  body: z.string(),
  notes: list(z.object({ at: instant, author: z.string(), text: z.string(), origin: z.enum(['own', 'partner']) })),
  createdAt: instant,
  openedAt: maybe,
  acknowledgedAt: maybe,
  promisedAt: maybe,
  resolvedAt: maybe,
  lastError: z.string().nullable(),
});
export const partnerAlarmView = z.object({
  number: z.number().int(),
  partner: z.string(),
  origin: z.enum(['partner', 'own']),
  words: z.string(),
  perceivedSeverity: z.string(),
  probableCause: z.string(),
  alarmedObject: z.string(),
  acknowledged: z.boolean(),
  raisedAt: instant,
});
export const ledgerView = z.object({
  id: z.string(),
  partner: z.string(),
  partnerTitle: z.string(),
  incidentId: z.string(),
  incidentNumber: z.number().int(),
  title: z.string(),
  startedAt: instant,
  detectedAt: maybe,
  noticedAt: maybe,
  noticeBy: z.string().nullable(),
  /** ms that we saw it before the partner told it; below zero they were first. */
  lead: z.number().int().nullable(),
  contactedAt: maybe,
  acknowledgedAt: maybe,
  promisedAt: maybe,
  promiseBy: z.enum(['word', 'contract']).nullable(),
  kept: z.boolean().nullable(),
  resolvedAt: maybe,
  /** What the silent ones share, in words, the surest first. */
  evidence: list(z.string()),
});
export const partnerMonth = z.object({
  partner: z.string(),
  partnerTitle: z.string(),
  month: z.string(),
  interruptions: z.number().int(),
  resolved: z.number().int(),
  duration: z.number().int(),
  longest: z.number().int(),
  medianLead: z.number().int().nullable(),
  untold: z.number().int(),
  medianAcknowledge: z.number().int().nullable(),
  kept: z.number().int(),
  broken: z.number().int(),
});
export const partnerView = z.object({
  name: z.string(),
  title: z.string(),
  email: z.string().nullable(),
  /** Components of the topology that it runs. */
  components: list(z.object({ name: z.string(), title: z.string() })),
  /** `troubled` by a live incident with it, `reported` by an alarm of its own alone. */
  state: z.enum(['quiet', 'reported', 'troubled']),
  links: list(linkView),
  takesTickets: z.boolean(),
  alarms: list(partnerAlarmView),
  tickets: list(partnerTicketView),
  /** Live incidents with it. */
  incidents: list(z.object({ id: z.string(), number: z.number().int(), title: z.string() })),
});
export const partnerOverview = z.object({ partners: list(partnerView) });
export const partnerLedger = z.object({ rows: list(ledgerView), months: list(partnerMonth) });
export const partnerTicketBody = z.object({ partner: z.string().min(1).max(64) });
export const partnerNoteBody = z.object({
  text: z.string().min(1).max(4000),
  /** Closes the ticket at the partner, with the text as the reason. */
  close: z.boolean().default(false),
});
