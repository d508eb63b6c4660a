/**
 * `npm run simulate -- --seeds N --first-seed K --days D [--outages O] [--workers W]`: runs the engine through simulated days, once for
 * each seed, and prints what did not hold. A failure is replayed by its seed: `--seeds 1 --first-seed SEED`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { OUTAGES_A_DAY } from '../test/simulation/simulate.ts';
import { overWorkers } from '../test/simulation/worker.ts';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      'first-seed': { type: 'string', default: '1' },
      days: { type: 'string', default: '7' },
      outages: { type: 'string', default: String(OUTAGES_A_DAY) },
      workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    },
  });
  const [seeds, first, days, outages, workers] = [
    values.seeds,
    values['first-seed'],
    values.days,
    values.outages,
    values.workers,
  ].map(Number);
  if (![seeds, first, days, outages, workers].every((value) => value !== undefined && value > 0)) {
    console.error('Write whole numbers above 0, such as --seeds 100 --first-seed 1 --days 7.');
    return 2;
  }
  const started = performance.now();
  const totals = { alerts: 0, incidents: 0, pages: 0, repeated: 0, went: 0 };
  const faults: Record<string, number> = {};
  let failed = 0;
  let done = 0;
  const list = Array.from({ length: seeds! }, (_, n) => first! + n);
  await overWorkers(workers!, list, { days: days!, outagesADay: outages! }, (report) => {
    if (++done % 50 === 0) console.log(`${done} seeds done, ${failed} failed`);
    totals.alerts += report.alerts;
    totals.incidents += report.incidents;
    totals.pages += report.pages;
    totals.repeated += report.repeated;
    totals.went += report.went;
    for (const [kind, count] of Object.entries(report.faults)) faults[kind] = (faults[kind] ?? 0) + count;
    if (report.violations.length === 0) return;
    failed++;
    console.log(
      `seed ${report.seed} (replay: npm run simulate -- --seeds 1 --first-seed ${report.seed} --days ${days} --outages ${outages})`,
    );
    for (const violation of report.violations.slice(0, 5)) console.log(`  ${violation}`);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `seeds ${first} to ${first! + seeds! - 1}, ${days} days each with about ${outages} outages a day: ${failed} failed; ${totals.alerts} requests acknowledged, ${totals.incidents} incidents paged, ${totals.pages} pages out, ${totals.repeated} of them again after a fault, ${totals.went} times somebody went on with one; ${seconds} s`,
  );
  console.log(
    `faults: ${Object.entries(faults)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
  );
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
