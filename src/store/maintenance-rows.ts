import type { Kysely } from 'kysely';
import type { Maintenance, MaintenancePlan } from '../alert/alert.ts';
import type { AlertTx } from '../alert/ports.ts';
import { codec, type RowOf } from './codec.ts';
import { insertRow, runPrepared } from './prepared.ts';
import { changeRow } from './row-change.ts';
import type { Database } from './schema.ts';

const TERMS = {
  id: 'text',
  title: 'text',
  matchers: 'json',
  places: 'json',
  anyOf: 'json',
  createdBy: 'text',
  announced: 'flag',
  notice: 'whole',
  tell: 'json',
} as const;
const MAINTENANCE = codec<Maintenance>({ ...TERMS, startsAt: 'whole', endsAt: 'whole', planId: 'text' });
const PLAN = codec<MaintenancePlan>({
  ...TERMS,
  rule: 'text',
  starts: 'text',
  zone: 'text',
  duration: 'whole',
  createdAt: 'whole',
  updatedAt: 'whole',
  madeUntil: 'whole',
  endedAt: 'whole',
});

type Rows = Pick<
  AlertTx['alerts'],
  | 'insertMaintenance'
  | 'endMaintenance'
  | 'maintenance'
  | 'updateMaintenance'
  | 'maintenances'
  | 'removeWindows'
  | 'insertPlan'
  | 'updatePlan'
  | 'plan'
  | 'plans'
>;

/** Announced work: windows, and the plans of what recurs. */
export function maintenanceRows(db: Kysely<Database>): Rows {
  return {
    async insertMaintenance(window) {
      await insertRow(db, 'maintenance', MAINTENANCE.row(window));
    },
    endMaintenance: (id, endsAt) => changeRow(db, 'maintenance', MAINTENANCE, id, { endsAt }),
    async maintenance(id) {
      const row = await db.selectFrom('maintenance').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? MAINTENANCE.noun(row) : null;
    },
    updateMaintenance: (id, change) => changeRow(db, 'maintenance', MAINTENANCE, id, change),
    async maintenances(endingAfter) {
      if (endingAfter !== undefined) {
        const rows = await runPrepared<RowOf<Maintenance>>(db, 'maintenance after', [Math.round(endingAfter)], () =>
          db.selectFrom('maintenance').selectAll().where('ends_at', '>', 0).orderBy('ends_at').orderBy('id'),
        );
        return rows.map(MAINTENANCE.noun);
      }
      const rows = await db.selectFrom('maintenance').selectAll().orderBy('ends_at').orderBy('id').execute();
      return rows.map(MAINTENANCE.noun);
    },
    async removeWindows(planId, beginningAfter) {
      const rows = await db
        .deleteFrom('maintenance')
        .where('plan_id', '=', planId)
        .where('starts_at', '>', Math.round(beginningAfter))
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },
    async insertPlan(plan) {
      await insertRow(db, 'maintenance_plan', PLAN.row(plan));
    },
    updatePlan: (id, change) => changeRow(db, 'maintenance_plan', PLAN, id, change),
    async plan(id) {
      const row = await db.selectFrom('maintenance_plan').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? PLAN.noun(row) : null;
    },
    async plans(all = false) {
      let query = db.selectFrom('maintenance_plan').selectAll().orderBy('id');
      if (!all) query = query.where('ended_at', 'is', null);
      return (await query.execute()).map(PLAN.noun);
    },
  };
}
