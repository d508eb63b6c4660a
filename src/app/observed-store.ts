import type { Store, Tx } from '../store/index.ts';

/** A fact that was committed. */
export interface WrittenFact {
  readonly id: string;
  readonly fact: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly incidentId: string | null;
}

/** The same store, telling after each commit which facts it wrote: a hint for browsers and jobs, never relied on. */
export function observed(store: Store, tell: (facts: readonly WrittenFact[]) => void): Store {
  const watching = <R, More extends readonly unknown[]>(run: (tx: Tx, ...more: More) => Promise<R>) => {
    return (tx: Tx, ...more: More): Promise<R> => {
      const facts: WrittenFact[] = [];
      tx.afterCommit(() => {
        if (facts.length > 0) tell(facts);
      });
      const appendAll: Tx['journal']['appendAll'] = async (entries) => {
        const ids = await tx.journal.appendAll(entries);
        for (const [index, { fact, subject, incidentId }] of entries.entries()) {
          facts.push({
            id: ids[index]!,
            fact,
            subjectKind: subject.kind,
            subjectId: subject.id,
            incidentId: incidentId ?? null,
          });
        }
        return ids;
      };
      const append: Tx['journal']['append'] = async (entry) => (await appendAll([entry]))[0]!;
      return run({ ...tx, journal: { ...tx.journal, append, appendAll } }, ...more);
    };
  };
  return {
    ...store,
    transact: (run) => store.transact(watching(run)),
    settle: (item, run, lock) => store.settle(item, watching(run), lock),
    settleAll: (items, run, lock) => store.settleAll(items, watching(run), lock),
  };
}
