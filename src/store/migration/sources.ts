/** What was put aside can be looked at and decided on; doors show when they last took something. */
export const SOURCES: readonly string[] = [
  `ALTER TABLE quarantined ADD COLUMN headers text NOT NULL DEFAULT '{}'`,
  `ALTER TABLE quarantined ADD COLUMN cut integer NOT NULL DEFAULT 0`,
  `ALTER TABLE quarantined ADD COLUMN state text NOT NULL DEFAULT 'open'`,
  `ALTER TABLE quarantined ADD COLUMN settled_at bigint`,
  `ALTER TABLE quarantined ADD COLUMN settled_by text`,
  `CREATE INDEX quarantined_kind ON quarantined (kind, id)`,
  `CREATE INDEX signal_source ON signal (source, received_at)`,
];
