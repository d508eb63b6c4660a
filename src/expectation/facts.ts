/** The facts that this stage writes to the journal. */
export const EXPECTATION_FACTS = {
  /** A forecast was imported, withdrawn, or put back in force. Subject: the forecast. */
  forecastImported: 'forecast.imported',
  forecastWithdrawn: 'forecast.withdrawn',
  forecastRestored: 'forecast.restored',
  /** An event was added, changed, ended before its time, or cancelled. Subject: the event. */
  eventAdded: 'event.added',
  eventChanged: 'event.changed',
  eventEnded: 'event.ended',
  eventCancelled: 'event.cancelled',
  /** A deviation is over, and what it cost is known. Subject: the loss. */
  lossCounted: 'loss.counted',
} as const;
