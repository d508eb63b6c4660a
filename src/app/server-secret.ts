import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';

/**
 * The secret that signs acceptance links: from the environment where several instances share a database, otherwise made
 * once and kept in the data directory, readable by this user alone.
 * @throws Fault `bad_request` when the one given is too short
 */
export function serverSecret(directory: string, given: string | undefined): string {
  if (given !== undefined && given !== '') {
    if (given.length < 32) throw new Fault('bad_request', { what: 'LAMPLIGHTER_SECRET needs at least 32 characters.' });
    return given;
  }
  const path = join(directory, 'server-secret');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const made = randomBytes(32).toString('base64url');
    writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  }
}
