/** What a heartbeat says beside that it is there, and the addresses by which it says so without a token. */
export const PING: readonly string[] = [
  `ALTER TABLE heartbeat ADD COLUMN started_at bigint`,
  `ALTER TABLE heartbeat ADD COLUMN last_runtime bigint`,
  `ALTER TABLE heartbeat ADD COLUMN last_exit bigint`,
  `CREATE TABLE ping_url (
    id text NOT NULL PRIMARY KEY, heartbeat_id text NOT NULL, secret_hash text NOT NULL UNIQUE,
    created_by text NOT NULL, created_at bigint NOT NULL, revoked_at bigint)`,
];
