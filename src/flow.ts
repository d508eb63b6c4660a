/**
 * The flow of Lamplighter in one place: eight stages in their order. A stage writes facts to the journal; the facts it
 * reacts to are listed with it, each leading to a kind of work that its handlers do. Facts travel right, imports point
 * left. Read this file first, then the index.ts of the stage you are after.
 *
 *     signal -> expectation -> alert -> incident -> action -> ticket -> retro -> improvement -> (expectation, action)
 */
import { ACTION_FACTS, ACTION_WORK } from './action/index.ts';
import { ALERT_FACTS } from './alert/index.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from './incident/index.ts';
import { PARTNER_FACTS, PARTNER_WORK } from './partner/index.ts';
import { RETRO_WORK } from './retro/index.ts';
import { SIGNAL_FACTS } from './signal/index.ts';
import { TICKET_WORK } from './ticket/index.ts';

interface Reaction {
  /** The fact, and the kind of work it leads to. */
  readonly fact: string;
  readonly work: string;
  /** 0 is paging, 1 alert intake and correlation, 2 incidents, 3 tickets and partners, 4 member notices, 5 the rest. */
  readonly priority: number;
  /** One row stands for all facts of an incident that wait at the same time: the work looks at the incident anyway. */
  readonly per?: 'incident';
  /** How long after the fact, ms. */
  readonly delay?: number;
  /** Where the data tell storms apart: beyond a burst of one value, its work stands behind everything else's. */
  readonly storm?: string;
  /** Only facts whose data hold these values; every one if left out. */
  readonly when?: Readonly<Record<string, string>>;
}

interface Stage {
  readonly name: string;
  readonly about: string;
  readonly reactions: readonly Reaction[];
}

