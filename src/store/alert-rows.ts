import { sql, type CompiledQuery, type Kysely } from 'kysely';
import type { Alert, AlertState, Silence } from '../alert/alert.ts';
import type { AlertFilter, AlertSeen, AlertTx, InhibitSide, RawAlert, ShortAlert } from '../alert/ports.ts';
import { compareText } from '../core/labels.ts';
import type { PageOf } from '../core/transaction.ts';
import { codec, type RowOf } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { pageOf, rowsToRead } from './page-of.ts';
import { maintenanceRows } from './maintenance-rows.ts';
import { insertNouns, insertRow, runPrepared, sendPrepared } from './prepared.ts';
import { changeRow, writeChange } from './row-change.ts';
import type { Database } from './schema.ts';

const ALERT = codec<Alert>({
  id: 'text',
  fingerprint: 'text',
  source: 'text',
  name: 'text',
  labels: 'json',
  annotations: 'json',
  severity: 'text',
  state: 'text',
  startsAt: 'whole',
  firedAt: 'whole',
  resolvedAt: 'whole',
  expiresAt: 'whole',
  lastSeenAt: 'whole',
  value: 'real',
  generatorUrl: 'text',
  count: 'whole',
  incidentId: 'text',
  silencedBy: 'text',
  maintenanceBy: 'text',
  inhibitedBy: 'text',
  heldBy: 'text',
  flappingSince: 'whole',
  flippedAt: 'whole',
  calmAt: 'whole',
  causeId: 'text',
});
const SHORT = codec<ShortAlert>({
  id: 'text',
  labels: 'json',
  severity: 'text',
  state: 'text',
  incidentId: 'text',
  silencedBy: 'text',
  maintenanceBy: 'text',
  inhibitedBy: 'text',
});
const SHORT_COLUMNS = [
  'id',
  'labels',
  'severity',
  'state',
  'incident_id',
  'silenced_by',
  'maintenance_by',
  'inhibited_by',
] as const satisfies readonly (keyof RowOf<ShortAlert>)[];
const SILENCE = codec<Silence>({
  id: 'text',
  matchers: 'json',
  startsAt: 'whole',
  endsAt: 'whole',
  createdBy: 'text',
  comment: 'text',
  authorId: 'text',
  annotations: 'json',
  updatedAt: 'whole',
});
const SIDE = codec<InhibitSide>({
  rule: 'text',
  equalKey: 'text',
  alertId: 'text',
  fingerprint: 'text',
  isSource: 'flag',
  isTarget: 'flag',
});
/** Alerts, silences and maintenance windows. */
export function alertRows(db: Kysely<Database>, flavour: Flavour): AlertTx['alerts'] {
  const overNetwork = flavour.name === 'postgres';
  return {
    async openByFingerprint(fingerprint) {
      return (await openAlerts(db, flavour, [fingerprint]))[0] ?? null;
    },
    openByFingerprints: (fingerprints) => openAlerts(db, flavour, fingerprints),
    async byId(id) {
      const [row] = await runPrepared<RowOf<Alert>>(db, 'alert by id', [id], () =>
        db.selectFrom('alert').selectAll().where('id', '=', ''),
      );
      return row ? ALERT.noun(row) : null;
    },
    byIds: (ids) => alertsByIds(db, flavour, ids),
    async setIncident(ids, incidentId) {
      await sendPrepared(db, 'alerts of an incident', [incidentId, flavour.list(ids)], () =>
        db.updateTable('alert').set({ incident_id: incidentId }).where(flavour.among('id')),
      );
    },
    async insert(alert) {
      await insertNouns(db, 'alert', ALERT, [alert], { overNetwork });
    },
    async insertAll(alerts) {
      await insertNouns(db, 'alert', ALERT, alerts, { overNetwork });
    },
    async update(id, change) {
      await writeChange(db, 'alert', ALERT, id, change);
    },
    seen: (changes) => seenAgain(db, flavour, changes),
    list: (filter) => listAlerts(db, flavour, filter),
    listShort: (filter) => listShort(db, filter),
    async firing(after, limit) {
      const query = sql<RawAlert>`
        SELECT fingerprint, labels, annotations, starts_at AS "startsAt", expires_at AS "expiresAt",
          last_seen_at AS "lastSeenAt", generator_url AS "generatorUrl", silenced_by AS "silencedBy",
          maintenance_by AS "maintenanceBy", inhibited_by AS "inhibitedBy"
        FROM ${flavour.using('alert', 'alert_open')}
        WHERE fingerprint > ${after} AND state IN ('pending', 'firing') AND fired_at IS NOT NULL
        ORDER BY fingerprint LIMIT ${limit}`;
      return (await query.execute(db)).rows;
    },
    async nextExpiry() {
      const query = sql<{ at: number }>`
        SELECT expires_at AS at FROM ${flavour.using('alert', 'alert_expires')}
        WHERE state = 'firing' AND expires_at IS NOT NULL ORDER BY expires_at LIMIT 1`;
      return (await query.execute(db)).rows[0]?.at ?? null;
    },
    async endsOf(fingerprints, since) {
      const counts = new Map<string, number>();
      for (let at = 0; at < fingerprints.length; at += MOST_IN_LIST) {
        const rows = await db
          .selectFrom('alert')
          .select((eb) => ['fingerprint', eb.fn.countAll<number>().as('ends')])
          .where('fingerprint', 'in', fingerprints.slice(at, at + MOST_IN_LIST))
          .where('state', '=', sql.lit('resolved'))
          .where('fired_at', 'is not', null)
          .where('resolved_at', '>=', Math.round(since))
          .groupBy('fingerprint')
          .execute();
        for (const { fingerprint, ends } of rows) counts.set(fingerprint, Number(ends));
      }
      return counts;
    },
    async held(group) {
      const rows = await db.selectFrom('alert').selectAll().where('held_by', '=', group).orderBy('id').execute();
      return rows.map(ALERT.noun);
    },
    async expired(at, limit) {
      const query = sql<RowOf<Alert>>`
        SELECT * FROM ${flavour.using('alert', 'alert_expires')}
        WHERE state = 'firing' AND expires_at <= ${Math.round(at)} ORDER BY expires_at, id LIMIT ${limit}`;
      return (await query.execute(db)).rows.map(ALERT.noun);
    },
    async insertSilence(silence) {
      await insertRow(db, 'silence', SILENCE.row(silence));
    },
    async silence(id) {
      const row = await db.selectFrom('silence').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? SILENCE.noun(row) : null;
    },
    updateSilence: (id, change) => changeRow(db, 'silence', SILENCE, id, change),
    endSilence: (id, endsAt) => changeRow(db, 'silence', SILENCE, id, { endsAt, updatedAt: endsAt }),
    async silences(endingAfter) {
      if (endingAfter !== undefined) {
        const rows = await runPrepared<RowOf<Silence>>(db, 'silences after', [Math.round(endingAfter)], () =>
          db.selectFrom('silence').selectAll().where('ends_at', '>', 0).orderBy('ends_at').orderBy('id'),
        );
        return rows.map(SILENCE.noun);
      }
      return (await db.selectFrom('silence').selectAll().orderBy('ends_at').orderBy('id').execute()).map(SILENCE.noun);
    },
    ...maintenanceRows(db),
    ...sideRows(db, overNetwork),
    ...groupRows(db),
  };
}

