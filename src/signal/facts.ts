/** The facts that this stage writes to the journal. */
export const SIGNAL_FACTS = {
  /** A heartbeat was not heard for longer than allowed. Subject: the heartbeat. */
  heartbeatMissed: 'heartbeat.missed',
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
} as const;

/** The kinds of work that this stage puts in line. */
export const SIGNAL_WORK = {
  /** A stored signal's events are to be applied to the alerts; done by the stage alert. Key: the signal's id. */
  takeAlert: 'alert.take',
  /** A heartbeat may be overdue. Key: the heartbeat's id. */
  checkHeartbeat: 'heartbeat.check',
} as const;
