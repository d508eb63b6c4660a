import type { Kysely } from 'kysely';
import type { IncidentCare, IncidentHandover, SlaClock } from '../action/care/nouns.ts';
import type { ActionTx } from '../action/ports.ts';
import { CARE, INCIDENT_HANDOVER, SLA_CLOCK } from './action-codecs.ts';
import type { RowOf } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { insertRow, insertRows, runPrepared } from './prepared.ts';
import { writeChange } from './row-change.ts';
import type { Database } from './schema.ts';

type Actions = ActionTx['actions'];

/** What is asked of whoever has an incident, and hand-overs. */
export function careRows(
  db: Kysely<Database>,
  flavour: Flavour,
): Pick<
  Actions,
  | 'care'
  | 'caresOf'
  | 'lockCare'
  | 'updateCare'
  | 'insertIncidentHandover'
  | 'incidentHandover'
  | 'incidentHandoversOf'
  | 'updateIncidentHandover'
> {
  return {
    async care(id) {
      const [row] = await runPrepared<RowOf<IncidentCare>>(db, 'care', [id], () =>
        db.selectFrom('incident_care').selectAll().where('id', '=', ''),
      );
      return row ? CARE.noun(row) : null;
    },
    async caresOf(ids) {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('incident_care')
        .selectAll()
        .where('id', 'in', [...ids])
        .orderBy('id')
        .execute();
      return rows.map(CARE.noun);
    },
    async lockCare(fresh) {
      await insertRows(db, 'incident_care', [CARE.row(fresh)], {
        overNetwork: flavour.name === 'postgres',
        unlessThere: ['id'],
      });
      const [row] = await runPrepared<RowOf<IncidentCare>>(db, 'care, locked', [fresh.id], () =>
        flavour.lockRows(db.selectFrom('incident_care').selectAll().where('id', '=', '')),
      );
      return CARE.noun(row!);
    },
    async updateCare(id, change) {
      await writeChange(db, 'incident_care', CARE, id, change);
    },
    async insertIncidentHandover(handover) {
      await insertRow(db, 'incident_handover', INCIDENT_HANDOVER.row(handover));
    },
    async incidentHandover(id) {
      const row = await db.selectFrom('incident_handover').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? INCIDENT_HANDOVER.noun(row) : null;
    },
    async incidentHandoversOf(incidentId) {
      const rows = await runPrepared<RowOf<IncidentHandover>>(db, 'hand-overs of an incident', [incidentId], () =>
        db.selectFrom('incident_handover').selectAll().where('incident_id', '=', '').orderBy('id', 'desc'),
      );
      return rows.map(INCIDENT_HANDOVER.noun);
    },
    async updateIncidentHandover(id, change) {
      await writeChange(db, 'incident_handover', INCIDENT_HANDOVER, id, change);
    },
  };
}

/** Clocks of agreed levels of service. */
export function slaRows(
  db: Kysely<Database>,
): Pick<Actions, 'insertSlaClock' | 'slaClocksOf' | 'runningClocks' | 'slaClocks' | 'updateSlaClock'> {
  return {
    async insertSlaClock(clock) {
      await insertRow(db, 'sla_clock', SLA_CLOCK.row(clock));
    },
    async slaClocksOf(incidentId) {
      const rows = await runPrepared<RowOf<SlaClock>>(db, 'clocks of an incident', [incidentId], () =>
        db.selectFrom('sla_clock').selectAll().where('incident_id', '=', '').orderBy('id'),
      );
      return rows.map(SLA_CLOCK.noun);
    },
    async runningClocks(incidentIds) {
      if (incidentIds.length === 0) return [];
      const rows = await db
        .selectFrom('sla_clock')
        .selectAll()
        .where('incident_id', 'in', [...incidentIds])
        .where('state', '=', 'running')
        .orderBy('due_at')
        .execute();
      return rows.map(SLA_CLOCK.noun);
    },
    async slaClocks(from, to) {
      const rows = await db
        .selectFrom('sla_clock')
        .selectAll()
        .where('started_at', '>=', from)
        .where('started_at', '<', to)
        .orderBy('started_at')
        .orderBy('id')
        .execute();
      return rows.map(SLA_CLOCK.noun);
    },
    async updateSlaClock(id, change) {
      await writeChange(db, 'sla_clock', SLA_CLOCK, id, change);
    },
  };
}
