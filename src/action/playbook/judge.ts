import type { PlaybookRun } from '../nouns.ts';
import type { Measure } from '../ports.ts';

interface Bound {
  readonly expr: string;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

/** Whether a condition holds, and what was seen, in words. */
export interface Judgement {
  readonly holds: boolean;
  readonly seen: string;
}

const SHOWN = 5;

/**
 * Whether every value of the expression lies within the bounds. No value at all does not hold: missing data is not a go.
 * Pure.
 */
export function judge(bound: Bound, values: Awaited<ReturnType<Measure['values']>>): Judgement {
  const within = (value: number): boolean =>
    (bound.above === undefined || value > bound.above) && (bound.below === undefined || value < bound.below);
  const wanted = [
    ...(bound.above === undefined ? [] : [`above ${bound.above}`]),
    ...(bound.below === undefined ? [] : [`below ${bound.below}`]),
  ].join(' and ');
  if (values.length === 0) return { holds: false, seen: `no value, wanted ${wanted}` };
  const outside = values.filter(({ value }) => !within(value));
  const holds = outside.length === 0;
  const told = (holds ? values : outside).slice(0, SHOWN).map(({ labels, value }) => valueWords(labels, value));
  return { holds, seen: `${told.join(', ')}, wanted ${wanted}` };
}

function valueWords(labels: Readonly<Record<string, string>>, value: number): string {
  const names = Object.entries(labels).map(([name, text]) => `${name}=${text}`);
  const rounded = String(Math.round(value * 1000) / 1000);
  return names.length > 0 ? `${rounded} (${names.join(' ')})` : rounded;
}

/** Asks the metrics engine and judges; an engine that cannot answer does not hold. */
export async function measure(engine: Measure, bound: Bound, at: number): Promise<Judgement> {
  try {
    return judge(bound, await engine.values(bound.expr, at));
  } catch (error) {
    return { holds: false, seen: `could not be measured: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Whether a run has ended. */
export function isOver(run: PlaybookRun): boolean {
  return run.finishedAt !== null;
}
