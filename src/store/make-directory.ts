import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';

/**
 * Makes a directory with those above it, readable by this user alone. One by one: asked for all at once, Node looks for ever
 * for one that the file system cannot have, as in /proc.
 * @throws Fault `bad_request` in words, when something else stands there or it may not be made
 */
export function makeDirectory(path: string): void {
  const full = resolve(path);
  const there = statSync(full, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  if (there) throw new Fault('bad_request', { what: `"${path}" is a file. Name a directory for the data.` });
  if (dirname(full) !== full) makeDirectory(dirname(full));
  try {
    mkdirSync(full, { mode: 0o700 });
  } catch (error) {
    const { code } = error as { code?: string };
    // Another process may have made it meanwhile.
    if (code === 'EEXIST' && statSync(full).isDirectory()) return;
    throw new Fault(
      'bad_request',
      { what: `The directory "${full}" cannot be made: ${code ?? String(error)}. Name another one.` },
      { cause: error },
    );
  }
}
