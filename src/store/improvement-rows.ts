import type { Kysely } from 'kysely';
import type { Improvement } from '../improvement/improvement.ts';
import type { ImprovementTx } from '../improvement/ports.ts';
import { codec } from './codec.ts';
import { changeVersion, nextNumber } from './row-change.ts';
import type { Database } from './schema.ts';

const IMPROVEMENT = codec<Improvement>({
  id: 'text',
  number: 'whole',
  title: 'text',
  body: 'text',
  state: 'text',
  retroId: 'text',
  incidentId: 'text',
  owner: 'text',
  dueAt: 'whole',
  change: 'json',
  proof: 'json',
  createdBy: 'text',
  createdAt: 'whole',
  updatedAt: 'whole',
  version: 'whole',
});

/** Improvements. */
export function improvementRows(db: Kysely<Database>): ImprovementTx['improvements'] {
  return {
    nextNumber: () => nextNumber(db, 'improvement'),
    async insert(improvement) {
      await db.insertInto('improvement').values(IMPROVEMENT.row(improvement)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('improvement').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? IMPROVEMENT.noun(row) : null;
    },
    async list() {
      const rows = await db.selectFrom('improvement').selectAll().orderBy('id', 'desc').execute();
      return rows.map(IMPROVEMENT.noun);
    },
    update: (id, version, change) => changeVersion(db, 'improvement', IMPROVEMENT, id, version, change),
  };
}
