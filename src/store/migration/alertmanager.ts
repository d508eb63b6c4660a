/** Inhibition, groups that are told together, and what Alertmanager's API knows of a silence. */
export const ALERTMANAGER: readonly string[] = [
  `ALTER TABLE alert ADD COLUMN inhibited_by text`,
  `ALTER TABLE alert ADD COLUMN held_by text`,
  `CREATE INDEX alert_held ON alert (held_by, id) WHERE held_by IS NOT NULL`,
  `CREATE INDEX alert_severity ON alert (severity, id) WHERE state IN ('pending', 'firing')`,
  `CREATE TABLE inhibition (
    rule text NOT NULL, equal_key text NOT NULL, alert_id text NOT NULL, fingerprint text NOT NULL,
    is_source integer NOT NULL, is_target integer NOT NULL, PRIMARY KEY (rule, equal_key, alert_id))`,
  `CREATE INDEX inhibition_alert ON inhibition (alert_id)`,
  `CREATE TABLE alert_group (id text NOT NULL PRIMARY KEY, told_at bigint NOT NULL)`,
  `ALTER TABLE silence ADD COLUMN author_id text`,
  `ALTER TABLE silence ADD COLUMN annotations text NOT NULL DEFAULT '{}'`,
  `ALTER TABLE silence ADD COLUMN updated_at bigint NOT NULL DEFAULT 0`,
];
