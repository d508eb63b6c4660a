import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readIntegration, type Integration } from '../signal/index.ts';

const FOLDER = fileURLToPath(new URL('../../integration/', import.meta.url));
let known: readonly Integration[] | null = null;

/** The integrations that come with the program, by name; read once. */
export function builtInIntegrations(): readonly Integration[] {
  known ??= globSync('*/integration.yaml', { cwd: FOLDER })
    .sort()
    .map((path) => {
      const read = readIntegration(readFileSync(FOLDER + path, 'utf8'));
      if ('name' in read) return read;
      throw new Error(`${path}: ${read.map(({ path: at, what }) => `${at}: ${what}`).join('; ')}`);
    });
  return known;
}
