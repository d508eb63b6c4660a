/**
 * How good the expected level is: day-ahead error and coverage on taxi demand, incidents written into it, events found
 * and false alarms on labelled series, the NAB score, cost; beside the simplest things one would do instead.
 *
 *     node --expose-gc bench/levels.ts [directory of the detection data] [--tuning] [--files] [--quick]
 *
 * --tuning: only what may be looked at while tuning. --files: a line for each file. --quick: no thousand indicators.
 * What was measured and how it was tuned stands in docs/benchmarks.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dayLikeOf } from '../src/expectation/index.ts';
import { holidaysOf } from '../src/outside/holidays.ts';
import { cost } from './levels/cost.ts';
import { labelledFiles } from './levels/data.ts';
import { dayAhead } from './levels/day-ahead.ts';
import { events } from './levels/events.ts';
import { injected } from './levels/injected.ts';

/** Settings tried on the tuning half before the constants were fixed; every run of a changed constant counts. */
const CONFIGURATIONS_TRIED = 100;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tuning: { type: 'boolean', default: false },
    files: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const root = positionals[0] ?? join(import.meta.dirname, '../../shared/data/detection');

/** New York's public holidays; on three of them the city works. */
const calendar = dayLikeOf(
  {
    country: 'US',
    state: 'NY',
    like: 'sunday',
    days: [
      { date: '2014-10-13', like: 'monday' },
      { date: '2014-11-04', like: 'tuesday' },
      { date: '2014-11-11', like: 'tuesday' },
    ],
  },
  holidaysOf,
);

if (!existsSync(root)) {
  console.log(`Skipped: there is no data at ${root}. Name the directory that holds nab/ and microsoft/.`);
} else {
  const files = labelledFiles(root).filter(({ half }) => !options.tuning || half === 'tuning');
  console.log(
    `Files are split by a hash of their names; ${CONFIGURATIONS_TRIED} configurations were tried on the tuning half`,
  );
  dayAhead(root, calendar, !options.tuning);
  injected(root, calendar);
  events(files, options.files);
  await cost(!options.quick);
}
