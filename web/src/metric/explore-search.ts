/** What the address of Explore holds: the queries, over a range or at an instant, and how far back. */
export interface ExploreSearch {
  q?: string[];
  mode?: 'instant';
  range?: string;
}

export const RANGES: Record<string, number> = {
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
};
/** More queries than this do not fit one chart. */
export const MOST_QUERIES = 8;

/** Reads the address; what is not understood is left out. A single query may stand there as plain text. */
export function exploreSearch(search: Record<string, unknown>): ExploreSearch {
  const raw = search['q'];
  const q = (Array.isArray(raw) ? raw : [raw]).filter(
    (each): each is string => typeof each === 'string' && each.trim() !== '',
  );
  const range = search['range'];
  return {
    ...(q.length === 0 ? {} : { q: q.slice(0, MOST_QUERIES) }),
    ...(search['mode'] === 'instant' ? { mode: 'instant' as const } : {}),
    ...(typeof range === 'string' && range in RANGES ? { range } : {}),
  };
}
