import type { z } from 'zod';
import type { Entry } from '../../core/journal.ts';
import { timelineOf } from '../../incident/index.ts';
import type * as contract from '../contract.ts';

export type TimelineView = z.infer<typeof contract.timelineEntry>[];

/** Journal rows as the timeline shows them, corrections applied. */
export function timelineView(entries: readonly Entry[]): TimelineView {
  return timelineOf(entries).map((row) => ({
    id: row.id,
    at: row.at,
    actorKind: row.actorKind,
    actorName: row.actorName,
    fact: row.fact,
    subject: row.subject,
    summary: row.summary,
    reason: row.reason,
    causeId: row.causeId,
    data: { ...row.data },
    corrected: row.corrected,
  }));
}
