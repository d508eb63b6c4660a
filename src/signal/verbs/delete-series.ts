import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { CoreTx, Deps } from '../../core/transaction.ts';
import { parseSelector } from '../../promql/index.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import type { ErasedSamples, SampleEraser } from '../ports.ts';

export interface DeleteSeriesInput {
  /** Series selectors in PromQL; a series goes when one of them finds it. */
  readonly selectors: readonly string[];
  /** First and last instant, ms, both included; all of it when left out. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const MOST_SELECTORS = 100;
const SHOWN = 200;

/**
 * Deletes recorded samples, durable when it resolves. Samples live in a file of their own, so there are two rows in the
 * journal: the order before anything goes, and what went, caused by it. An order that was cut off by a crash is seen by
 * its missing second row, and can be given again.
 * @throws Fault `forbidden`; `bad_request` for no selector, one that does not parse or would find every series
 */
export async function deleteSeries(
  deps: Deps<CoreTx>,
  eraser: SampleEraser,
  actor: Actor,
  input: DeleteSeriesInput,
): Promise<ErasedSamples> {
  permit(actor, 'series.delete');
  const { selectors, from = -Infinity, to = Infinity } = input;
  if (selectors.length === 0) throw new Fault('bad_request', { what: 'no match[] parameter provided' });
  if (selectors.length > MOST_SELECTORS)
    throw new Fault('bad_request', { what: `${selectors.length} match[] at once; give ${MOST_SELECTORS} at most` });
  for (const selector of selectors) parseSelector(selector);
  if (to < from) throw new Fault('bad_request', { what: 'the end is before the start' });
  const what = shortened(selectors.join(' '));
  const row = { actor, subject: { kind: 'series', id: what } } as const;
  const data = { selectors, from: boundText(from), to: boundText(to) };
  const causeId = await deps.store.transact((tx) =>
    tx.journal.append({
      ...row,
      fact: SIGNAL_FACTS.seriesDeletionOrdered,
      summary: `${actor.name} ordered the deletion of ${what}${spanText(from, to)}.`,
      data,
    }),
  );
  const erased = await eraser.erase(selectors, from, to);
  await deps.store.transact((tx) =>
    tx.journal.append({
      ...row,
      fact: SIGNAL_FACTS.seriesDeleted,
      causeId,
      summary: `${erased.samples} samples of ${what} were deleted; ${erased.series} series are gone altogether.`,
      data: { ...data, ...erased },
    }),
  );
  return erased;
}

/** Takes what was deleted out of the files too. Nothing that can be asked for changes. @throws Fault `forbidden` */
export async function cleanSeries(eraser: SampleEraser, actor: Actor): Promise<void> {
  permit(actor, 'series.delete');
  await eraser.clean();
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function spanText(from: number, to: number): string {
  const begin = boundText(from);
  const end = boundText(to);
  return `${begin === null ? '' : ` from ${begin}`}${end === null ? '' : ` to ${end}`}`;
}

/** An instant in words, or null for a bound that is none. */
function boundText(ms: number): string | null {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}
