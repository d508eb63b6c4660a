import type { Kysely } from 'kysely';
import type { Forecast, ForecastPoints, LevelEvent } from '../expectation/given/nouns.ts';
import type { Loss } from '../expectation/loss/noun.ts';
import type { ExpectationTx } from '../expectation/ports.ts';
import { codec } from './codec.ts';
import { changeVersion } from './row-change.ts';
import { insertRow } from './prepared.ts';
import type { Database } from './schema.ts';

const FORECAST = codec<Forecast>({
  id: 'text',
  indicator: 'text',
  number: 'whole',
  note: 'text',
  seriesCount: 'whole',
  pointCount: 'whole',
  startsAt: 'whole',
  endsAt: 'whole',
  importedBy: 'text',
  importedAt: 'whole',
  withdrawnBy: 'text',
  withdrawnAt: 'whole',
  version: 'whole',
});
const POINTS = codec<ForecastPoints>({ id: 'text', forecastId: 'text', labels: 'json', times: 'json', points: 'json' });
const EVENT = codec<LevelEvent>({
  id: 'text',
  title: 'text',
  indicators: 'json',
  series: 'json',
  startsAt: 'whole',
  endsAt: 'whole',
  factor: 'real',
  createdBy: 'text',
  createdAt: 'whole',
  cancelledAt: 'whole',
  version: 'whole',
});
const LOSS = codec<Loss>({
  id: 'text',
  fingerprint: 'text',
  alert: 'text',
  indicator: 'text',
  labels: 'json',
  side: 'text',
  startsAt: 'whole',
  endsAt: 'whole',
  amount: 'real',
  expected: 'real',
  unit: 'text',
  open: 'flag',
});

/** Forecasts and events that were given, and what deviations cost. */
export function expectationRows(db: Kysely<Database>): ExpectationTx['expectations'] {
  return { ...givenRows(db), ...lossRows(db) };
}

type Given = Omit<ExpectationTx['expectations'], keyof ReturnType<typeof lossRows>>;

function givenRows(db: Kysely<Database>): Given {
  const pointsOf = async (forecastId: string): Promise<ForecastPoints[]> => {
    const rows = await db
      .selectFrom('forecast_points')
      .selectAll()
      .where('forecast_id', '=', forecastId)
      .orderBy('id')
      .execute();
    return rows.map(POINTS.noun);
  };
  return {
    async forecastCount(indicator) {
      const row = await db
        .selectFrom('forecast')
        .select((eb) => eb.fn.max('number').as('last'))
        .where('indicator', '=', indicator)
        .executeTakeFirst();
      return Number(row?.last ?? 0);
    },
    async insertForecast(forecast, points) {
      await insertRow(db, 'forecast', FORECAST.row(forecast));
      for (const each of points) await insertRow(db, 'forecast_points', POINTS.row(each));
    },
    async forecast(id) {
      const row = await db.selectFrom('forecast').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? FORECAST.noun(row) : null;
    },
    async forecasts({ indicator, limit }) {
      let query = db.selectFrom('forecast').selectAll().orderBy('id', 'desc').limit(limit);
      if (indicator !== undefined) query = query.where('indicator', '=', indicator);
      return (await query.execute()).map(FORECAST.noun);
    },
    points: pointsOf,
    updateForecast: (id, version, change) => changeVersion(db, 'forecast', FORECAST, id, version, change),
    async forecastsAfter(instant) {
      const rows = await db
        .selectFrom('forecast')
        .selectAll()
        .where('withdrawn_at', 'is', null)
        .where('ends_at', '>', instant)
        .orderBy('id')
        .execute();
      const found = [];
      for (const row of rows) found.push({ forecast: FORECAST.noun(row), points: await pointsOf(row.id) });
      return found;
    },
    async insertEvent(event) {
      await insertRow(db, 'level_event', EVENT.row(event));
    },
    async event(id) {
      const row = await db.selectFrom('level_event').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? EVENT.noun(row) : null;
    },
    async events({ endsAfter, cancelled }) {
      let query = db.selectFrom('level_event').selectAll().where('ends_at', '>', endsAfter);
      if (!cancelled) query = query.where('cancelled_at', 'is', null);
      return (await query.orderBy('starts_at').orderBy('id').limit(5000).execute()).map(EVENT.noun);
    },
    updateEvent: (id, version, change) => changeVersion(db, 'level_event', EVENT, id, version, change),
    async givenStamp() {
      // Rows are only added and changed, and each change raises a version.
      const [forecasts, events] = await Promise.all(
        (['forecast', 'level_event'] as const).map((table) =>
          db
            .selectFrom(table)
            .select((eb) => [eb.fn.countAll().as('count'), eb.fn.sum('version').as('versions')])
            .executeTakeFirstOrThrow(),
        ),
      );
      return [forecasts!, events!].map(({ count, versions }) => `${count}/${versions ?? 0}`).join(' ');
    },
  };
}

function lossRows(
  db: Kysely<Database>,
): Pick<ExpectationTx['expectations'], 'saveLoss' | 'loss' | 'openLosses' | 'losses'> {
  return {
    async saveLoss(loss) {
      const { id, ...rest } = LOSS.row(loss);
      await db
        .insertInto('loss')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.columns(['fingerprint', 'starts_at']).doUpdateSet(rest))
        .execute();
    },
    async loss(fingerprint, startsAt) {
      const row = await db
        .selectFrom('loss')
        .selectAll()
        .where('fingerprint', '=', fingerprint)
        .where('starts_at', '=', startsAt)
        .executeTakeFirst();
      return row ? LOSS.noun(row) : null;
    },
    async openLosses() {
      const rows = await db.selectFrom('loss').selectAll().where('open', '=', 1).orderBy('id').limit(5000).execute();
      return rows.map(LOSS.noun);
    },
    async losses({ from, to, indicator, fingerprints, limit }) {
      if (fingerprints?.length === 0) return [];
      let query = db.selectFrom('loss').selectAll().orderBy('starts_at', 'desc').orderBy('id', 'desc').limit(limit);
      if (from !== undefined) query = query.where('ends_at', '>=', from);
      if (to !== undefined) query = query.where('starts_at', '<', to);
      if (indicator !== undefined) query = query.where('indicator', '=', indicator);
      if (fingerprints !== undefined) query = query.where('fingerprint', 'in', fingerprints);
      return (await query.execute()).map(LOSS.noun);
    },
  };
}
