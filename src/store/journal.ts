import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Entry } from '../core/journal.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { TxContext } from './context.ts';
import type { Dialect } from './dialect.ts';
import type { JournalRow, Schema } from './schema.ts';
import { enqueueWork } from './work.ts';

const GENESIS = '0'.repeat(64);

export function journalRows(context: TxContext): CoreTx['journal'] {
  const { db, clock, ids, subscriptions } = context;
  return {
    async append(entry) {
      const id = ids.next('jrn');
      const now = clock.now();
      const { actor, fact, subject, incidentId = null, causeId = null, summary, reason = null, data, at = now } = entry;
      await db
        .insertInto('journal')
        .values({
          id,
          at,
          recordedAt: now,
          actorKind: actor.kind,
          actorId: actor.id,
          actorName: actor.name,
          fact,
          subjectKind: subject.kind,
          subjectId: subject.id,
          incidentId,
          causeId,
          summary,
          reason,
          data: JSON.stringify(data ?? {}),
          sequence: null,
          hash: null,
        })
        .execute();
      for (const { kind, priority } of subscriptions[fact] ?? []) {
        const payload = { entryId: id, subjectKind: subject.kind, subjectId: subject.id, incidentId };
        await enqueueWork(context, { kind, key: id, priority, payload, causeId: id });
      }
      context.facts.push({ id, fact, subjectKind: subject.kind, subjectId: subject.id, incidentId });
      return id;
    },
    async ofIncident(incidentId) {
      const rows = await db
        .selectFrom('journal')
        .selectAll()
        .where('incidentId', '=', incidentId)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(entryOf);
    },
    async byId(id) {
      const row = await db.selectFrom('journal').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? entryOf(row) : null;
    },
    async ofSubject(kind, id) {
      const rows = await db
        .selectFrom('journal')
        .selectAll()
        .where('subjectKind', '=', kind)
        .where('subjectId', '=', id)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(entryOf);
    },
  };
}

function entryOf(row: JournalRow): Entry {
  const { subjectKind, subjectId, data, actorKind, ...rest } = row;
  return {
    ...rest,
    actorKind: actorKind as Entry['actorKind'],
    subject: { kind: subjectKind as Entry['subject']['kind'], id: subjectId },
    data: JSON.parse(data) as Entry['data'],
  };
}

/**
 * Seals rows into the hash chain: each gets the next sequence and the hash over the hash before and its own content.
 * Done soon after the rows were written, by one instance at a time, so that writers never wait for each other.
 * @returns how many rows were sealed
 */
export async function sealJournal(db: Kysely<Schema>, dialect: Dialect, limit: number): Promise<number> {
  await dialect.lock(db, 'journal');
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('sequence', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  if (rows.length === 0) return 0;
  const last = await db
    .selectFrom('journal')
    .select(['sequence', 'hash'])
    .where('sequence', 'is not', null)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  let sequence = last?.sequence ?? 0;
  let hash = last?.hash ?? GENESIS;
  for (const row of rows) {
    sequence++;
    hash = chained(hash, sequence, row);
    await db.updateTable('journal').set({ sequence, hash }).where('id', '=', row.id).execute();
  }
  return rows.length;
}

/** What a verification found: the number of rows that hold, and the first that does not. */
export interface JournalVerdict {
  readonly rows: number;
  readonly unsealed: number;
  readonly broken: { readonly sequence: number; readonly id: string | null; readonly what: string } | null;
}

const VERIFY_CHUNK = 1000;

/** Walks the chain and names the first row that was edited, deleted or moved. */
export async function verifyJournal(db: Kysely<Schema>): Promise<JournalVerdict> {
  const count = await db
    .selectFrom('journal')
    .select(sql<number>`count(*)`.as('rows'))
    .where('sequence', 'is', null)
    .executeTakeFirstOrThrow();
  const unsealed = Number(count.rows);
  let hash = GENESIS;
  let sequence = 0;
  for (;;) {
    const rows = await db
      .selectFrom('journal')
      .selectAll()
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(VERIFY_CHUNK)
      .execute();
    if (rows.length === 0) return { rows: sequence, unsealed, broken: null };
    for (const row of rows) {
      if (row.sequence !== sequence + 1) {
        return {
          rows: sequence,
          unsealed,
          broken: { sequence: sequence + 1, id: null, what: `row ${sequence + 1} is missing: it was deleted or moved` },
        };
      }
      hash = chained(hash, row.sequence, row);
      if (row.hash !== hash) {
        return {
          rows: sequence,
          unsealed,
          broken: {
            sequence: row.sequence,
            id: row.id,
            what: `row ${row.sequence} (${row.id}, ${row.fact}) does not have the content it was sealed with`,
          },
        };
      }
      sequence = row.sequence;
    }
  }
}

/** SHA-256 over the hash before and the row's content in a fixed order. */
function chained(before: string, sequence: number, row: JournalRow): string {
  const content = [
    row.id,
    row.at,
    row.recordedAt,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.fact,
    row.subjectKind,
    row.subjectId,
    row.incidentId,
    row.causeId,
    row.summary,
    row.reason,
    row.data,
  ];
  return createHash('sha256')
    .update(JSON.stringify([before, sequence, ...content]))
    .digest('hex');
}
