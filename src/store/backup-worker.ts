/** Copies a database beside its writer: one reading of one state, written out as a fresh file. */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const { path, part } = workerData as { path: string; part: string };
const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
database.prepare('VACUUM INTO ?').run(part);
database.close();
