import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { DATABASE_FILE } from '../../../src/store/index.ts';
import { POSTGRES_URL } from '../../contract/place.ts';

/** An alert as it lies in the database. */
interface StoredAlert {
  readonly labels: string;
  readonly incident_id: string | null;
}

/** Where an instance keeps its database: a directory, or a schema of PostgreSQL. */
export type StoredAt = { readonly directory: string } | { readonly schema: string };

const ALL = 'SELECT labels, incident_id FROM';

/**
 * Reads all alerts from the database itself, past the program: by its API hundreds of thousands would take many minutes.
 * @returns their ids as the sender gave them (label `id`), and whether each has an incident
 */
export async function storedAlerts(at: StoredAt): Promise<ReadonlyMap<string, boolean>> {
  const rows = 'directory' in at ? fromFile(at.directory) : await fromSchema(at.schema);
  return new Map(
    rows.map(({ labels, incident_id: incident }) => {
      const { id = '' } = JSON.parse(labels) as { readonly id?: string };
      return [id, incident !== null];
    }),
  );
}

function fromFile(directory: string): StoredAlert[] {
  const db = new DatabaseSync(join(directory, DATABASE_FILE), { readOnly: true });
  try {
    return db.prepare(`${ALL} alert`).all() as unknown as StoredAlert[];
  } finally {
    db.close();
  }
}

async function fromSchema(schema: string): Promise<StoredAlert[]> {
  const client = new pg.Client({ connectionString: POSTGRES_URL });
  await client.connect();
  try {
    return (await client.query<StoredAlert>(`${ALL} ${pg.escapeIdentifier(schema)}.alert`)).rows;
  } finally {
    await client.end();
  }
}
