import { sql, type Kysely } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { IdSource } from '../core/id.ts';
import type { CoreTx } from '../core/transaction.ts';
import { storableText } from './codec.ts';
import type { Database } from './schema.ts';

/** The least urgent priority. */
export const LAST_PRIORITY = 5;

/** What stages do with work inside their transactions. */
export function workRows(
  db: Kysely<Database>,
  { clock, ids }: { readonly clock: Pick<Clock, 'now'>; readonly ids: IdSource },
): CoreTx['work'] {
  return {
    async enqueue({ kind, key, dueAt, priority, payload, causeId }) {
      const now = clock.now();
      const id = ids.next('wrk');
      const due = Math.round(dueAt ?? now);
      const row = await db
        .insertInto('work')
        .values({
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
          state: 'open',
          lease_owner: null,
          last_error: null,
          touched: 0,
          created_at: now,
        })
        // The touch locks the row until this transaction ends. Without it a handler could finish the row between this
        // statement and our commit, without having seen what we changed, and nobody would look again.
        .onConflict((conflict) =>
          conflict
            .columns(['kind', 'key'])
            .where('state', '=', sql.lit('open'))
            .doUpdateSet((eb) => ({ touched: eb('work.touched', '+', 1) })),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id === id;
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
