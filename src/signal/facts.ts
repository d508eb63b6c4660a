/** The facts that this stage writes to the journal. */
export const SIGNAL_FACTS = {
  /** A heartbeat was not heard for longer than allowed. Subject: the heartbeat. */
  heartbeatMissed: 'heartbeat.missed',
  /** A heartbeat said that its work failed. Subject: the heartbeat; data: exit. */
  heartbeatFailed: 'heartbeat.failed',
  /** A heartbeat is not expected for now; it is expected again. Subject: the heartbeat. */
  heartbeatPaused: 'heartbeat.paused',
  heartbeatResumed: 'heartbeat.resumed',
  /** An address for pings was made, or revoked. Subject: the heartbeat. */
  pingUrlMade: 'heartbeat.address-made',
  pingUrlRevoked: 'heartbeat.address-revoked',
  /** A heartbeat that was missed is heard again. Subject: the heartbeat. */
  heartbeatRecovered: 'heartbeat.recovered',
  /** An agent recorded what a member told. Subject: the observation. */
  observationRecorded: 'observation.recorded',
  /** Recorded samples are about to be deleted. Subject: the series, by their selectors. */
  seriesDeletionOrdered: 'series.deletion-ordered',
  /** Recorded samples were deleted; caused by the order. Subject: the series, by their selectors. */
  seriesDeleted: 'series.deleted',
  /** A body could not be mapped and was put aside. Subject: the signal. */
  signalQuarantined: 'signal.quarantined',
  /** What was put aside was taken after all, by a person. Subject: the signal put aside. */
  signalRetried: 'signal.retried',
  /** What was put aside was thrown away by a person. Subject: the signal put aside. */
  signalDiscarded: 'signal.discarded',
  /** Somebody at a source acknowledged an alert there. Subject: the signal; data names the alert by fingerprint. */
  alertAcknowledged: 'signal.alert-acknowledged',
  /** A source told that something was changed on purpose. Subject: the signal; data says what and when. */
  changeRecorded: 'signal.change-recorded',
  /** A subscription to a topic of Amazon SNS was confirmed. Subject: the message. */
  subscriptionConfirmed: 'signal.subscription-confirmed',
  /** A partner's status page could not be read for a while, or can be read again. Subject: the status page. */
  statusPageLost: 'status-page.lost',
  statusPageFound: 'status-page.found',
} as const;

/** The kinds of work that this stage puts in line. */
export const SIGNAL_WORK = {
  /** A stored signal's events are to be applied to the alerts; done by the stage alert. Key: the signal's id. */
  takeAlert: 'alert.take',
  /** A heartbeat may be overdue. Key: the heartbeat's id. */
  checkHeartbeat: 'heartbeat.check',
  /** Old rows put aside are deleted, once a day. */
  tidy: 'signal.tidy',
  /** A subscription of SNS is confirmed by calling the address it named. Key: the message's id. */
  confirmSubscription: 'signal.confirm-subscription',
  /** A partner's status page is read. Key: its name. */
  pollStatusPage: 'status-page.poll',
} as const;
