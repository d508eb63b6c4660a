/** Status pages of partners as they were last seen. */
export const STATUS_PAGES: readonly string[] = [
  `CREATE TABLE status_page (
    id text NOT NULL PRIMARY KEY, etag text, modified text, form text, asked_at bigint, read_at bigint,
    failing_since bigint, error text, lost integer NOT NULL, open text NOT NULL)`,
];
