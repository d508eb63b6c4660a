import type { Kysely } from 'kysely';
import type { BacktestRun } from '../improvement/backtest-run.ts';
import type { Definition } from '../improvement/definition.ts';
import type { Improvement } from '../improvement/improvement.ts';
import type { ImprovementTx } from '../improvement/ports.ts';
import { codec, storableText } from './codec.ts';
import { changeVersion, nextNumber } from './row-change.ts';
import { insertRow } from './prepared.ts';
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

const BACKTEST = codec<BacktestRun>({
  id: 'text',
  kind: 'text',
  rule: 'text',
  definition: 'text',
  before: 'text',
  source: 'text',
  calendar: 'text',
  historyFrom: 'whole',
  historyTo: 'whole',
  state: 'text',
  progress: 'real',
  result: 'json',
  error: 'text',
  requestedBy: 'text',
  createdAt: 'whole',
  startedAt: 'whole',
  finishedAt: 'whole',
  version: 'whole',
});

const DEFINITION = codec<Definition>({
  id: 'text',
  kind: 'text',
  rule: 'text',
  definition: 'text',
  before: 'text',
  reason: 'text',
  improvementId: 'text',
  backtestId: 'text',
  activatedBy: 'text',
  activatedAt: 'whole',
  withdrawnBy: 'text',
  withdrawnAt: 'whole',
  version: 'whole',
});

/** Improvements. */
export function improvementRows(db: Kysely<Database>): ImprovementTx['improvements'] {
  return {
    nextNumber: () => nextNumber(db, 'improvement'),
    async insert(improvement) {
      await insertRow(db, 'improvement', IMPROVEMENT.row(improvement));
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

/** Back-tests with what went in and came out. */
export function backtestRows(db: Kysely<Database>): ImprovementTx['backtests'] {
  const saveText = async (id: string, part: 'input' | 'rows', content: string): Promise<void> => {
    await db
      .insertInto('backtest_text')
      .values({ run_id: id, part, content: storableText(content) })
      .onConflict((conflict) => conflict.columns(['run_id', 'part']).doUpdateSet({ content: storableText(content) }))
      .execute();
  };
  return {
    async insert(run, csv) {
      await insertRow(db, 'backtest_run', BACKTEST.row(run));
      if (csv !== null) await saveText(run.id, 'input', csv);
    },
    async byId(id) {
      const row = await db.selectFrom('backtest_run').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? BACKTEST.noun(row) : null;
    },
    async list(limit) {
      const rows = await db.selectFrom('backtest_run').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map((row) => BACKTEST.noun({ ...row, result: null }));
    },
    update: (id, version, change) => changeVersion(db, 'backtest_run', BACKTEST, id, version, change),
    async text(id, part) {
      const row = await db
        .selectFrom('backtest_text')
        .select('content')
        .where('run_id', '=', id)
        .where('part', '=', part)
        .executeTakeFirst();
      return row?.content ?? null;
    },
    saveText,
    async trimTexts(keep) {
      const kept = await db.selectFrom('backtest_run').select('id').orderBy('id', 'desc').limit(keep).execute();
      const oldest = kept.at(-1)?.id;
      if (oldest !== undefined) await db.deleteFrom('backtest_text').where('run_id', '<', oldest).execute();
    },
  };
}

/** Definitions that were activated. */
export function definitionRows(db: Kysely<Database>): ImprovementTx['definitions'] {
  return {
    async insert(definition) {
      await insertRow(db, 'definition', DEFINITION.row(definition));
    },
    async byId(id) {
      const row = await db.selectFrom('definition').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? DEFINITION.noun(row) : null;
    },
    async inForce(kind, rule) {
      const row = await db
        .selectFrom('definition')
        .selectAll()
        .where('kind', '=', kind)
        .where('rule', '=', rule)
        .where('withdrawn_at', 'is', null)
        .executeTakeFirst();
      return row ? DEFINITION.noun(row) : null;
    },
    async list({ inForce }) {
      let query = db.selectFrom('definition').selectAll().orderBy('id', 'desc').limit(1000);
      if (inForce) query = query.where('withdrawn_at', 'is', null);
      return (await query.execute()).map(DEFINITION.noun);
    },
    update: (id, version, change) => changeVersion(db, 'definition', DEFINITION, id, version, change),
  };
}
