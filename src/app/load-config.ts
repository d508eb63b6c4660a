import { globSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { readConfig, type Config, type NamedFile } from '../config/index.ts';
import { Fault } from '../core/fault.ts';
import { holidayMistake } from '../outside/holidays.ts';
import { builtInIntegrations } from './integrations.ts';

/**
 * Reads the configuration file and the rule files that it names.
 * @param now the present instant, ms
 * @throws Fault `config_invalid`, `not_found` when there is no such file
 */
export function loadConfig(path: string, now: number): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('not_found', { what: 'configuration file', id: path }, { cause: error });
  }
  const filesOf = (pattern: string): NamedFile[] =>
    filesBeside(path, pattern).map((file) => ({
      path: relative(process.cwd(), file) || file,
      text: readFileSync(file, 'utf8'),
    }));
  const integrations = builtInIntegrations();
  return readConfig({ file: path, text, env: process.env, filesOf, now, holidayMistake, integrations });
}

/** The files that a pattern in the configuration names: relative to it, in order. */
export function filesBeside(path: string, pattern: string): string[] {
  return globSync(isAbsolute(pattern) ? pattern : join(dirname(path), pattern)).sort();
}
