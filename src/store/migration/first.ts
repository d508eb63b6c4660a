/**
 * The first schema. The text runs on both databases: SQLite gives `bigint` and `double precision` the right affinity.
 * Instants and durations are whole milliseconds, flags are 0 or 1, `-- JSON` columns hold JSON as text.
 */
export const FIRST: readonly string[] = [
  `CREATE TABLE account (
    id text NOT NULL PRIMARY KEY, name text NOT NULL UNIQUE, display_name text NOT NULL, password_hash text NOT NULL,
    role text NOT NULL, created_at bigint NOT NULL, disabled_at bigint)`,
  `CREATE TABLE session (
    id text NOT NULL PRIMARY KEY, account_id text NOT NULL REFERENCES account (id), secret_hash text NOT NULL UNIQUE,
    created_at bigint NOT NULL, expires_at bigint NOT NULL, last_seen_at bigint NOT NULL)`,
  `CREATE INDEX session_account ON session (account_id)`,
  `CREATE TABLE token (
    id text NOT NULL PRIMARY KEY, name text NOT NULL, role text NOT NULL, scopes text NOT NULL,
    secret_hash text NOT NULL UNIQUE, created_by text NOT NULL, created_at bigint NOT NULL, expires_at bigint,
    last_used_at bigint, revoked_at bigint)`,
  `CREATE TABLE setting (name text NOT NULL PRIMARY KEY, value text NOT NULL)`,

  `CREATE TABLE signal (
    id text NOT NULL PRIMARY KEY, source text NOT NULL, received_at bigint NOT NULL, idempotency_key text,
    events text NOT NULL, body text)`,
  `CREATE UNIQUE INDEX signal_key ON signal (source, idempotency_key) WHERE idempotency_key IS NOT NULL`,
  `CREATE INDEX signal_received ON signal (received_at, id)`,
  `CREATE TABLE heartbeat (
    id text NOT NULL PRIMARY KEY, title text NOT NULL, every bigint NOT NULL, grace bigint NOT NULL,
    labels text NOT NULL, state text NOT NULL, last_seen_at bigint)`,
  `CREATE TABLE observation (
    id text NOT NULL PRIMARY KEY, at bigint NOT NULL, agent text NOT NULL, text text NOT NULL, function_name text,
    city text, in_trip integer NOT NULL, incident_id text)`,
  `CREATE INDEX observation_at ON observation (at, id)`,
  `CREATE INDEX observation_incident ON observation (incident_id, at)`,
  `CREATE TABLE quarantined (
    id text NOT NULL PRIMARY KEY, kind text NOT NULL, received_at bigint NOT NULL, reason text NOT NULL,
    body text NOT NULL)`,
  `CREATE INDEX quarantined_received ON quarantined (received_at, id)`,

  `CREATE TABLE alert (
    id text NOT NULL PRIMARY KEY, fingerprint text NOT NULL, source text NOT NULL, name text NOT NULL,
    labels text NOT NULL, annotations text NOT NULL, severity text NOT NULL, state text NOT NULL,
    starts_at bigint NOT NULL, fired_at bigint, resolved_at bigint, expires_at bigint, last_seen_at bigint NOT NULL,
    value double precision, generator_url text, count bigint NOT NULL, incident_id text, silenced_by text,
    maintenance_by text, cause_id text)`,
  `CREATE UNIQUE INDEX alert_open ON alert (fingerprint) WHERE state IN ('pending', 'firing')`,
  `CREATE INDEX alert_state ON alert (state, id)`,
  `CREATE INDEX alert_incident ON alert (incident_id, id)`,
  `CREATE INDEX alert_incident_state ON alert (incident_id, state, id)`,
  `CREATE INDEX alert_loose ON alert (state, id) WHERE incident_id IS NULL`,
  `CREATE INDEX alert_expires ON alert (expires_at, id) WHERE state = 'firing'`,
  `CREATE TABLE silence (
    id text NOT NULL PRIMARY KEY, matchers text NOT NULL, starts_at bigint NOT NULL, ends_at bigint NOT NULL,
    created_by text NOT NULL, comment text NOT NULL)`,
  `CREATE INDEX silence_ends ON silence (ends_at)`,
  `CREATE TABLE maintenance (
    id text NOT NULL PRIMARY KEY, title text NOT NULL, matchers text NOT NULL, starts_at bigint NOT NULL,
    ends_at bigint NOT NULL, created_by text NOT NULL, announced integer NOT NULL)`,
  `CREATE INDEX maintenance_ends ON maintenance (ends_at)`,

  `CREATE TABLE incident (
    id text NOT NULL PRIMARY KEY, number bigint NOT NULL UNIQUE, title text NOT NULL, summary text NOT NULL,
    severity text NOT NULL, state text NOT NULL, phase text NOT NULL, started_at bigint NOT NULL,
    opened_at bigint NOT NULL, accepted_at bigint, accepted_by text, resolved_at bigint, components text NOT NULL,
    functions text NOT NULL, cities text NOT NULL, cause text, merged_into text, pinned text NOT NULL,
    version bigint NOT NULL)`,
  `CREATE INDEX incident_state ON incident (state, id)`,
  `CREATE INDEX incident_live ON incident (opened_at, id) WHERE state IN ('open', 'accepted')`,
  `CREATE TABLE incident_link (
    incident_id text NOT NULL REFERENCES incident (id), member_kind text NOT NULL, member_id text NOT NULL,
    linked_at bigint NOT NULL, linked_by text NOT NULL, reason text NOT NULL,
    PRIMARY KEY (incident_id, member_kind, member_id))`,

  `CREATE TABLE duty_override (
    id text NOT NULL PRIMARY KEY, person text NOT NULL, starts_at bigint NOT NULL, ends_at bigint NOT NULL,
    reason text NOT NULL, created_by text NOT NULL, cancelled_at bigint)`,
  `CREATE INDEX duty_override_ends ON duty_override (ends_at) WHERE cancelled_at IS NULL`,
  `CREATE TABLE chain_run (
    id text NOT NULL PRIMARY KEY, incident_id text NOT NULL REFERENCES incident (id), chain text NOT NULL,
    snapshot text NOT NULL, state text NOT NULL, started_at bigint NOT NULL, next_step bigint NOT NULL,
    round bigint NOT NULL, next_action_at bigint)`,
  `CREATE INDEX chain_run_incident ON chain_run (incident_id, id)`,
  `CREATE TABLE page (
    id text NOT NULL PRIMARY KEY, key text NOT NULL UNIQUE, incident_id text NOT NULL REFERENCES incident (id),
    chain_run_id text, person text NOT NULL, channel text NOT NULL, address text NOT NULL, reason text NOT NULL,
    state text NOT NULL, created_at bigint NOT NULL, handed_over_at bigint, attempts bigint NOT NULL, last_error text,
    receipt text, accept_hash text NOT NULL, accepted_at bigint)`,
  `CREATE INDEX page_incident ON page (incident_id, id)`,
  `CREATE INDEX page_accept ON page (accept_hash)`,
  `CREATE TABLE member_notice (
    id text NOT NULL PRIMARY KEY, incident_id text NOT NULL REFERENCES incident (id), phase text NOT NULL,
    severity text NOT NULL, title text NOT NULL, body text NOT NULL, agent_word text NOT NULL, functions text NOT NULL,
    cities text NOT NULL, published_at bigint NOT NULL, published_by text NOT NULL)`,
  `CREATE INDEX member_notice_incident ON member_notice (incident_id, id)`,
  `CREATE INDEX member_notice_published ON member_notice (published_at, id)`,
  `CREATE TABLE partner_contact (
    id text NOT NULL PRIMARY KEY, key text NOT NULL UNIQUE, incident_id text NOT NULL REFERENCES incident (id),
    partner text NOT NULL, address text NOT NULL, subject text NOT NULL, body text NOT NULL, state text NOT NULL,
    created_at bigint NOT NULL, handed_over_at bigint, attempts bigint NOT NULL, last_error text)`,
  `CREATE INDEX partner_contact_incident ON partner_contact (incident_id, id)`,
  `CREATE TABLE playbook_run (
    id text NOT NULL PRIMARY KEY, incident_id text NOT NULL REFERENCES incident (id), playbook text NOT NULL,
    started_by text NOT NULL, started_at bigint NOT NULL, state text NOT NULL, step bigint NOT NULL,
    results text NOT NULL, finished_at bigint, deadline bigint)`,
  `CREATE INDEX playbook_run_incident ON playbook_run (incident_id, id)`,

  `CREATE TABLE ticket (
    id text NOT NULL PRIMARY KEY, number bigint NOT NULL UNIQUE, title text NOT NULL, body text NOT NULL,
    kind text NOT NULL, priority bigint NOT NULL, state text NOT NULL, owner text, incident_id text,
    function_name text, city text, opened_by text NOT NULL, opened_at bigint NOT NULL, updated_at bigint NOT NULL,
    closed_at bigint, due_at bigint, version bigint NOT NULL)`,
  `CREATE INDEX ticket_state ON ticket (state, id)`,
  `CREATE INDEX ticket_incident ON ticket (incident_id, id)`,
  `CREATE TABLE retro (
    id text NOT NULL PRIMARY KEY, incident_id text NOT NULL UNIQUE REFERENCES incident (id), title text NOT NULL,
    state text NOT NULL, facts text NOT NULL, summary text NOT NULL, root_cause text NOT NULL, went_well text NOT NULL,
    went_badly text NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, version bigint NOT NULL)`,
  `CREATE TABLE improvement (
    id text NOT NULL PRIMARY KEY, number bigint NOT NULL UNIQUE, title text NOT NULL, body text NOT NULL,
    state text NOT NULL, retro_id text, incident_id text, owner text, due_at bigint, change text, proof text,
    created_by text NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, version bigint NOT NULL)`,

  `CREATE TABLE journal (
    id text NOT NULL PRIMARY KEY, at bigint NOT NULL, recorded_at bigint NOT NULL, actor_kind text NOT NULL,
    actor_id text NOT NULL, actor_name text NOT NULL, fact text NOT NULL, subject_kind text NOT NULL,
    subject_id text NOT NULL, incident_id text, cause_id text, summary text NOT NULL, reason text,
    data text NOT NULL, sequence bigint UNIQUE, hash text)`,
  `CREATE INDEX journal_incident ON journal (incident_id, at, id)`,
  `CREATE INDEX journal_subject ON journal (subject_kind, subject_id, at, id)`,
  `CREATE INDEX journal_unsealed ON journal (id) WHERE sequence IS NULL`,
  `CREATE TABLE journal_head (id text NOT NULL PRIMARY KEY, sequence bigint NOT NULL, hash text NOT NULL)`,
  `INSERT INTO journal_head (id, sequence, hash) VALUES ('head', 0, '')`,

  `CREATE TABLE work (
    id text NOT NULL PRIMARY KEY, kind text NOT NULL, key text NOT NULL, due_at bigint NOT NULL,
    ready_at bigint NOT NULL, priority integer NOT NULL, payload text NOT NULL, cause_id text,
    attempts integer NOT NULL, fence bigint NOT NULL, state text NOT NULL, lease_owner text, last_error text,
    touched bigint NOT NULL, created_at bigint NOT NULL)`,
  `CREATE UNIQUE INDEX work_open ON work (kind, key) WHERE state = 'open'`,
  `CREATE INDEX work_line ON work (kind, priority, ready_at, id) WHERE state = 'open'`,
  `CREATE INDEX work_ready ON work (ready_at) WHERE state = 'open'`,
  `CREATE INDEX work_lease ON work (lease_owner) WHERE lease_owner IS NOT NULL`,

  `CREATE TABLE counter (name text NOT NULL PRIMARY KEY, value bigint NOT NULL)`,
  `INSERT INTO counter (name, value) VALUES ('incident', 0), ('ticket', 0), ('improvement', 0)`,
];