function sideRows(
  db: Kysely<Database>,
  overNetwork: boolean,
): Pick<AlertTx['alerts'], 'insertSides' | 'removeSides' | 'sidesOf' | 'clearSides'> {
  return {
    async insertSides(sides) {
      await insertNouns(db, 'inhibition', SIDE, sides, { overNetwork });
    },
    async removeSides(alertIds) {
      const gone: InhibitSide[] = [];
      for (let at = 0; at < alertIds.length; at += MOST_IN_LIST) {
        const rows = await db
          .deleteFrom('inhibition')
          .where('alert_id', 'in', alertIds.slice(at, at + MOST_IN_LIST))
          .returningAll()
          .execute();
        gone.push(...rows.map(SIDE.noun));
      }
      return gone;
    },
    async sidesOf(rule, equalKey) {
      const rows = await runPrepared<RowOf<InhibitSide>>(db, 'sides of a rule', [rule, equalKey], () =>
        db
          .selectFrom('inhibition')
          .selectAll()
          .where('rule', '=', rule)
          .where('equal_key', '=', equalKey)
          .orderBy('alert_id'),
      );
      return rows.map(SIDE.noun);
    },
    async clearSides() {
      const { numDeletedRows } = await db.deleteFrom('inhibition').executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function groupRows(db: Kysely<Database>): Pick<AlertTx['alerts'], 'groupToldAt' | 'saveGroupToldAt' | 'forgetGroups'> {
  return {
    async groupToldAt(group) {
      const row = await db.selectFrom('alert_group').select('told_at').where('id', '=', group).executeTakeFirst();
      return row?.told_at ?? null;
    },
    async saveGroupToldAt(group, at) {
      await db
        .insertInto('alert_group')
        .values({ id: group, told_at: at })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ told_at: at }))
        .execute();
    },
    async forgetGroups(before) {
      await db.deleteFrom('alert_group').where('told_at', '<', before).execute();
    },
  };
}

