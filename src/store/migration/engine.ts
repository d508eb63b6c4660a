/**
 * What one instance does for all of them (`hold`), and the last signs of life of the process itself (`vital`).
 */
export const ENGINE: readonly string[] = [
  `CREATE TABLE hold (
    name text NOT NULL PRIMARY KEY, holder text NOT NULL, place text NOT NULL, fence bigint NOT NULL,
    until_at bigint NOT NULL)`,
  `CREATE TABLE vital (name text NOT NULL PRIMARY KEY, at bigint NOT NULL, value double precision NOT NULL)`,
  `CREATE INDEX page_due ON page (created_at) WHERE state IN ('due', 'bundled')`,
];
