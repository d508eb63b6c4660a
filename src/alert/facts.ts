/** The facts that this stage writes to the journal. Refreshes that change nothing visible write none. */
export const ALERT_FACTS = {
  /** A rule sees a deviation that has not lasted long enough to fire. Written once. */
  pending: 'alert.pending',
  /** An alert fires and is told: correlation takes it from here. */
  fired: 'alert.fired',
  /** An alert fires but is quiet, by a silence, announced work or another alert. */
  silenced: 'alert.silenced',
  /** What kept an alert quiet that was told before is over: its incident may still wait for a chain. Once an incident. */
  loudAgain: 'alert.loud-again',
  /** An alert fires and waits for others of its group before it is told. */
  held: 'alert.held',
  /** An open alert's severity changed at its source; a louder one is correlated anew. */
  severityChanged: 'alert.severity-changed',
  /** A firing alert began and ended so often that it counts as one that fires. Subject: the alert; data: ends. */
  flapping: 'alert.flapping',
  /** A pending alert went away without firing. */
  cleared: 'alert.cleared',
  /** A firing alert ended: by its source, or because it was not sent again. */
  resolved: 'alert.resolved',
  /** A person silenced matching alerts for a while. Subject: the silence. */
  silenceCreated: 'silence.created',
  /** A silence ended, by a person or by time; what still fires under it is told now. */
  silenceEnded: 'silence.ended',
  /** A silence ends soon; its author is told. Subject: the silence; data: firing, paging, alerts. */
  silenceEnding: 'silence.ending',
  /** A silence keeps quiet what would page somebody; its author is told. Subject: the silence. */
  silenceCovers: 'silence.covers',
  /** A silence was changed. Subject: the silence. */
  silenceChanged: 'silence.changed',
  /** A person announced work during which matching alerts are expected. Subject: the window. */
  maintenancePlanned: 'maintenance.planned',
  /** A person changed announced work. Subject: the window; data: startsAt, endsAt, before. */
  maintenanceChanged: 'maintenance.changed',
  /** Announced work begins soon; those who want to know are told. Subject: the window; data: startsAt, endsAt, tell. */
  maintenanceSoon: 'maintenance.soon',
  /** Announced work ended; what still fires is told now. */
  maintenanceEnded: 'maintenance.ended',
  /** A person planned recurring work, changed it, or ended it. Subject: the plan; data: rule, starts, zone, duration. */
  planMade: 'maintenance-plan.made',
  planChanged: 'maintenance-plan.changed',
  planEnded: 'maintenance-plan.ended',
} as const;

/** The kinds of work that this stage does. */
export const ALERT_WORK = {
  /** The next alert may have outlived its last sending. Key: `next`. */
  expire: 'alert.expire',
  /** The author of a silence is told soon. Key: `ID:ends` or `ID:covers`. */
  remind: 'alert.remind',
  /** Announced work is told before it begins. Key: the window's id. */
  announce: 'alert.announce',
  /** The next window of recurring work is made. Key: the plan's id. */
  nextWindow: 'alert.next-window',
  /** Announced work of the configuration is brought in line with it. Key: `all`. */
  configureWork: 'alert.configure-work',
  /** A group that was held back is told. Key: the group. */
  tellGroup: 'alert.tell-group',
  /** The rules of inhibition changed: decide again who inhibits whom. Key: `all`. */
  reinhibit: 'alert.reinhibit',
  /** A silence or window begins or ends: decide again what is quiet. Key: `ID:begin` or `ID:end`. */
  requiet: 'alert.requiet',
} as const;
