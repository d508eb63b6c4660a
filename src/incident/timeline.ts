import type { Entry } from '../core/journal.ts';
import { INCIDENT_FACTS } from './facts.ts';

/** A row of the timeline as it is to be read, with what a person corrected. */
export interface TimelineRow extends Entry {
  /** Set when a person corrected this row: what it said before is kept. */
  readonly corrected: {
    readonly by: string;
    readonly at: number;
    readonly reason: string;
    readonly before: string;
  } | null;
}

/**
 * The timeline from journal rows. The journal is never changed: a correction is a row of its own that names the row it
 * corrects; here it is applied, the newest one last, and what was first written is shown beside. Sorted by when things
 * happened, corrected instants included.
 */
export function timelineOf(entries: readonly Entry[]): TimelineRow[] {
  const rows = new Map<string, TimelineRow>();
  for (const entry of entries) {
    if (entry.fact !== INCIDENT_FACTS.corrected) rows.set(entry.id, { ...entry, corrected: null });
  }
  const corrections = entries.filter(({ fact }) => fact === INCIDENT_FACTS.corrected).sort(byRecorded);
  for (const correction of corrections) {
    const { entryId, summary, at } = correction.data;
    const row = typeof entryId === 'string' ? rows.get(entryId) : undefined;
    if (!row) continue;
    rows.set(row.id, {
      ...row,
      summary: typeof summary === 'string' ? summary : row.summary,
      at: typeof at === 'number' ? at : row.at,
      corrected: {
        by: correction.actorName,
        at: correction.recordedAt,
        reason: correction.reason ?? '',
        before: row.corrected?.before ?? row.summary,
      },
    });
  }
  return [...rows.values()].sort((a, b) => a.at - b.at || byRecorded(a, b));
}

function byRecorded(a: Entry, b: Entry): number {
  return a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1);
}
