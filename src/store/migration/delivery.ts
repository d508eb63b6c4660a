/** What became of pages at the vendors, and the browsers that show them. */
export const DELIVERY: readonly string[] = [
  `CREATE TABLE delivery (
    id text NOT NULL PRIMARY KEY, page_id text NOT NULL REFERENCES page (id), incident_id text NOT NULL,
    vendor text NOT NULL, reference text, state text NOT NULL, said text NOT NULL, taken_at bigint NOT NULL,
    receipt_due bigint, receipt_at bigint, receipt text)`,
  `CREATE INDEX delivery_page ON delivery (page_id, id)`,
  `CREATE INDEX delivery_incident ON delivery (incident_id, id)`,
  `CREATE INDEX delivery_reference ON delivery (vendor, reference)`,
  `CREATE INDEX page_person ON page (person, created_at)`,
  `CREATE INDEX page_address ON page (address, created_at)`,
  `CREATE TABLE push_device (
    id text NOT NULL PRIMARY KEY, account text NOT NULL, name text NOT NULL, endpoint text NOT NULL UNIQUE,
    p256dh text NOT NULL, auth text NOT NULL, created_at bigint NOT NULL, last_used_at bigint)`,
  `CREATE INDEX push_device_account ON push_device (account, id)`,
];
