import { withDefinitions, type Config } from '../config/index.ts';
import type { Transactor } from '../core/transaction.ts';
import type { ImprovementTx } from '../improvement/index.ts';
import type { RunnerLog } from './runner.ts';

/** Puts the definitions that were activated, also by other instances, over what the file says. */
export class DefinitionKeeper {
  readonly #store: Pick<Transactor<ImprovementTx>, 'read'>;
  readonly #log: RunnerLog;
  #stamp = '';

  constructor(store: Pick<Transactor<ImprovementTx>, 'read'>, log: RunnerLog) {
    this.#store = store;
    this.#log = log;
  }

  /** The configuration that is in force. `changed` says whether other definitions are than the last time. */
  async over(written: Config): Promise<{ readonly config: Config; readonly changed: boolean }> {
    const active = await this.#store.read((tx) => tx.definitions.list({ inForce: true }));
    const stamp = active.map(({ id }) => id).join(' ');
    const changed = stamp !== this.#stamp;
    this.#stamp = stamp;
    const { config, unused } = withDefinitions(written, active.toReversed());
    for (const { id, why } of changed ? unused : []) {
      this.#log.warn({ definition: id, why }, 'an activated definition does not fit the configuration; it is left out');
    }
    return { config, changed };
  }
}
