import { sql, type Kysely } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { IdSource } from '../core/id.ts';
import { compareText } from '../core/labels.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { NewWork } from '../core/work.ts';
import { storableText } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { changePrepared, MOST_ROWS, runPrepared } from './prepared.ts';
import type { Database, WorkRow } from './schema.ts';

/** The least urgent priority. */
export const LAST_PRIORITY = 5;

/** What stages do with work inside their transactions, and what the journal does. */
export interface WorkRows extends Readonly<CoreTx['work']> {
  /** Puts many rows in line, as `enqueue` does it; of the same kind and key the first one counts. `sooner` is not heard. */
  enqueueAll(works: readonly NewWork[]): Promise<void>;
}

/** Work inside a transaction. */
export function workRows(
  db: Kysely<Database>,
  flavour: Flavour,
  { clock, ids }: { readonly clock: Pick<Clock, 'now'>; readonly ids: IdSource },
): WorkRows {
  const rowOf = ({ kind, key, dueAt, priority, payload, causeId }: NewWork): WorkRow => {
    const now = clock.now();
    const due = Math.round(dueAt ?? now);
    return {
      id: ids.next('wrk'),
      kind,
      key: storableText(key),
      due_at: due,
      ready_at: due,
      priority: Math.min(Math.max(Math.trunc(priority ?? LAST_PRIORITY), 0), LAST_PRIORITY),
      payload: JSON.stringify(payload),
      cause_id: causeId ?? null,
      attempts: 0,
      fence: 0,
      state: 'open',
      lease_owner: null,
      last_error: null,
      touched: 0,
      created_at: now,
    };
  };
  const insert = (rows: readonly WorkRow[]) =>
    db
      .insertInto('work')
      .values(rows)
      // The touch locks the row until this transaction ends. Without it a handler could finish the row between this
      // statement and our commit, without having seen what we changed, and nobody would look again.
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'key'])
          .where('state', '=', sql.lit('open'))
          .doUpdateSet({ touched: sql`work.touched + 1` }),
      );
  return {
    async enqueue(work) {
      const values = rowOf(work);
      const { id, due_at: due } = values;
      const [row] = await runPrepared<{ id: string; due_at: number }>(db, 'enqueue', Object.values(values), () =>
        insert([values]).returning(['id', 'due_at']),
      );
      if (!row) throw new Error('a row of work was neither inserted nor found');
      if (work.sooner && row.due_at > due) {
        await db
          .updateTable('work')
          .set({ due_at: due, ready_at: sql`CASE WHEN lease_owner IS NULL THEN ${due} ELSE ready_at END` })
          .where('id', '=', row.id)
          .execute();
      }
      return row.id === id;
    },
    async enqueueAll(works) {
      const first = new Map<string, WorkRow>();
      for (const work of works) {
        const name = `${work.kind}\n${work.key}`;
        if (!first.has(name)) first.set(name, rowOf(work));
      }
      const rows = [...first.values()];
      if (flavour.name === 'postgres') {
        // In one order everywhere: two transactions that touch the same rows wait for each other and not in a circle.
        rows.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.key, b.key));
        for (let at = 0; at < rows.length; at += MOST_ROWS) await insert(rows.slice(at, at + MOST_ROWS)).execute();
        return;
      }
      for (const row of rows) await runPrepared(db, 'enqueue one of many', Object.values(row), () => insert([row]));
    },
    async isOpen(kind, key) {
      const rows = await runPrepared(db, 'is open', [kind, storableText(key)], () =>
        db
          .selectFrom('work')
          .select('id')
          .where('kind', '=', kind)
          .where('key', '=', key)
          .where('state', '=', sql.lit('open')),
      );
      return rows.length > 0;
    },
    async cancel(kind, key) {
      await changePrepared(db, 'cancel', [kind, storableText(key)], () =>
        db.deleteFrom('work').where('kind', '=', kind).where('key', '=', key).where('state', '=', sql.lit('open')),
      );
    },
  };
}
