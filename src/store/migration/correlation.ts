/** What correlation knows an incident by, the reasons of its links, rankings of causes, changes, and learnt edges. */
export const CORRELATION = [
  `ALTER TABLE incident_link ADD COLUMN evidence text NOT NULL DEFAULT '[]'`,
  `ALTER TABLE incident_link ADD COLUMN came_from text`,
  `CREATE TABLE incident_key (
    key text NOT NULL, incident_id text NOT NULL REFERENCES incident (id), PRIMARY KEY (key, incident_id))`,
  `CREATE TABLE incident_signature (
    incident_id text NOT NULL PRIMARY KEY REFERENCES incident (id), signature text NOT NULL)`,
  `CREATE TABLE incident_ranking (
    incident_id text NOT NULL PRIMARY KEY REFERENCES incident (id), at bigint NOT NULL, abstained text,
    causes text NOT NULL, measured bigint NOT NULL)`,
  `CREATE TABLE correlation_lesson (
    id text NOT NULL PRIMARY KEY, a text NOT NULL, b text NOT NULL, verdict text NOT NULL, learnt_from text NOT NULL,
    incident_id text NOT NULL, at bigint NOT NULL)`,
  `CREATE INDEX correlation_lesson_a ON correlation_lesson (a, id)`,
  `CREATE INDEX correlation_lesson_b ON correlation_lesson (b, id)`,
  `CREATE INDEX correlation_lesson_incident ON correlation_lesson (incident_id)`,
  `CREATE TABLE change_event (
    id text NOT NULL PRIMARY KEY, at bigint NOT NULL, kind text NOT NULL, component text NOT NULL, title text NOT NULL,
    source text NOT NULL, url text, recorded_at bigint NOT NULL)`,
  `CREATE INDEX change_event_at ON change_event (at, id)`,
  `CREATE TABLE topology_edge (
    id text NOT NULL PRIMARY KEY, caller text NOT NULL, callee text NOT NULL, evidence text NOT NULL,
    state text NOT NULL, first_seen_at bigint NOT NULL, last_seen_at bigint NOT NULL, decided_by text,
    decided_at bigint, reason text)`,
] as const;
