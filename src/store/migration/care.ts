/** What is asked of whoever has an incident, hand-overs, clocks of agreed levels of service, and what pages are for. */
export const CARE: readonly string[] = [
  `CREATE TABLE incident_care (
    id text NOT NULL PRIMARY KEY, owner text, owned_since bigint, progress_at bigint NOT NULL, reminded_at bigint,
    snoozed_at bigint, snoozed_until bigint, snoozed_by text, snooze_reason text, snooze_severity text,
    snooze_components text NOT NULL, promised_at bigint, promise_set_at bigint, promised_by text,
    promise_reminded_at bigint, promises_kept bigint NOT NULL, promises_broken bigint NOT NULL, next_at bigint)`,
  `CREATE TABLE incident_handover (
    id text NOT NULL PRIMARY KEY, incident_id text NOT NULL, from_name text NOT NULL, "from" text, target text NOT NULL,
    asked text NOT NULL, declined text NOT NULL, reason text NOT NULL, state text NOT NULL, asked_at bigint NOT NULL,
    due_at bigint NOT NULL, answered_at bigint, answered_by text)`,
  `CREATE INDEX incident_handover_incident ON incident_handover (incident_id, id)`,
  `CREATE TABLE sla_clock (
    id text NOT NULL PRIMARY KEY, incident_id text NOT NULL, kind text NOT NULL, sla text NOT NULL,
    severity text NOT NULL, functions text NOT NULL, span bigint NOT NULL, hours text, started_at bigint NOT NULL,
    warn_at bigint NOT NULL, due_at bigint NOT NULL, warned_at bigint, stopped_at bigint, broken_at bigint,
    state text NOT NULL, warn text NOT NULL, broken text NOT NULL, UNIQUE (incident_id, kind))`,
  `CREATE INDEX sla_clock_start ON sla_clock (started_at)`,
  `ALTER TABLE page ADD COLUMN purpose text NOT NULL DEFAULT 'page'`,
  `ALTER TABLE page ADD COLUMN about text`,
  `ALTER TABLE page ADD COLUMN reply_hash text`,
  `ALTER TABLE page ADD COLUMN reply_used_at bigint`,
  `CREATE INDEX page_reply ON page (reply_hash)`,
];
