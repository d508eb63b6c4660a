/** What was put aside is counted every ten seconds, among a million rows that were not. */
export const COUNTED_WORK: readonly string[] = [
  `CREATE INDEX work_quarantined ON work (kind) WHERE state = 'quarantined'`,
];
