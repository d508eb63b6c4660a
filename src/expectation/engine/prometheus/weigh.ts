import { selectorsOf } from '../../../promql/index.ts';
import type { SeriesStore } from '../../../series/index.ts';
import type { QueryPath } from '../prometheus-api.ts';
import { durationParam, instantParam, required, type QueryParams } from './params.ts';
import { parseQuery } from './query.ts';

/** Samples read and computed from which on a query is heavy: some ten milliseconds of work. */
const HEAVY = 1_000_000;
/** A window is slid along, so each step costs a part of its samples only. */
const WINDOW_SHARE = 8;

/**
 * Whether answering would hold the store's thread up: judged from the number of series that the selectors find, how
 * many samples they have in the window, and the steps. A query that is wrong is not heavy.
 */
export function isHeavy(store: SeriesStore, path: QueryPath, params: QueryParams, now: number): boolean {
  try {
    const expr = parseQuery(required(params, 'query'));
    const query =
      path === 'query'
        ? { start: instantParam(params, 'time', now), end: instantParam(params, 'time', now) }
        : {
            start: instantParam(params, 'start'),
            end: instantParam(params, 'end'),
            step: durationParam(params, 'step'),
          };
    let cost = 0;
    for (const { matchers, from, to, range, steps } of selectorsOf(expr, query)) {
      const { series, samples } = store.weigh(matchers, from, to);
      const inWindow = range === 0 ? 0 : (samples * range) / Math.max(1, to - from);
      cost += samples + steps * (series + inWindow / WINDOW_SHARE);
      if (cost > HEAVY) return true;
    }
    return false;
  } catch {
    return false;
  }
}
