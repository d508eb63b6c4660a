import { readConfig, type Config, type Imported } from '../../index.ts';
import { importedText } from '../whole.ts';
import type { Integration } from '../../../signal/index.ts';

/** The instant of the tests of imports. */
export const NOW = Date.parse('2026-11-24T12:00:00Z');

/** The configuration that the text of an import holds. @throws Fault `config_invalid` when it does not hold */
export function held(
  imported: Imported,
  env: Readonly<Record<string, string>> = {},
  integrations: readonly Integration[] = [],
): Config {
  const text = importedText(imported, 'a test', { whole: true });
  return readConfig({
    file: 'lamplighter.yaml',
    text,
    env,
    now: NOW,
    integrations,
    filesOf: () => [],
  });
}
