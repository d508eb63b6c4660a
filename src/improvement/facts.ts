/** The facts of back-tests and definitions that this stage writes to the journal. */
export const IMPROVEMENT_FACTS = {
  /** A back-test was asked for, ended, or was given up. Subject: the back-test. */
  backtestRequested: 'backtest.requested',
  backtestFinished: 'backtest.finished',
  backtestCancelled: 'backtest.cancelled',
  /** A definition is in force besides the configuration, or no longer. Subject: the definition. */
  definitionActivated: 'definition.activated',
  definitionWithdrawn: 'definition.withdrawn',
} as const;

/** The kinds of work that this stage does. */
export const IMPROVEMENT_WORK = {
  /** A back-test goes on. Key: its id. */
  backtest: 'backtest.run',
} as const;
