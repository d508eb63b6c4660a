import { median } from './deviation.ts';
import type { Measures, MeasureTable } from './measures.ts';

const HOUR = 3_600_000;
/** An hour counts as disturbed beyond this multiple of the median hour; failures must be this share as well. */
const DISTURBED = { failures: 5, share: 0.02, latency: 3 };
/** With fewer hours there is no telling which of them is the odd one. */
const HOURS_LEAST = 3;

/**
 * A normal period without the hours in which something failed then: yesterday's outage at this hour does not make today's
 * normal. Judged for each component and call by itself.
 */
export function calm(table: MeasureTable): MeasureTable {
  const hours = Map.groupBy(table.times.keys(), (row) => Math.floor(table.times[row]! / HOUR));
  if (hours.size < HOURS_LEAST) return table;
  return {
    ...table,
    of: new Map([...table.of].map(([name, measures]) => [name, calmed(measures, [...hours.values()])])),
  };
}

function calmed(measures: Measures, hours: readonly (readonly number[])[]): Measures {
  const figures = hours.map((rows) => figuresOf(measures, rows));
  const usual = {
    failures: median(figures.map(({ failures }) => failures).filter((value) => !Number.isNaN(value))),
    latency: median(figures.map(({ latency }) => latency).filter((value) => !Number.isNaN(value))),
  };
  const left = new Set<number>();
  for (const [index, { failures, latency }] of figures.entries()) {
    const failed = failures > usual.failures * DISTURBED.failures && failures > usual.failures + DISTURBED.share;
    if (failed || latency > usual.latency * DISTURBED.latency) for (const row of hours[index]!) left.add(row);
  }
  if (left.size === 0) return measures;
  const without = (values: readonly number[]): number[] => values.map((value, row) => (left.has(row) ? NaN : value));
  return {
    requests: without(measures.requests),
    failures: without(measures.failures),
    latency: without(measures.latency),
  };
}

/** Share of requests that fail, and mean seconds, over some rows. */
function figuresOf({ requests, failures, latency }: Measures, rows: readonly number[]) {
  let all = 0;
  let failed = 0;
  let waited = 0;
  let timed = 0;
  for (const row of rows) {
    if (!(requests[row]! > 0)) continue;
    if (!Number.isNaN(failures[row]!)) {
      all += requests[row]!;
      failed += failures[row]!;
    }
    if (Number.isNaN(latency[row]!)) continue;
    waited += latency[row]! * requests[row]!;
    timed += requests[row]!;
  }
  return { failures: failed / all, latency: waited / timed };
}