/** Written out and not as parameters, so that the partial index of open alerts is used. */
const IS_OPEN = sql<boolean>`state IN ('pending', 'firing')`;
const MOST_IN_LIST = 500;

async function openAlerts(db: Kysely<Database>, flavour: Flavour, fingerprints: readonly string[]): Promise<Alert[]> {
  if (fingerprints.length === 0) return [];
  // In one order everywhere: two transactions that lock the same alerts wait for each other and not in a circle.
  const query = sql<RowOf<Alert>>`SELECT * FROM ${flavour.using('alert', 'alert_open')}
    WHERE ${flavour.among('fingerprint')} AND ${IS_OPEN} ORDER BY fingerprint ${flavour.forUpdate}`;
  const rows = await runPrepared<RowOf<Alert>>(db, 'open by fingerprints', [flavour.list(fingerprints)], () => ({
    compile: () => query.compile(db),
  }));
  return rows.map(ALERT.noun);
}

async function seenAgain(db: Kysely<Database>, flavour: Flavour, changes: readonly AlertSeen[]): Promise<void> {
  const rows = changes.map(({ id, lastSeenAt, expiresAt, count }) => ({
    id,
    seen: Math.round(lastSeenAt),
    expires: expiresAt === null ? null : Math.round(expiresAt),
    count,
  }));
  if (flavour.name === 'postgres') {
    const column = (name: keyof (typeof rows)[number]): unknown[] => rows.map((row) => row[name]);
    const columns = [column('id'), column('seen'), column('expires'), column('count')];
    const query = sql`UPDATE alert SET last_seen_at = again.seen, expires_at = again.expires, count = again.count
      FROM unnest(${columns[0]}::text[], ${columns[1]}::bigint[], ${columns[2]}::bigint[], ${columns[3]}::bigint[])
        AS again (id, seen, expires, count)
      WHERE alert.id = again.id`;
    await sendPrepared(db, 'alerts seen', columns, () => ({ compile: () => query.compile(db) }));
    return;
  }
  for (const { id, seen, expires, count } of rows) {
    await sendPrepared(db, 'alert seen', [seen, expires, count, id], () =>
      db.updateTable('alert').set({ last_seen_at: 0, expires_at: 0, count: 0 }).where('id', '=', id),
    );
  }
}

/** Rows read at once while looking for those that fit. */
const STRETCH = 1000;

/** Newest first. With `since`, what was still wrong at that instant or began after it. */
async function listAlerts(db: Kysely<Database>, flavour: Flavour, filter: AlertFilter): Promise<PageOf<Alert>> {
  const { fits, fitsShort, limit } = filter;
  if (fitsShort && !fits) {
    const page = await listShort(db, filter);
    const byId = new Map<string, Alert>();
    const wanted = page.items.map(({ id }) => id);
    for (const alert of await alertsByIds(db, flavour, wanted)) byId.set(alert.id, alert);
    return { items: wanted.flatMap((id) => byId.get(id) ?? []), next: page.next };
  }
  const both = fits && fitsShort ? (alert: Alert): boolean => fitsShort(alert) && fits(alert) : fits;
  const read = async (after: string | undefined, most: number): Promise<Alert[]> =>
    (await readAlerts<RowOf<Alert>>(db, filter, after, most, null)).map(ALERT.noun);
  return fitting(read, both, filter.after, limit);
}

