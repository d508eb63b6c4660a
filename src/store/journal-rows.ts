import type { Kysely } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { IdSource } from '../core/id.ts';
import type { Entry, NewEntry, Subject } from '../core/journal.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { NewWork } from '../core/work.ts';
import type { Buckets } from './bucket.ts';
import { storableText } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { seal } from './journal-chain.ts';
import { insertRows, runPrepared } from './prepared.ts';
import type { Database, JournalRow } from './schema.ts';
import type { WorkRows } from './work-rows.ts';

/** Which work a fact leads to: `delay` ms after it was written. */
export type Subscriptions = Readonly<
  Record<
    string,
    readonly {
      readonly kind: string;
      readonly priority: number;
      readonly delay?: number;
      /** One open row for each incident, not for each fact. */
      readonly per?: 'incident';
      /** A value of the data by which a storm is told apart: work of what storms stands behind that of everything else. */
      readonly storm?: string;
      /** Only rows whose data hold these values. */
      readonly when?: Readonly<Record<string, string>>;
    }[]
  >
>;

/** The journal inside a transaction. Writing a fact puts its subscribers' work in line at once: both or neither. */
export function journalRows(
  db: Kysely<Database>,
  work: WorkRows,
  flavour: Flavour,
  {
    clock,
    ids,
    subscriptions,
    buckets,
  }: {
    readonly clock: Pick<Clock, 'now'>;
    readonly ids: IdSource;
    readonly subscriptions: Subscriptions;
    readonly buckets: Buckets;
  },
): CoreTx['journal'] {
  const appendAll = async (entries: readonly NewEntry[]): Promise<string[]> => {
    const now = clock.now();
    const overNetwork = flavour.name === 'postgres';
    const rows = entries.map((entry) => newRow(entry.id ?? ids.next('jrn'), now, entry));
    // Over the network a sealer comes by later: the head of the chain would make all instances wait for each other.
    if (!overNetwork) await seal(db, rows);
    await insertRows(db, 'journal', rows, { overNetwork });
    const led = entries.flatMap((entry, index) => lead(entry, rows[index]!.id, now));
    if (led.length > 0) await work.enqueueAll(led);
    return rows.map(({ id }) => id);
  };
  /** What the flow subscribes to a fact. */
  const lead = (entry: NewEntry, id: string, now: number): NewWork[] => {
    const led: NewWork[] = [];
    if (!Object.hasOwn(subscriptions, entry.fact)) return led;
    for (const { kind, priority, delay, per, when, storm } of subscriptions[entry.fact]!) {
      if (when && !Object.entries(when).every(([name, value]) => entry.data?.[name] === value)) continue;
      const payload = {
        entryId: id,
        subjectKind: entry.subject.kind,
        subjectId: entry.subject.id,
        incidentId: entry.incidentId ?? null,
      };
      const key = per === 'incident' && entry.incidentId !== undefined ? entry.incidentId : id;
      const behind = storm !== undefined && !buckets.take(`${kind} ${String(entry.data?.[storm])}`, now);
      led.push({
        kind,
        key,
        priority: behind ? priority + 1 : priority,
        dueAt: now + (delay ?? 0),
        payload,
        causeId: id,
      });
    }
    return led;
  };
  return {
    append: async (entry) => (await appendAll([entry]))[0]!,
    appendAll,
    async ofIncident(incidentId) {
      const rows = await db
        .selectFrom('journal')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(entryOf);
    },
    async byId(id) {
      const [row] = await runPrepared<JournalRow>(db, 'journal by id', [id], () =>
        db.selectFrom('journal').selectAll().where('id', '=', ''),
      );
      return row ? entryOf(row) : null;
    },
    async ofSubject(kind, id) {
      const rows = await db
        .selectFrom('journal')
        .selectAll()
        .where('subject_kind', '=', kind)
        .where('subject_id', '=', id)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(entryOf);
    },
  };
}

function newRow(id: string, now: number, entry: NewEntry): JournalRow {
  return {
    id,
    at: Math.round(entry.at ?? now),
    recorded_at: now,
    actor_kind: entry.actor.kind,
    actor_id: storableText(entry.actor.id),
    actor_name: storableText(entry.actor.name),
    fact: entry.fact,
    subject_kind: entry.subject.kind,
    subject_id: storableText(entry.subject.id),
    incident_id: entry.incidentId ?? null,
    cause_id: entry.causeId ?? null,
    summary: storableText(entry.summary),
    reason: entry.reason === undefined ? null : storableText(entry.reason),
    data: JSON.stringify(entry.data ?? {}),
    sequence: null,
    hash: null,
  };
}

function entryOf(row: JournalRow): Entry {
  return {
    id: row.id,
    at: row.at,
    recordedAt: row.recorded_at,
    actorKind: row.actor_kind as Entry['actorKind'],
    actorId: row.actor_id,
    actorName: row.actor_name,
    fact: row.fact,
    subject: { kind: row.subject_kind as Subject['kind'], id: row.subject_id },
    incidentId: row.incident_id,
    causeId: row.cause_id,
    summary: row.summary,
    reason: row.reason,
    data: JSON.parse(row.data) as Entry['data'],
    sequence: row.sequence,
    hash: row.hash,
  };
}
