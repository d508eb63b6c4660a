import { configNotes } from '../../config/index.ts';
import { Fault } from '../../core/fault.ts';
import { filesBeside, loadConfig } from '../load-config.ts';

/** What one of them is called. */
const ONE = {
  cities: 'city',
  functions: 'function',
  components: 'component',
  rules: 'rule',
  watermarks: 'watermark',
  indicators: 'indicator',
  chains: 'chain',
  playbooks: 'playbook',
  people: 'person',
} as const;

/** Validates the configuration; exit status 1 when something is wrong. What is only rarely meant is noted. */
export function check({ config: path, json }: { readonly config: string; readonly json?: boolean }): void {
  try {
    const config = loadConfig(path, Date.now());
    const rules = config.groups.reduce((sum, group) => sum + group.rules.length, 0);
    const counts: Record<keyof typeof ONE, number> = {
      cities: config.topology.cities.length,
      functions: config.topology.functions.length,
      components: config.topology.components.length,
      rules,
      watermarks: config.watermarks.length,
      indicators: config.indicators.length,
      chains: config.chains.length,
      playbooks: config.playbooks.length,
      people: config.people.length,
    };
    const notes = configNotes(config, (pattern) => filesBeside(path, pattern));
    if (json) return console.log(JSON.stringify({ ok: true, ...counts, notes }));
    const words = (Object.keys(counts) as (keyof typeof ONE)[]).map(
      (name) => `${counts[name]} ${counts[name] === 1 ? ONE[name] : name}`,
    );
    console.log(`${path} holds: ${words.join(', ')}`);
    for (const note of notes) console.error(`To be looked at: ${note}`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { mistakes } = error.params;
    const list = typeof mistakes === 'string' ? (JSON.parse(mistakes) as unknown) : [];
    if (json) console.log(JSON.stringify({ ok: false, error: error.message, mistakes: list }));
    else console.error(error.message);
    process.exitCode = 1;
  }
}
