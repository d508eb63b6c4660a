import type { Lesson } from './correlate/correlate.ts';
import type { IncidentTx } from './ports.ts';

/** A lesson with the incident it was learnt on. */
export interface StoredLesson extends Lesson {
  readonly id: string;
  readonly incidentId: string;
  readonly at: number;
}

/** How many kinds of each side are remembered: a storm is split by few of them. */
const KINDS = 8;

/**
 * Remembers that a person took kinds of alerts apart, or put them together: it counts for the next time. Kinds that are on
 * both sides say nothing.
 */
export async function remember(
  tx: IncidentTx,
  ids: { next(prefix: string): string },
  lesson: {
    readonly left: readonly string[];
    readonly right: readonly string[];
    readonly verdict: Lesson['verdict'];
    readonly by: string;
    readonly incidentId: string;
    readonly at: number;
  },
): Promise<void> {
  const { verdict, by, incidentId, at } = lesson;
  const only = (these: readonly string[], those: readonly string[]): string[] =>
    [...new Set(these)].filter((kind) => !those.includes(kind)).slice(0, KINDS);
  const left = only(lesson.left, lesson.right);
  const right = only(lesson.right, lesson.left);
  for (const a of left) {
    for (const b of right) {
      await tx.correlation.insertLesson({ id: ids.next('les'), a, b, verdict, by, incidentId, at });
    }
  }
}
