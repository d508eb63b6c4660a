/** Alerts that flap: how often those of a fingerprint ended is asked for where one ends. */
export const FLAPPING: readonly string[] = [
  `ALTER TABLE alert ADD COLUMN flapping_since bigint`,
  `ALTER TABLE alert ADD COLUMN flipped_at bigint`,
  `ALTER TABLE alert ADD COLUMN calm_at bigint`,
  `CREATE INDEX alert_ended ON alert (fingerprint, resolved_at) WHERE state = 'resolved'`,
];
