import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { backupDatabase, DATABASE_FILE, makeDirectory, restoreDatabase } from '../../store/index.ts';
import { loadConfig } from '../load-config.ts';
import { SERIES_FILE } from '../app.ts';
import type { DataOptions } from './data-options.ts';

/** Copies both databases into an empty directory; the server may run meanwhile. */
export async function backupCommand(target: string, options: DataOptions): Promise<void> {
  const directory = directoryOf(options);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Fault('conflict', { what: `${target} is not empty. Name a new directory.` });
  }
  makeDirectory(target);
  // The series first: the operations database then knows of nothing that the series do not.
  for (const file of [SERIES_FILE, DATABASE_FILE]) {
    if (existsSync(join(directory, file))) await backupDatabase(join(directory, file), join(target, file));
  }
  console.log(`Backed up ${directory} to ${target}`);
}

/** Puts a backup back; the server must be stopped. */
export function restoreCommand(source: string, options: DataOptions & { readonly force?: boolean }): void {
  const directory = directoryOf(options);
  const files = [DATABASE_FILE, SERIES_FILE].filter((file) => existsSync(join(source, file)));
  if (!files.includes(DATABASE_FILE)) throw new Fault('not_found', { what: 'backup', id: source });
  // The operations database decides whether the directory may be written; the series go with it.
  files.forEach((file, index) =>
    restoreDatabase(join(source, file), directory, { name: file, force: index > 0 || (options.force ?? false) }),
  );
  console.log(`Restored ${source} to ${directory}`);
}

function directoryOf({ config, data }: DataOptions): string {
  return data ?? loadConfig(config, Date.now()).storage.directory;
}
