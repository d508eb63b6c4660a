/** The limit on source files, and the reasoned exceptions. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { typescriptFiles } from './borders.ts';

const LIMIT = 500;

/** Path to the reason why it may be longer. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'web/src/language/en.ts': 'a dictionary: one flat table of words',
  'web/src/language/de.ts': 'a dictionary: one flat table of words',
};

/** Source files over the limit, as lines to print. */
export function checkSizes(root: string): string[] {
  const found: string[] = [];
  for (const folder of ['src', 'web', 'demo', 'test', 'scripts', 'bench']) {
    for (const file of typescriptFiles(join(root, folder))) {
      const path = relative(root, file);
      const lines = readFileSync(file, 'utf8').split('\n').length - 1;
      if (lines > LIMIT && !(path in EXCEPTIONS)) {
        found.push(`${path}: ${lines} lines; ${LIMIT} is the limit. Cut it where its parts have names of their own.`);
      }
    }
  }
  return found;
}
