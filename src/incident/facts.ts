/** The facts that this stage writes to the journal. */
export const INCIDENT_FACTS = {
  /** An incident was opened, by correlation or by a person. Releases the chain. */
  opened: 'incident.opened',
  /** An alert was found to belong to an incident. */
  alertAttached: 'incident.alert-attached',
  /** An alert that opens incidents was over before its turn came: nobody was paged for it. Subject: the alert. */
  alertPassed: 'incident.alert-passed',
  /** An observation of the call centre was found to belong to an incident: impact, never cause. */
  observationAttached: 'incident.observation-attached',
  /** Title, summary, phase or reach changed. */
  updated: 'incident.updated',
  /** More is hurt than was known. Never written for a severity that goes down. */
  severityRaised: 'incident.severity-raised',
  /** A person lowered the severity. */
  severityLowered: 'incident.severity-lowered',
  /** The probable cause was found, or another one became more probable. */
  causeFound: 'incident.cause-found',
  /** The measures point at something else than before, or say nothing any more; data: component or abstained. */
  causeMeasured: 'incident.cause-measured',
  /** The duty officer took it: escalation stops. */
  accepted: 'incident.accepted',
  /** The one who took it gave it back: escalation goes on. */
  unaccepted: 'incident.unaccepted',
  /** Another one has it now, who was asked and accepted; data: from, to. */
  handedOver: 'incident.handed-over',
  /** It turned out to be part of another incident: its chain ends. Written on the one that ends. */
  merged: 'incident.merged',
  /** Another incident turned out to be part of this one. Written on the one that remains. */
  absorbed: 'incident.absorbed',
  /** Alerts were taken out into an incident of their own, which has its own `incident.opened`. */
  split: 'incident.split',
  /** A merge was taken back: it is open again. Releases the chain. */
  unmerged: 'incident.unmerged',
  /** Something was changed somewhere: a deploy, a setting, a campaign. */
  changeRecorded: 'change.recorded',
  /** A person accepted or rejected a learnt edge of the topology. */
  edgeAccepted: 'edge.accepted',
  edgeRejected: 'edge.rejected',
  /** A call was seen that stands in no configuration. */
  edgeProposed: 'edge.proposed',
  /** Over, by a person or because all its alerts have been over for a while. */
  resolved: 'incident.resolved',
  /** It was not over. */
  reopened: 'incident.reopened',
  /** A person wrote something down. */
  noted: 'incident.noted',
  /** A person corrected a row of the timeline; what it said before is kept. */
  corrected: 'incident.corrected',
} as const;

/** The kinds of work that this stage does. */
export const INCIDENT_WORK = {
  /** An alert fired or became louder: attach it, or open an incident. Leads here: alert.fired, alert.severity-changed. */
  attach: 'incident.attach',
  /** An alert is over: perhaps the last one. Leads here: alert.resolved. */
  release: 'incident.release',
  /** An observation was recorded. Leads here: observation.recorded. */
  observe: 'incident.observe',
  /** An alert was acknowledged at its source. Leads here: signal.alert-acknowledged. */
  acknowledge: 'incident.acknowledge',
  /** A source told of a change. Leads here: signal.change-recorded. */
  takeChange: 'incident.take-change',
  /** All alerts have been over for a while: resolve, unless one came back. Key: the incident's id. */
  settle: 'incident.settle',
  /** Ask the measures what explains an incident. Key: the incident's id. */
  explain: 'incident.explain',
  /** Look at cause, title and severity again. Key: the incident's id. */
  assess: 'incident.assess',
} as const;
