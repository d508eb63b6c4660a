/**
 * Fewer indexes for each new alert and each row of the journal to be written into. What is in no incident is found by the
 * index of incidents and states; rows of the journal that belong to no incident are not sought by it.
 */
export const LEAN_INDEX: readonly string[] = [
  `DROP INDEX alert_incident`,
  `DROP INDEX alert_loose`,
  `DROP INDEX journal_incident`,
  `CREATE INDEX journal_incident ON journal (incident_id, at, id) WHERE incident_id IS NOT NULL`,
];
