import { instantParam } from '../../expectation/index.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';

interface DeleteOptions extends DataOptions {
  readonly from?: string;
  readonly to?: string;
}

/** Deletes recorded samples and says how many went. */
export async function deleteSeriesCommand(
  selectors: readonly string[],
  { from, to, ...options }: DeleteOptions,
): Promise<void> {
  const instant = (name: string, text: string | undefined): number | undefined =>
    text === undefined ? undefined : instantParam({ [name]: [text] }, name);
  const input = { selectors, from: instant('--from', from), to: instant('--to', to) };
  const { samples, series } = await withApp(options, (app) => app.deleteSeries(input));
  console.log(`${samples} samples were deleted; ${series} series are gone altogether.`);
}
