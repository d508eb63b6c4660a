import type { Kysely } from 'kysely';
import type { RetroTx } from '../retro/ports.ts';
import type { Retro } from '../retro/retro.ts';
import { codec } from './codec.ts';
import { changeVersion } from './row-change.ts';
import { insertRow } from './prepared.ts';
import type { Database } from './schema.ts';

const RETRO = codec<Retro>({
  id: 'text',
  incidentId: 'text',
  title: 'text',
  state: 'text',
  facts: 'json',
  summary: 'text',
  rootCause: 'text',
  wentWell: 'text',
  wentBadly: 'text',
  createdAt: 'whole',
  updatedAt: 'whole',
  version: 'whole',
});

/** Retros: one for an incident at most. */
export function retroRows(db: Kysely<Database>): RetroTx['retros'] {
  return {
    async insert(retro) {
      await insertRow(db, 'retro', RETRO.row(retro));
    },
    async byId(id) {
      const row = await db.selectFrom('retro').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? RETRO.noun(row) : null;
    },
    async ofIncident(incidentId) {
      const row = await db.selectFrom('retro').selectAll().where('incident_id', '=', incidentId).executeTakeFirst();
      return row ? RETRO.noun(row) : null;
    },
    async list() {
      return (await db.selectFrom('retro').selectAll().orderBy('id', 'desc').execute()).map(RETRO.noun);
    },
    update: (id, version, change) => changeVersion(db, 'retro', RETRO, id, version, change),
  };
}