export const FLOW: readonly Stage[] = [
  { name: 'signal', about: 'what comes in: samples, alerts, webhooks, heartbeats, observations', reactions: [] },
  { name: 'expectation', about: 'what should be true at this hour: rules, watermarks, bands', reactions: [] },
  // Alerts are taken from the signal's own work row (alert.take), put in line where the signal is stored.
  { name: 'alert', about: 'what is not as expected: pending, firing, resolved; quiet or not', reactions: [] },
  {
    name: 'incident',
    about: 'what it means together: few incidents with a probable cause',
    reactions: [
      { fact: ALERT_FACTS.fired, work: INCIDENT_WORK.attach, priority: 1, storm: 'name' },
      { fact: ALERT_FACTS.severityChanged, work: INCIDENT_WORK.attach, priority: 1 },
      { fact: ALERT_FACTS.resolved, work: INCIDENT_WORK.release, priority: 2 },
      { fact: SIGNAL_FACTS.observationRecorded, work: INCIDENT_WORK.observe, priority: 2 },
      { fact: SIGNAL_FACTS.alertAcknowledged, work: INCIDENT_WORK.acknowledge, priority: 2 },
      { fact: SIGNAL_FACTS.changeRecorded, work: INCIDENT_WORK.takeChange, priority: 2 },
    ],
  },
  {
    name: 'action',
    about: 'the chain: page, escalate, tell members, contact partners, switch over',
    reactions: [
      { fact: INCIDENT_FACTS.opened, work: ACTION_WORK.startChain, priority: 0 },
      { fact: INCIDENT_FACTS.reopened, work: ACTION_WORK.startChain, priority: 0 },
      { fact: INCIDENT_FACTS.unmerged, work: ACTION_WORK.startChain, priority: 0 },
      // An incident whose alerts were all silenced so far is woken by the first one that is not.
      { fact: INCIDENT_FACTS.alertAttached, work: ACTION_WORK.startChain, priority: 0, per: 'incident' },
      // Or by one that became quiet after it was told, and before its chain was started.
      { fact: ALERT_FACTS.loudAgain, work: ACTION_WORK.startChain, priority: 0, per: 'incident' },
      { fact: INCIDENT_FACTS.severityRaised, work: ACTION_WORK.startChain, priority: 0 },
      { fact: INCIDENT_FACTS.accepted, work: ACTION_WORK.acceptChain, priority: 0 },
      { fact: INCIDENT_FACTS.unaccepted, work: ACTION_WORK.resumeChain, priority: 0 },
      { fact: INCIDENT_FACTS.resolved, work: ACTION_WORK.endChain, priority: 2 },
      { fact: INCIDENT_FACTS.merged, work: ACTION_WORK.endChain, priority: 2 },
      { fact: INCIDENT_FACTS.resolved, work: ACTION_WORK.tellRecovery, priority: 4 },
      // What is asked of the one who has it: updates, promises, clocks.
      ...[
        INCIDENT_FACTS.opened,
        INCIDENT_FACTS.reopened,
        INCIDENT_FACTS.unmerged,
        INCIDENT_FACTS.accepted,
        INCIDENT_FACTS.unaccepted,
        INCIDENT_FACTS.handedOver,
        INCIDENT_FACTS.resolved,
        INCIDENT_FACTS.merged,
        INCIDENT_FACTS.noted,
        INCIDENT_FACTS.updated,
        INCIDENT_FACTS.corrected,
        INCIDENT_FACTS.severityRaised,
        INCIDENT_FACTS.severityLowered,
        INCIDENT_FACTS.split,
        INCIDENT_FACTS.absorbed,
        ACTION_FACTS.noticePublished,
        ACTION_FACTS.playbookStarted,
        ACTION_FACTS.playbookAborted,
      ].map((fact) => ({ fact, work: ACTION_WORK.careLook, priority: 2 })),
      // An alert may hurt something new: once for many of them.
      { fact: INCIDENT_FACTS.alertAttached, work: ACTION_WORK.careLook, priority: 2, per: 'incident', delay: 2000 },
      // The author of a silence is told before it ends, when it ended by time, and when it keeps a page quiet.
      { fact: ALERT_FACTS.silenceEnding, work: ACTION_WORK.tellAuthor, priority: 3 },
      { fact: ALERT_FACTS.silenceCovers, work: ACTION_WORK.tellAuthor, priority: 3 },
      { fact: ALERT_FACTS.silenceEnded, work: ACTION_WORK.tellAuthor, priority: 3, when: { by: 'time' } },
      { fact: ALERT_FACTS.maintenanceSoon, work: ACTION_WORK.tellWork, priority: 3 },
      // The exchange with partners: src/partner, beside the chain.
      { fact: INCIDENT_FACTS.accepted, work: PARTNER_WORK.answerIncident, priority: 3 },
      { fact: INCIDENT_FACTS.resolved, work: PARTNER_WORK.answerIncident, priority: 3 },
      { fact: ACTION_FACTS.partnerTicketWanted, work: PARTNER_WORK.openTicket, priority: 3 },
      { fact: INCIDENT_FACTS.resolved, work: PARTNER_WORK.endTicket, priority: 3 },
      { fact: INCIDENT_FACTS.opened, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: INCIDENT_FACTS.causeFound, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: INCIDENT_FACTS.resolved, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: INCIDENT_FACTS.reopened, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: INCIDENT_FACTS.merged, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: ACTION_FACTS.partnerContacted, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: PARTNER_FACTS.alarmAcknowledged, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: PARTNER_FACTS.ticketOpened, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: PARTNER_FACTS.ticketChanged, work: PARTNER_WORK.ledger, priority: 5 },
      { fact: PARTNER_FACTS.attributed, work: PARTNER_WORK.ledger, priority: 5 },
    ],
  },
  {
    name: 'ticket',
    about: 'who does the lasting work',
    reactions: [
      { fact: ACTION_FACTS.ticketWanted, work: TICKET_WORK.open, priority: 3 },
      // Louder alerts open an incident, whose chain opens the ticket.
      { fact: ALERT_FACTS.fired, work: TICKET_WORK.openForAlert, priority: 3, when: { severity: 'warning' } },
      { fact: INCIDENT_FACTS.resolved, work: TICKET_WORK.noteResolved, priority: 3 },
    ],
  },
  {
    name: 'retro',
    about: 'what was learned: facts prefilled from the journal',
    reactions: [
      { fact: INCIDENT_FACTS.resolved, work: RETRO_WORK.prefill, priority: 5 },
      { fact: INCIDENT_FACTS.corrected, work: RETRO_WORK.prefill, priority: 5 },
    ],
  },
  { name: 'improvement', about: 'what changes, proved by replay', reactions: [] },
];

/** The work that each fact leads to, for the journal's outbox. */
export const SUBSCRIPTIONS: Readonly<Record<string, readonly Subscription[]>> = subscriptionsOf(FLOW);

type Subscription = Pick<Reaction, 'priority' | 'per' | 'delay' | 'storm' | 'when'> & { readonly kind: string };

function subscriptionsOf(flow: readonly Stage[]): Record<string, Subscription[]> {
  const byFact: Record<string, Subscription[]> = {};
  for (const { reactions } of flow) {
    for (const { fact, work, ...how } of reactions) (byFact[fact] ??= []).push({ kind: work, ...how });
  }
  return byFact;
}
