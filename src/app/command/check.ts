import { Fault } from '../../core/fault.ts';
import { loadConfig } from '../load-config.ts';

/** Validates the configuration; exit status 1 when something is wrong. */
export function check({ config: path, json }: { readonly config: string; readonly json?: boolean }): void {
  try {
    const config = loadConfig(path, Date.now());
    const rules = config.groups.reduce((sum, group) => sum + group.rules.length, 0);
    const counts = {
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
    if (json) console.log(JSON.stringify({ ok: true, ...counts }));
    else
      console.log(
        `${path} holds: ${Object.entries(counts)
          .map(([name, count]) => `${count} ${name}`)
          .join(', ')}`,
      );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (json) console.log(JSON.stringify({ ok: false, error: error.message }));
    else console.error(error.message);
    process.exitCode = 1;
  }
}
