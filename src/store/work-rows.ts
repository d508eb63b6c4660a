import { sql, type Kysely } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { IdSource } from '../core/id.ts';
import type { CoreTx } from '../core/transaction.ts';
import { storableText } from './codec.ts';
import { runPrepared } from './prepared.ts';
import type { Database } from './schema.ts';

/** The least urgent priority. */
export const LAST_PRIORITY = 5;

/** What stages do with work inside their transactions. */
export function workRows(
  db: Kysely<Database>,
  { clock, ids }: { readonly clock: Pick<Clock, 'now'>; readonly ids: IdSource },
): CoreTx['work'] {
  return {
    async enqueue({ kind, key, dueAt, sooner, priority, payload, causeId }) {
      const now = clock.now();
      const id = ids.next('wrk');
      const due = Math.round(dueAt ?? now);
      const values = {
        id,
        kind,
        key: storableText(key),
        due_at: due,
        ready_at: due,
        priority: Math.min(Math.max(Math.trunc(priority ?? LAST_PRIORITY), 0), LAST_PRIORITY),
        payload: JSON.stringify(payload),
        cause_id: causeId ?? null,
        attempts: 0,
        fence: 0,
        state: 'open' as const,
        lease_owner: null,
        last_error: null,
        touched: 0,
        created_at: now,
      };
      const [row] = await runPrepared<{ id: string; due_at: number }>(db, 'enqueue', Object.values(values), () =>
        db
          .insertInto('work')
          .values(values)
          // The touch locks the row until this transaction ends. Without it a handler could finish the row between this
          // statement and our commit, without having seen what we changed, and nobody would look again.
          .onConflict((conflict) =>
            conflict
              .columns(['kind', 'key'])
              .where('state', '=', sql.lit('open'))
              .doUpdateSet({ touched: sql`work.touched + 1` }),
          )
          .returning(['id', 'due_at']),
      );
      if (!row) throw new Error('a row of work was neither inserted nor found');
      if (sooner && row.due_at > due) {
        await db
          .updateTable('work')
          .set({ due_at: due, ready_at: sql`CASE WHEN lease_owner IS NULL THEN ${due} ELSE ready_at END` })
          .where('id', '=', row.id)
          .execute();
      }
      return row.id === id;
    },
    async isOpen(kind, key) {
      const row = await db
        .selectFrom('work')
        .select('id')
        .where('kind', '=', kind)
        .where('key', '=', storableText(key))
        .where('state', '=', sql.lit('open'))
        .executeTakeFirst();
      return row !== undefined;
    },
    async cancel(kind, key) {
      await db
        .deleteFrom('work')
        .where('kind', '=', kind)
        .where('key', '=', storableText(key))
        .where('state', '=', sql.lit('open'))
        .execute();
    },
  };
}
