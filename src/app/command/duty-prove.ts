import { dutyFindings, dutyPlan, shifts } from '../../action/index.ts';
import { Fault } from '../../core/fault.ts';
import { loadConfig } from '../load-config.ts';

const WEEK = 7 * 86_400_000;

interface Options {
  readonly config: string;
  readonly weeks: number;
  readonly from?: string;
  readonly json?: boolean;
}

/**
 * Proves the configured duty plan. What is stored (overrides, swaps, absences) is proved by a running server, on the page
 * Duty and under /ops/v1/duty/around.
 */
export function dutyProve(options: Options): void {
  const { weeks } = options;
  if (!(weeks >= 1 && weeks <= 104)) throw new Fault('bad_request', { what: 'Write --weeks from 1 to 104.' });
  const from = instantOf(options.from);
  const config = loadConfig(options.config, from);
  const plan = dutyPlan(config.duty);
  const to = from + weeks * WEEK;
  const findings = dutyFindings(plan, config.people, [], from, to);
  const count = shifts(plan, from, to).length;
  if (options.json) console.log(JSON.stringify({ from, to, shifts: count, findings }));
  else {
    for (const { kind, words } of findings) console.log(`${kind}: ${words}`);
    const verdict = findings.some(({ kind }) => kind === 'nobody' || kind === 'two-people')
      ? 'NOT proved: there is not exactly one person at every instant'
      : 'proved: exactly one person at every instant';
    console.log(`${count} shifts in ${weeks} weeks; ${verdict}; ${findings.length} findings`);
  }
  if (findings.length > 0) process.exitCode = 1;
}

function instantOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new Fault('bad_request', { what: `"${text}" is not an instant. Write 2026-01-05T09:00:00Z.` });
  return at;
}
