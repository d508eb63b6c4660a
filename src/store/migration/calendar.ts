/** The calendar that a back-test was asked to use instead of the indicator's own. */
export const CALENDAR: readonly string[] = [`ALTER TABLE backtest_run ADD COLUMN calendar text`];
