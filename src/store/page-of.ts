import type { PageOf } from '../core/transaction.ts';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;

/** How many rows a list reads: one more than it shows, to know whether there is a next page. */
export function rowsToRead(limit: number | undefined): number {
  return shown(limit) + 1;
}

/** Cuts what `rowsToRead` read to a page. `next` is the id of its last row if there are more. */
export function pageOf<T extends { readonly id: string }>(items: readonly T[], limit: number | undefined): PageOf<T> {
  const page = items.slice(0, shown(limit));
  return { items: page, next: items.length > page.length ? (page.at(-1)?.id ?? null) : null };
}

function shown(limit: number | undefined): number {
  return Math.min(Math.max(Math.trunc(limit ?? DEFAULT_LIMIT), 1), LARGEST_LIMIT);
}
