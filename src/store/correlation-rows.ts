import { sql, type Kysely } from 'kysely';
import { NO_SIGNATURE, type Signature } from '../incident/correlate/sign.ts';
import type { Edge } from '../incident/edge.ts';
import type { Incident, Ranking } from '../incident/incident.ts';
import type { StoredLesson } from '../incident/lesson.ts';
import type { IncidentTx, RecordedChange } from '../incident/ports.ts';
import { codec, type RowOf } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { INCIDENT } from './incident-rows.ts';
import { insertRows, runPrepared, sendPrepared } from './prepared.ts';
import type { Database } from './schema.ts';

const CHANGE = codec<RecordedChange>({
  id: 'text',
  at: 'whole',
  kind: 'text',
  component: 'text',
  title: 'text',
  source: 'text',
  url: 'text',
  recordedAt: 'whole',
});
const EDGE = codec<Edge>({
  id: 'text',
  caller: 'text',
  callee: 'text',
  evidence: 'json',
  state: 'text',
  firstSeenAt: 'whole',
  lastSeenAt: 'whole',
  decidedBy: 'text',
  decidedAt: 'whole',
  reason: 'text',
});
const LESSONS_READ = 200;
/** Written out and not as parameters, so that the partial index of live incidents may be used. */
const LIVE = sql<boolean>`incident.state IN ('open', 'accepted')`;

