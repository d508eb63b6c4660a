import type { PageOf } from '../core/transaction.ts';

/** A page of at most `limit` of the rows asked for with `limit + 1`: the one beyond tells that there are more. */
export function pageOf<T extends { readonly id: string }>(rows: readonly T[], limit: number): PageOf<T> {
  if (rows.length <= limit) return { items: rows, next: null };
  const items = rows.slice(0, limit);
  return { items, next: items.at(-1)?.id ?? null };
}