async function listShort(db: Kysely<Database>, filter: AlertFilter): Promise<PageOf<ShortAlert>> {
  const read = async (after: string | undefined, most: number): Promise<ShortAlert[]> =>
    (await readAlerts<RowOf<ShortAlert>>(db, filter, after, most, SHORT_COLUMNS)).map(SHORT.noun);
  return fitting(read, filter.fitsShort, filter.after, filter.limit);
}

/** A page of what fits, read a stretch at a time. */
async function fitting<A extends { readonly id: string }>(
  read: (after: string | undefined, most: number) => Promise<A[]>,
  fits: ((alert: A) => boolean) | undefined,
  from: string | undefined,
  limit: number | undefined,
): Promise<PageOf<A>> {
  const wanted = rowsToRead(limit);
  if (!fits) return pageOf(await read(from, wanted), limit);
  const found: A[] = [];
  for (let after = from; ;) {
    const stretch = await read(after, STRETCH);
    for (const alert of stretch) if (fits(alert) && found.push(alert) === wanted) return pageOf(found, limit);
    if (stretch.length < STRETCH) return pageOf(found, limit);
    after = stretch.at(-1)!.id;
  }
}

async function alertsByIds(db: Kysely<Database>, flavour: Flavour, ids: readonly string[]): Promise<Alert[]> {
  const rows = await runPrepared<RowOf<Alert>>(db, 'alerts by id', [flavour.list(ids)], () =>
    db.selectFrom('alert').selectAll().where(flavour.among('id')),
  );
  return rows.map(ALERT.noun);
}

const EVERY_STATE: readonly AlertState[] = ['pending', 'firing', 'resolved'];

/** Rows of a filter, newest first. Each state by itself, in the order of its index: nothing has to be sorted by the database. */
async function readAlerts<Row extends { readonly id: string }>(
  db: Kysely<Database>,
  filter: AlertFilter,
  after: string | undefined,
  limit: number,
  columns: readonly (keyof RowOf<Alert>)[] | null,
): Promise<Row[]> {
  const { states, severities, incidentId, loose, loud, since } = filter;
  if (states?.length === 0 || severities?.length === 0) return [];
  const make = (state: AlertState | null) => {
    const from = db.selectFrom('alert');
    let query = (columns ? from.select(columns) : from.selectAll()).orderBy('id', 'desc').limit(limit);
    if (state !== null) query = query.where('state', '=', state);
    if (severities !== undefined) query = query.where('severity', 'in', severities);
    if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId);
    if (loose) query = query.where('incident_id', 'is', null);
    if (loud) {
      query = query
        .where('silenced_by', 'is', null)
        .where('maintenance_by', 'is', null)
        .where('inhibited_by', 'is', null);
    }
    if (since !== undefined)
      query = query.where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', since)]));
    return after === undefined ? query : query.where('id', '<', after);
  };
  // One text for each shape of filter, put together once: what is asked for stands in the parameters.
  const read = (state: AlertState | null): Promise<Row[]> => {
    const given = { state, incidentId, since, after };
    const asked = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
    const shape = [columns?.length, asked.map(([name]) => name), severities?.length, loose === true, loud === true];
    const parameters = [state, ...(severities ?? []), incidentId, since, after, limit];
    const values = parameters.filter((value) => value !== undefined && value !== null);
    const compiled = () => make(state) as unknown as { compile(): CompiledQuery<Row> };
    return runPrepared<Row>(db, `alerts ${JSON.stringify(shape)}`, values, compiled);
  };
  // The index of an incident's alerts goes by state.
  const each = states ?? (incidentId === undefined ? undefined : EVERY_STATE);
  if (each === undefined) return read(null);
  const rows: Row[] = [];
  for (const state of new Set(each)) rows.push(...(await read(state)));
  if (each.length === 1) return rows;
  return rows.sort((a, b) => compareText(b.id, a.id)).slice(0, limit);
}