/** The inverted index of incidents, what they are known by, what persons taught, changes and learnt edges. */
export function correlationRows(db: Kysely<Database>, flavour: Flavour): IncidentTx['correlation'] {
  const overNetwork = flavour.name === 'postgres';
  return {
    async candidates(keys, resolvedSince, limit) {
      if (keys.length === 0) return [];
      const rows = await runPrepared<RowOf<Incident> & { signature: string | null }>(
        db,
        'candidates',
        [flavour.list(keys), resolvedSince, limit],
        () =>
          db
            .selectFrom('incident')
            .leftJoin('incident_signature', 'incident_signature.incident_id', 'incident.id')
            .selectAll('incident')
            .select('incident_signature.signature')
            .where('incident.id', 'in', (from) =>
              from.selectFrom('incident_key').select('incident_key.incident_id').where(flavour.among('key')),
            )
            .where((eb) =>
              eb.or([
                LIVE,
                eb.and([sql<boolean>`incident.state = 'resolved'`, eb('incident.resolved_at', '>=', resolvedSince)]),
              ]),
            )
            .orderBy('incident.opened_at')
            .orderBy('incident.id')
            .limit(limit),
      );
      return rows.map(({ signature, ...row }) => ({ ...INCIDENT.noun(row), signature: readSignature(signature) }));
    },
    async liveUnder(keys) {
      const under = new Map<string, string[]>();
      if (keys.length === 0) return { incidents: [], under };
      // The embedded database takes the tables of a cross join in their order: first the keys, which are few.
      const query = sql<{ key: string; id: string }>`SELECT k.key, k.incident_id AS id
        FROM incident_key AS k CROSS JOIN incident
        WHERE ${flavour.among('k.key')} AND incident.id = k.incident_id AND ${LIVE}`;
      const pairs = await runPrepared<{ key: string; id: string }>(db, 'live under', [flavour.list(keys)], () => ({
        compile: () => query.compile(db),
      }));
      for (const { key, id } of pairs) {
        const ids = under.get(key);
        if (ids) ids.push(id);
        else under.set(key, [id]);
      }
      const ids = flavour.list([...new Set(pairs.map(({ id }) => id))]);
      const rows = await runPrepared<RowOf<Incident> & { signature: string | null }>(db, 'live by id', [ids], () =>
        db
          .selectFrom('incident')
          .leftJoin('incident_signature', 'incident_signature.incident_id', 'incident.id')
          .selectAll('incident')
          .select('incident_signature.signature')
          .where(flavour.among('incident.id'))
          .where(LIVE),
      );
      return {
        incidents: rows.map(({ signature, ...row }) => ({
          ...INCIDENT.noun(row),
          signature: readSignature(signature),
        })),
        under,
      };
    },
    async keyCounts(keys) {
      if (keys.length === 0) return new Map();
      const rows = await runPrepared<{ key: string; count: number }>(db, 'key counts', [flavour.list(keys)], () =>
        db
          .selectFrom('incident_key')
          .select((eb) => ['key', eb.fn.countAll<number>().as('count')])
          .where(flavour.among('key'))
          .groupBy('key'),
      );
      return new Map(rows.map(({ key, count }) => [key, Number(count)]));
    },
    async incidentCount() {
      const [row] = await runPrepared<{ value: number }>(db, 'incidents so far', ['incident'], () =>
        db.selectFrom('counter').select('value').where('name', '=', 'incident'),
      );
      return row?.value ?? 0;
    },
    async signature(incidentId) {
      const [row] = await runPrepared<{ signature: string }>(db, 'signature', [incidentId], () =>
        db.selectFrom('incident_signature').select('signature').where('incident_id', '=', incidentId),
      );
      return readSignature(row?.signature ?? null);
    },
    async putSignature(incidentId, signature, keys) {
      const text = JSON.stringify(signature);
      await sendPrepared(db, 'put signature', [incidentId, text, text], () =>
        db
          .insertInto('incident_signature')
          .values({ incident_id: incidentId, signature: text })
          .onConflict((conflict) => conflict.column('incident_id').doUpdateSet({ signature: text })),
      );
      await insertRows(
        db,
        'incident_key',
        keys.map((key) => ({ key, incident_id: incidentId })),
        {
          overNetwork,
          unlessThere: ['key', 'incident_id'],
        },
      );
    },
    async ranking(incidentId) {
      const [row] = await runPrepared<Database['incident_ranking']>(db, 'ranking', [incidentId], () =>
        db.selectFrom('incident_ranking').selectAll().where('incident_id', '=', incidentId),
      );
      return row ? readRanking(row) : null;
    },
    async rankings(incidentIds) {
      const rows = await runPrepared<Database['incident_ranking']>(db, 'rankings', [flavour.list(incidentIds)], () =>
        db.selectFrom('incident_ranking').selectAll().where(flavour.among('incident_id')),
      );
      return new Map(rows.map((row) => [row.incident_id, readRanking(row)]));
    },
    async putRanking(incidentId, { at, abstained, causes, measured, measures }) {
      const set = {
        at,
        abstained,
        causes: JSON.stringify(causes),
        measured: measured ? 1 : 0,
        measures: measures === null ? null : JSON.stringify(measures),
      };
      const values = Object.values(set);
      await sendPrepared(db, 'put ranking', [incidentId, ...values, ...values], () =>
        db
          .insertInto('incident_ranking')
          .values({ incident_id: incidentId, ...set })
          .onConflict((conflict) => conflict.column('incident_id').doUpdateSet(set)),
      );
    },
    async alike(keys, except, limit) {
      if (keys.length === 0) return [];
      const rows = await db
        .selectFrom('incident_key')
        .innerJoin('incident', 'incident.id', 'incident_key.incident_id')
        .select((eb) => ['incident_key.incident_id as id', eb.fn.countAll<number | string>().as('keys')])
        .where('incident_key.key', 'in', keys)
        .where('incident_key.incident_id', '!=', except)
        .where('incident.state', '=', 'resolved')
        .groupBy('incident_key.incident_id')
        .orderBy('keys', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ id, keys: count }) => ({ id, keys: Number(count) }));
    },
    async insertLesson({ id, a, b, verdict, by, incidentId, at }) {
      await db
        .insertInto('correlation_lesson')
        .values({ id, a, b, verdict, learnt_from: by, incident_id: incidentId, at })
        .execute();
    },
    async lessons(kinds) {
      const found = new Map<string, StoredLesson[]>();
      if (kinds.length === 0) return found;
      const list = flavour.list(kinds);
      const rows = await runPrepared<Database['correlation_lesson']>(db, 'lessons', [list, list], () =>
        db
          .selectFrom('correlation_lesson')
          .selectAll()
          .where((eb) => eb.or([flavour.among('a'), flavour.among('b')]))
          .orderBy('id', 'desc'),
      );
      const asked = new Set(kinds);
      for (const { id, a, b, verdict, learnt_from: by, incident_id: incidentId, at } of rows) {
        const lesson = { id, a, b, verdict: verdict as StoredLesson['verdict'], by, incidentId, at: Number(at) };
        for (const kind of new Set([a, b])) {
          if (!asked.has(kind)) continue;
          const known = found.get(kind);
          if (!known) found.set(kind, [lesson]);
          else if (known.length < LESSONS_READ) known.push(lesson);
        }
      }
      return found;
    },
    async forgetLessons(incidentId) {
      await db.deleteFrom('correlation_lesson').where('incident_id', '=', incidentId).execute();
    },
    async insertChange(change) {
      const result = await db
        .insertInto('change_event')
        .values(CHANGE.row(change))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async changes(from, to, limit) {
      const rows = await runPrepared<RowOf<RecordedChange>>(db, 'changes', [from, to, limit], () =>
        db
          .selectFrom('change_event')
          .selectAll()
          .where('at', '>=', from)
          .where('at', '<=', to)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit),
      );
      return rows.map(CHANGE.noun);
    },
    async edges() {
      return (await db.selectFrom('topology_edge').selectAll().orderBy('id').execute()).map(EDGE.noun);
    },
    async edge(id) {
      const row = await db.selectFrom('topology_edge').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? EDGE.noun(row) : null;
    },
    async putEdge(edge) {
      const row = EDGE.row(edge);
      await db
        .insertInto('topology_edge')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
  };
}

function readSignature(text: string | null): Signature {
  return text === null ? NO_SIGNATURE : { ...NO_SIGNATURE, ...(JSON.parse(text) as Partial<Signature>) };
}

function readRanking({ at, abstained, causes, measured, measures }: Database['incident_ranking']): Ranking {
  return {
    at,
    abstained,
    causes: JSON.parse(causes) as Ranking['causes'],
    measured: measured === 1,
    measures: measures === null ? null : (JSON.parse(measures) as Ranking['measures']),
  };
}
