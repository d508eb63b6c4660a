/** How long a chain waited for hours, and how often it paged. */
export const CONDITIONS: readonly string[] = [
  `ALTER TABLE chain_run ADD COLUMN waited bigint NOT NULL DEFAULT 0`,
  `ALTER TABLE chain_run ADD COLUMN paged bigint NOT NULL DEFAULT 0`,
];
