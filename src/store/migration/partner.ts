/** Exchange with partners: alarms, tasks, hubs, the state of links, tickets at partners, the ledger. */
export const PARTNER: readonly string[] = [
  `CREATE TABLE partner_alarm (
    id text NOT NULL PRIMARY KEY, number bigint NOT NULL UNIQUE, partner text NOT NULL, origin text NOT NULL,
    key text NOT NULL, remote_id text, alarm text NOT NULL, state text NOT NULL, ack_state text NOT NULL,
    raised_at bigint NOT NULL, changed_at bigint NOT NULL, cleared_at bigint, seen_at bigint NOT NULL)`,
  `CREATE UNIQUE INDEX partner_alarm_open ON partner_alarm (partner, origin, key) WHERE state <> 'cleared'`,
  `CREATE INDEX partner_alarm_key ON partner_alarm (partner, origin, key, number)`,
  `CREATE INDEX partner_alarm_remote ON partner_alarm (partner, remote_id, number)`,
  `CREATE INDEX partner_alarm_partner ON partner_alarm (partner, number)`,
  `CREATE INDEX partner_alarm_cleared ON partner_alarm (cleared_at) WHERE state = 'cleared'`,
  `CREATE TABLE partner_task (
    id text NOT NULL PRIMARY KEY, partner text NOT NULL, kind text NOT NULL, body text NOT NULL,
    created_at bigint NOT NULL)`,
  `CREATE INDEX partner_task_kind ON partner_task (kind, partner, id)`,
  `CREATE TABLE partner_hub (
    id text NOT NULL PRIMARY KEY, partner text NOT NULL, callback text NOT NULL, query text, created_at bigint NOT NULL,
    failures bigint NOT NULL)`,
  `CREATE INDEX partner_hub_partner ON partner_hub (partner)`,
  `CREATE TABLE partner_link (
    id text NOT NULL PRIMARY KEY, partner text NOT NULL, protocol text NOT NULL, hub_id text, callback text,
    state text NOT NULL, last_ok_at bigint, last_event_at bigint, last_error text, failures bigint NOT NULL)`,
  `CREATE TABLE partner_ticket (
    id text NOT NULL PRIMARY KEY, key text NOT NULL UNIQUE, partner text NOT NULL, incident_id text NOT NULL,
    state text NOT NULL, remote_id text, remote_status text, severity text NOT NULL, title text NOT NULL,
    body text NOT NULL, notes text NOT NULL, created_at bigint NOT NULL, opened_at bigint, acknowledged_at bigint,
    promised_at bigint, resolved_at bigint, updated_at bigint NOT NULL, attempts bigint NOT NULL, last_error text)`,
  `CREATE INDEX partner_ticket_incident ON partner_ticket (incident_id, id)`,
  `CREATE INDEX partner_ticket_remote ON partner_ticket (partner, remote_id)`,
  `CREATE INDEX partner_ticket_state ON partner_ticket (state, id)`,
  `CREATE TABLE partner_ledger (
    id text NOT NULL PRIMARY KEY, partner text NOT NULL, incident_id text NOT NULL, incident_number bigint NOT NULL,
    title text NOT NULL, started_at bigint NOT NULL, detected_at bigint, noticed_at bigint, notice_by text,
    contacted_at bigint, acknowledged_at bigint, promised_at bigint, promise_by text, resolved_at bigint,
    attributions text NOT NULL)`,
  `CREATE INDEX partner_ledger_started ON partner_ledger (started_at, id)`,
  `CREATE INDEX partner_ledger_partner ON partner_ledger (partner, started_at)`,
  `CREATE INDEX partner_ledger_incident ON partner_ledger (incident_id)`,
  `INSERT INTO counter (name, value) VALUES ('alarm', 0)`,
];
