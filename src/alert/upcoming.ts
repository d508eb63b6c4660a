import type { AlertTx } from './ports.ts';
import { comingOf } from './recur.ts';

/** Announced work that is not over: a window, or an occurrence of recurring work that has none yet. */
export interface Upcoming {
  /** Stays the same when an occurrence gets its window. */
  readonly id: string;
  readonly title: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly announced: boolean;
}

/** Occurrences of one plan that are named at most. */
const MOST_OF_PLAN = 100;

/**
 * Announced work that ends after the first instant and begins before the second, in order of its begin.
 * @param until windows that are there already are named in any case
 */
export async function upcomingWork(tx: AlertTx, from: number, until: number): Promise<Upcoming[]> {
  const windows = (await tx.alerts.maintenances(from))
    // Ended before it began: it was called off.
    .filter(({ startsAt, endsAt }) => startsAt < endsAt)
    .map(({ id, planId, title, startsAt, endsAt, announced }) => {
      return { id: planId === null ? id : `${planId}-${startsAt}`, title, startsAt, endsAt, announced };
    });
  const later = (await tx.alerts.plans()).flatMap((plan) => {
    const list: Upcoming[] = [];
    for (const startsAt of comingOf(plan, Math.max(from, (plan.madeUntil ?? 0) + plan.duration))) {
      if (startsAt >= until || list.length === MOST_OF_PLAN) break;
      const { title, announced } = plan;
      list.push({ id: `${plan.id}-${startsAt}`, title, startsAt, endsAt: startsAt + plan.duration, announced });
    }
    return list;
  });
  return [...windows, ...later].toSorted((a, b) => a.startsAt - b.startsAt);
}
