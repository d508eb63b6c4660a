import type { AppOptions } from '../app.ts';

/** Options that several commands share. */
export interface DataOptions {
  readonly config: string;
  readonly data?: string;
}

/** The database that the options and the environment name. */
export function databaseOf(directory: string): AppOptions['database'] {
  const url = process.env['LAMPLIGHTER_DATABASE_URL'];
  if (!url) return { sqlite: { directory } };
  const schema = process.env['LAMPLIGHTER_DATABASE_SCHEMA'];
  return { postgres: schema ? { url, schema } : { url } };
}
