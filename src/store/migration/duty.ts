/** What is stored of the duty beside overrides: schedules, absences, swaps, hand-overs, calls to people, calendars. */
export const DUTY: readonly string[] = [
  `CREATE TABLE temporary_duty (
    id text NOT NULL PRIMARY KEY, name text NOT NULL, people text NOT NULL, starts text NOT NULL, ends text NOT NULL,
    handover text NOT NULL, every bigint NOT NULL, created_by text NOT NULL, cancelled_at bigint)`,
  `CREATE TABLE duty_absence (
    id text NOT NULL PRIMARY KEY, person text NOT NULL, starts_at bigint NOT NULL, ends_at bigint NOT NULL,
    reason text NOT NULL, created_by text NOT NULL, cancelled_at bigint)`,
  `CREATE INDEX duty_absence_end ON duty_absence (ends_at)`,
  `CREATE TABLE duty_swap (
    id text NOT NULL PRIMARY KEY, asker text NOT NULL, other text NOT NULL, starts_at bigint NOT NULL,
    ends_at bigint NOT NULL, back_starts_at bigint, back_ends_at bigint, reason text NOT NULL, state text NOT NULL,
    asked_at bigint NOT NULL, answered_at bigint)`,
  `CREATE INDEX duty_swap_end ON duty_swap (ends_at)`,
  `CREATE TABLE duty_handover (
    id text NOT NULL PRIMARY KEY, "from" text NOT NULL, "to" text NOT NULL, at bigint NOT NULL, state text NOT NULL,
    brief text NOT NULL, asked_at bigint NOT NULL, accepted_at bigint, override text, UNIQUE ("to", at))`,
  `CREATE INDEX duty_handover_at ON duty_handover (at)`,
  `CREATE TABLE duty_call (
    id text NOT NULL PRIMARY KEY, key text NOT NULL UNIQUE, kind text NOT NULL, subject_id text NOT NULL,
    person text NOT NULL, channel text NOT NULL, address text NOT NULL, subject text NOT NULL, text text NOT NULL,
    state text NOT NULL, created_at bigint NOT NULL, handed_over_at bigint, attempts bigint NOT NULL, last_error text,
    vendor text, receipt text, answer_hash text NOT NULL, answered_at bigint)`,
  `CREATE INDEX duty_call_kind ON duty_call (kind, created_at)`,
  `CREATE INDEX duty_call_answer ON duty_call (answer_hash)`,
  `CREATE TABLE duty_feed (
    id text NOT NULL PRIMARY KEY, person text, secret_hash text NOT NULL UNIQUE, created_by text NOT NULL,
    created_at bigint NOT NULL, last_read_at bigint, revoked_at bigint)`,
];
