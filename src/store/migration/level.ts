/** Forecasts, events and losses; back-tests and definitions in force. */
export const LEVEL: readonly string[] = [
  `CREATE TABLE forecast (
    id text NOT NULL PRIMARY KEY, indicator text NOT NULL, number bigint NOT NULL, note text NOT NULL,
    series_count bigint NOT NULL, point_count bigint NOT NULL, starts_at bigint NOT NULL, ends_at bigint NOT NULL,
    imported_by text NOT NULL, imported_at bigint NOT NULL, withdrawn_by text, withdrawn_at bigint,
    version bigint NOT NULL, UNIQUE (indicator, number))`,
  `CREATE INDEX forecast_ends ON forecast (ends_at)`,
  `CREATE TABLE forecast_points (
    id text NOT NULL PRIMARY KEY, forecast_id text NOT NULL, labels text NOT NULL, times text NOT NULL,
    points text NOT NULL)`,
  `CREATE INDEX forecast_points_of ON forecast_points (forecast_id)`,
  `CREATE TABLE level_event (
    id text NOT NULL PRIMARY KEY, title text NOT NULL, indicators text NOT NULL, series text NOT NULL,
    starts_at bigint NOT NULL, ends_at bigint NOT NULL, factor double precision NOT NULL, created_by text NOT NULL,
    created_at bigint NOT NULL, cancelled_at bigint, version bigint NOT NULL)`,
  `CREATE INDEX level_event_ends ON level_event (ends_at)`,
  `CREATE TABLE loss (
    id text NOT NULL PRIMARY KEY, fingerprint text NOT NULL, alert text NOT NULL, indicator text NOT NULL,
    labels text NOT NULL, side text NOT NULL, starts_at bigint NOT NULL, ends_at bigint NOT NULL,
    amount double precision NOT NULL, expected double precision NOT NULL, unit text NOT NULL, open integer NOT NULL,
    UNIQUE (fingerprint, starts_at))`,
  `CREATE INDEX loss_starts ON loss (starts_at)`,
  `CREATE INDEX loss_open ON loss (open) WHERE open = 1`,
  `CREATE TABLE backtest_run (
    id text NOT NULL PRIMARY KEY, kind text NOT NULL, rule text NOT NULL, definition text NOT NULL, before text,
    source text NOT NULL, history_from bigint NOT NULL, history_to bigint NOT NULL, state text NOT NULL,
    progress double precision NOT NULL, result text, error text, requested_by text NOT NULL, created_at bigint NOT NULL,
    started_at bigint, finished_at bigint, version bigint NOT NULL)`,
  `CREATE TABLE backtest_text (
    run_id text NOT NULL, part text NOT NULL, content text NOT NULL, PRIMARY KEY (run_id, part))`,
  `CREATE TABLE definition (
    id text NOT NULL PRIMARY KEY, kind text NOT NULL, rule text NOT NULL, definition text NOT NULL, before text,
    reason text NOT NULL, improvement_id text, backtest_id text, activated_by text NOT NULL,
    activated_at bigint NOT NULL, withdrawn_by text, withdrawn_at bigint, version bigint NOT NULL)`,
  `CREATE UNIQUE INDEX definition_in_force ON definition (kind, rule) WHERE withdrawn_at IS NULL`,
];
