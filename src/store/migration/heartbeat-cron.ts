/** Heartbeats by cron expression, their longest run, and pauses. */
export const HEARTBEAT_CRON: readonly string[] = [
  `ALTER TABLE heartbeat ADD COLUMN cron text`,
  `ALTER TABLE heartbeat ADD COLUMN zone text NOT NULL DEFAULT 'UTC'`,
  `ALTER TABLE heartbeat ADD COLUMN runtime bigint`,
  `ALTER TABLE heartbeat ADD COLUMN watched_since bigint`,
];
