/** Announced work that recurs, lies at places, and is told ahead. */
export const RECURRING_WORK: readonly string[] = [
  `ALTER TABLE maintenance ADD COLUMN places text NOT NULL DEFAULT '{"components":[],"functions":[]}'`,
  `ALTER TABLE maintenance ADD COLUMN any_of text NOT NULL DEFAULT '[]'`,
  `ALTER TABLE maintenance ADD COLUMN notice bigint`,
  `ALTER TABLE maintenance ADD COLUMN tell text NOT NULL DEFAULT '[]'`,
  `ALTER TABLE maintenance ADD COLUMN plan_id text`,
  `CREATE INDEX maintenance_of_plan ON maintenance (plan_id, starts_at) WHERE plan_id IS NOT NULL`,
  `CREATE TABLE maintenance_plan (
    id text NOT NULL PRIMARY KEY, title text NOT NULL, matchers text NOT NULL, places text NOT NULL, any_of text NOT NULL,
    created_by text NOT NULL, announced bigint NOT NULL, notice bigint, tell text NOT NULL, rule text NOT NULL,
    starts text NOT NULL, zone text NOT NULL, duration bigint NOT NULL, created_at bigint NOT NULL,
    updated_at bigint NOT NULL, made_until bigint, ended_at bigint)`,
];
