import type { Config } from '../../config/index.ts';
import { Fault } from '../../core/fault.ts';
import type { RemoteAddress } from '../../series/remote/index.ts';
import type { AppOptions } from '../app-options.ts';

/** Options that several commands share. */
export interface DataOptions {
  readonly config: string;
  readonly data?: string;
}

/** The database that the options and the environment name. @throws Fault `bad_request` for an address that is none */
export function databaseOf(directory: string): AppOptions['database'] {
  const url = process.env['LAMPLIGHTER_DATABASE_URL'];
  if (!url) return { sqlite: { directory } };
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new Fault('bad_request', {
      what: 'LAMPLIGHTER_DATABASE_URL is no address of a PostgreSQL. Write postgres://user:password@host:5432/database, or leave it out for the embedded database.',
    });
  }
  const schema = process.env['LAMPLIGHTER_DATABASE_SCHEMA'];
  return { postgres: schema ? { url, schema } : { url } };
}

/** The engine that keeps the series when the configuration names one; null for the embedded store. */
export function remoteAddress({ metrics }: Config): RemoteAddress | null {
  if (!metrics.engine) return null;
  const { url, write_url: writeUrl, token } = metrics.engine;
  const base = url.replace(/\/+$/, '');
  return { url: base, writeUrl: writeUrl ?? `${base}/api/v1/write`, token: token ?? null };
}
