import { sql, type Kysely } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { IdSource } from '../core/id.ts';
import { compareText } from '../core/labels.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { NewWork } from '../core/work.ts';
import { storableText } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { insertRows, runPrepared, sendPrepared } from './prepared.ts';
import type { Database, WorkRow } from './schema.ts';

/** The least urgent priority. */
export const LAST_PRIORITY = 5;

/** What stages do with work inside their transactions, and what the journal does. */
export interface WorkRows extends Readonly<CoreTx['work']> {
  /** Puts many rows in line, as `enqueue` does it; of the same kind and key the first one counts. `sooner` is not heard. */
  enqueueAll(works: readonly NewWork[]): Promise<void>;
}

/**
 * The touch locks the row until this transaction ends. Without it a handler could finish the row between this statement
 * and our commit, without having seen what we changed, and nobody would look again.
 */
const TOUCH = sql`ON CONFLICT (kind, key) WHERE state = 'open' DO UPDATE SET touched = work.touched + 1`;

/** The same, and a row that is due later comes at the new instant; whoever holds it keeps it for as long as it has it. */
const SOONER = sql`${TOUCH},
  due_at = CASE WHEN excluded.due_at < work.due_at THEN excluded.due_at ELSE work.due_at END,
  ready_at = CASE WHEN work.lease_owner IS NULL AND excluded.due_at < work.due_at THEN excluded.due_at ELSE work.ready_at END`;

/** Puts a row back in line. Where an open one of its kind and key is there meanwhile, that one stands, at the earlier instant. */
export async function putRow(db: Kysely<Database>, row: WorkRow): Promise<void> {
  // A newer program may have given the table columns that this one does not know: they stay what they are.
  const columns = Object.keys(row);
  const values = Object.values(row) as unknown[];
  const query = sql`INSERT INTO work (${sql.join(columns.map((column) => sql.ref(column)))}) VALUES (${sql.join(values)})
    ${SOONER}`;
  await sendPrepared(db, `row again ${columns.join()}`, values, () => ({ compile: () => query.compile(db) }));
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
  const overNetwork = flavour.name === 'postgres';
  return {
    async enqueue(work) {
      const values = rowOf(work);
      const how = work.sooner ? SOONER : TOUCH;
      const columns = sql.join(Object.keys(values).map((column) => sql.ref(column)));
      const query = sql<{ id: string }>`INSERT INTO work (${columns}) VALUES (${sql.join(Object.values(values))})
        ${how} RETURNING id`;
      const name = `enqueue ${work.sooner ? 'sooner' : ''}`;
      const [row] = await runPrepared<{ id: string }>(db, name, Object.values(values), () => ({
        compile: () => query.compile(db),
      }));
      if (!row) throw new Error('a row of work was neither inserted nor found');
      return row.id === values.id;
    },
    async put(work) {
      await insertRows(db, 'work', [rowOf(work)], { overNetwork, onConflict: work.sooner ? SOONER : TOUCH });
    },
    async enqueueAll(works) {
      const first = new Map<string, WorkRow>();
      for (const work of works) {
        const name = `${work.kind}\n${work.key}`;
        if (!first.has(name)) first.set(name, rowOf(work));
      }
      const rows = [...first.values()];
      // In one order everywhere: two transactions that touch the same rows wait for each other and not in a circle.
      if (overNetwork) rows.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.key, b.key));
      await insertRows(db, 'work', rows, { overNetwork, onConflict: TOUCH });
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
      await sendPrepared(db, 'cancel', [kind, storableText(key)], () =>
        db.deleteFrom('work').where('kind', '=', kind).where('key', '=', key).where('state', '=', sql.lit('open')),
      );
    },
  };
}
