import type { Deps } from '../core/transaction.ts';
import { loadGiven, type ExpectationTx } from '../expectation/index.ts';
import type { EngineClient } from './engine-client.ts';

/** Keeps the engine told of the forecasts and events that were given, also by other instances on the same database. */
export class GivenKeeper {
  readonly #engine: Pick<EngineClient, 'give'>;
  readonly #deps: Pick<Deps<ExpectationTx>, 'store' | 'clock'>;
  #stamp: string | null = null;

  constructor(engine: Pick<EngineClient, 'give'>, deps: Pick<Deps<ExpectationTx>, 'store' | 'clock'>) {
    this.#engine = engine;
    this.#deps = deps;
  }

  /** Hands over what is given, if it is not the same as the last time. */
  async refresh(): Promise<void> {
    const stamp = await this.#deps.store.read((tx) => tx.expectations.givenStamp());
    if (stamp === this.#stamp) return;
    const { stamp: loaded, ...given } = await this.#deps.store.read((tx) => loadGiven(tx, this.#deps.clock.now()));
    await this.#engine.give(given);
    this.#stamp = loaded;
  }
}

/** Whether a fact changes what is known in advance of levels, or which definitions are in force. */
export function isGiven({ fact }: { readonly fact: string }): boolean {
  return /^(?:forecast|event|definition)\./.test(fact);
}
