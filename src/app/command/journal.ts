import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';

/** Walks the journal's hash chain; exit status 1 names the first row that does not hold. */
export async function verifyJournalCommand(options: DataOptions): Promise<void> {
  const verdict = await withApp(options, (app) => app.store.verifyJournal());
  if (verdict.ok)
    console.log(`The journal holds: ${verdict.sealed} rows in the chain, ${verdict.unsealed} not sealed yet.`);
  else {
    console.error(`The journal does not hold. ${verdict.what}`);
    process.exitCode = 1;
  }
}
