import { hash as digestOf } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Flavour } from './flavour.ts';
import { changePrepared, runPrepared } from './prepared.ts';
import type { Database, JournalRow } from './schema.ts';

const BATCH = 1000;

/** What a look at the whole chain showed. */
export type JournalCheck =
  | {
      readonly ok: true;
      /** Rows in the chain, the hash of the last one, and rows that are not sealed yet. */
      readonly sealed: number;
      readonly head: string;
      readonly unsealed: number;
    }
  | {
      readonly ok: false;
      /** The first row that is wrong; for a deleted one, its place in the chain. */
      readonly sequence: number;
      readonly entryId: string | null;
      readonly problem: 'edited' | 'deleted' | 'moved';
      /** One sentence for a person. */
      readonly what: string;
    };

/**
 * Gives rows their place in the chain before they are written, where there is one writer: nobody else continues the
 * chain meanwhile.
 */
export async function seal(db: Kysely<Database>, rows: readonly JournalRow[]): Promise<void> {
  const [head] = await runPrepared<{ sequence: number; hash: string }>(db, 'head of the chain', ['head'], () =>
    db.selectFrom('journal_head').select(['sequence', 'hash']).where('id', '=', 'head'),
  );
  if (!head) throw new Error('the journal has no head');
  let { sequence, hash } = head;
  for (const row of rows) {
    hash = hashOf(hash, row);
    sequence++;
    row.sequence = sequence;
    row.hash = hash;
  }
  await changePrepared(db, 'move the head', [sequence, hash, 'head'], () =>
    db.updateTable('journal_head').set({ sequence, hash }).where('id', '=', 'head'),
  );
}

/** SHA-256 of the hash before and the row's canonical JSON, hex. docs/formats/database.md has the exact bytes. */
function hashOf(before: string, row: JournalRow): string {
  // All columns but the seal itself, in the order of their names.
  const content = {
    actor_id: row.actor_id,
    actor_kind: row.actor_kind,
    actor_name: row.actor_name,
    at: row.at,
    cause_id: row.cause_id,
    data: row.data,
    fact: row.fact,
    id: row.id,
    incident_id: row.incident_id,
    reason: row.reason,
    recorded_at: row.recorded_at,
    subject_id: row.subject_id,
    subject_kind: row.subject_kind,
    summary: row.summary,
  } satisfies Omit<JournalRow, 'sequence' | 'hash'>;
  return digestOf('sha256', before + JSON.stringify(content), 'hex');
}

/**
 * Seals unsealed rows in the order of their ids; returns how many. The head row is held meanwhile: two instances never
 * continue the chain from the same row.
 */
export async function sealRows(db: Kysely<Database>, flavour: Flavour, limit: number): Promise<number> {
  const head = await flavour
    .lockRows(db.selectFrom('journal_head').selectAll().where('id', '=', 'head'))
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('sequence', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  let { sequence, hash } = head;
  const seals = rows.map((row) => {
    hash = hashOf(hash, row);
    sequence++;
    return { id: row.id, sequence, hash };
  });
  await writeSeals(db, flavour, seals);
  if (rows.length > 0) await db.updateTable('journal_head').set({ sequence, hash }).where('id', '=', 'head').execute();
  return rows.length;
}

async function writeSeals(
  db: Kysely<Database>,
  flavour: Flavour,
  seals: readonly { readonly id: string; readonly sequence: number; readonly hash: string }[],
): Promise<void> {
  if (flavour.name === 'postgres') {
    const ids = seals.map(({ id }) => id);
    const sequences = seals.map((seal) => seal.sequence);
    const hashes = seals.map((seal) => seal.hash);
    await sql`UPDATE journal SET sequence = seal.sequence, hash = seal.hash
      FROM unnest(${ids}::text[], ${sequences}::bigint[], ${hashes}::text[]) AS seal (id, sequence, hash)
      WHERE journal.id = seal.id`.execute(db);
    return;
  }
  for (const { id, sequence, hash } of seals) {
    await changePrepared(db, 'seal', [sequence, hash, id], () =>
      db.updateTable('journal').set({ sequence, hash }).where('id', '=', id),
    );
  }
}

/** Walks the chain from its first row and names the first one that was edited, deleted or moved. */
export async function verifyChain(db: Kysely<Database>): Promise<JournalCheck> {
  let sequence = 0;
  let hash = '';
  for (;;) {
    const rows = await db
      .selectFrom('journal')
      .selectAll()
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(BATCH)
      .execute();
    for (const row of rows) {
      if (row.sequence !== sequence + 1) return missing(sequence + 1);
      const expected = hashOf(hash, row);
      if (expected !== row.hash) return wrong(db, row);
      sequence = row.sequence;
      hash = expected;
    }
    if (rows.length < BATCH) break;
  }
  const head = await db.selectFrom('journal_head').selectAll().where('id', '=', 'head').executeTakeFirst();
  // Rows cut off at the end leave a chain that fits; only the head still knows them.
  if (head === undefined || head.sequence > sequence) return missing(sequence + 1);
  const last = await db.selectFrom('journal').selectAll().where('sequence', '=', sequence).executeTakeFirst();
  if (head.sequence < sequence || head.hash !== hash) {
    return {
      ok: false,
      sequence,
      entryId: last?.id ?? null,
      problem: 'edited',
      what: `The head of the chain does not fit its last row ${sequence}: the head or the end of the chain was rewritten.`,
    };
  }
  const { unsealed } = await db
    .selectFrom('journal')
    .select((eb) => eb.fn.countAll<number>().as('unsealed'))
    .where('sequence', 'is', null)
    .executeTakeFirstOrThrow();
  return { ok: true, sealed: sequence, head: hash, unsealed };
}

function missing(sequence: number): JournalCheck {
  const what = `Row ${sequence} of the chain is missing: it was deleted.`;
  return { ok: false, sequence, entryId: null, problem: 'deleted', what };
}

/** A row whose hash follows from another row than the one before it was moved; otherwise its content was edited. */
async function wrong(db: Kysely<Database>, row: JournalRow): Promise<JournalCheck> {
  const sequence = row.sequence!;
  const answer = (problem: 'edited' | 'moved', words: string): JournalCheck => ({
    ok: false,
    sequence,
    entryId: row.id,
    problem,
    what: `Row ${sequence} of the chain (${row.id}) ${words}.`,
  });
  if (hashOf('', row) === row.hash) return answer('moved', 'was the first one and was moved');
  for (let after = 0; ;) {
    const others = await db
      .selectFrom('journal')
      .select(['sequence', 'hash'])
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(BATCH)
      .execute();
    for (const other of others) {
      if (hashOf(other.hash ?? '', row) === row.hash) {
        return answer('moved', `followed the row that is now ${other.sequence} and was moved`);
      }
      after = other.sequence!;
    }
    if (others.length < BATCH) return answer('edited', 'was edited');
  }
}
