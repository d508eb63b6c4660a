/** Series deleted in one turn: bounds how long writes, rules and queries wait for it. */
const SERIES_PER_TURN = 200;

/** What a deletion took. */
export interface Erased {
  /** Series that are gone altogether. */
  readonly series: number;
  readonly samples: number;
}

/** A deletion under way: a part of the series at a time, so that it holds nothing else up. */
export class Erasure {
  readonly #ids: readonly number[];
  readonly #erase: (ids: readonly number[]) => Erased;
  #at = 0;
  #found: Erased = { series: 0, samples: 0 };

  /** Use SeriesStore.erase. */
  constructor(ids: readonly number[], erase: (ids: readonly number[]) => Erased) {
    this.#ids = ids;
    this.#erase = erase;
  }

  /** Deletes from the next series. @returns whether some are left @throws Fault `unavailable`; then the turn can be repeated */
  turn(): boolean {
    const some = this.#ids.slice(this.#at, this.#at + SERIES_PER_TURN);
    if (some.length > 0) {
      const { series, samples } = this.#erase(some);
      this.#found = { series: this.#found.series + series, samples: this.#found.samples + samples };
      this.#at += some.length;
    }
    return this.#at < this.#ids.length;
  }

  /** What went so far. */
  get found(): Erased {
    return this.#found;
  }
}