/** Rows of the journal are written once: only the seal of an unsealed row may be added. */
export const FIRST_SQLITE: readonly string[] = [
  `CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: rows are never deleted'); END`,
  `CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    WHEN OLD.sequence IS NOT NULL OR NEW.sequence IS NULL OR NEW.hash IS NULL
      OR (NEW.id, NEW.at, NEW.recorded_at, NEW.actor_kind, NEW.actor_id, NEW.actor_name, NEW.fact, NEW.subject_kind,
        NEW.subject_id, NEW.incident_id, NEW.cause_id, NEW.summary, NEW.reason, NEW.data)
      IS NOT (OLD.id, OLD.at, OLD.recorded_at, OLD.actor_kind, OLD.actor_id, OLD.actor_name, OLD.fact,
        OLD.subject_kind, OLD.subject_id, OLD.incident_id, OLD.cause_id, OLD.summary, OLD.reason, OLD.data)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: rows are never changed'); END`,
];

/** The same for PostgreSQL, where a whole table can be emptied too. */
export const FIRST_POSTGRES: readonly string[] = [
  `CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the journal is append-only: rows are never changed or deleted'; END $$`,
  `CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_refuse()`,
  `CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()`,
  `CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal FOR EACH ROW
    WHEN (OLD.sequence IS NOT NULL OR NEW.sequence IS NULL OR NEW.hash IS NULL
      OR (NEW.id, NEW.at, NEW.recorded_at, NEW.actor_kind, NEW.actor_id, NEW.actor_name, NEW.fact, NEW.subject_kind,
        NEW.subject_id, NEW.incident_id, NEW.cause_id, NEW.summary, NEW.reason, NEW.data)
      IS DISTINCT FROM (OLD.id, OLD.at, OLD.recorded_at, OLD.actor_kind, OLD.actor_id, OLD.actor_name, OLD.fact,
        OLD.subject_kind, OLD.subject_id, OLD.incident_id, OLD.cause_id, OLD.summary, OLD.reason, OLD.data))
    EXECUTE FUNCTION journal_refuse()`,
  // Rows of work come and go all the time: the default of a fifth of the table lets dead rows pile up.
  `ALTER TABLE work SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
];
