/** What may be believed of a score: reasons why a value that looks unusual is none. */

/** A short-term level this far off the profile begins to be doubtful, and is wholly so at the second factor. */
const DOUBT_FROM = Math.log(1.5);
const DOUBT_WHOLE = Math.log(3);

/**
 * The levels to which a value may go back at any time, lowest and highest: the one without what the last hours carry
 * over, and, as far as the short-term level is doubtful because it lies far off the profile, that of the profile itself.
 * After a burst the level is high for a day, and the end of the burst is no loss.
 * @param base the profile under the short-term level
 * @param plain the profile alone
 */
export function levelsToGoBackTo(base: number, plain: number): { readonly least: number; readonly most: number } {
  if (!(base > 0) || !(plain > 0)) return { least: base, most: base };
  const off = Math.abs(Math.log(base / plain));
  const doubt = Math.min(1, Math.max(0, (off - DOUBT_FROM) / (DOUBT_WHOLE - DOUBT_FROM)));
  const back = base + doubt * (plain - base);
  return { least: Math.min(base, back), most: Math.max(base, back) };
}

/** So many standard deviations more than expected are no chance, for counts that fall independently. */
const CHANCE_MOST = 4;

/** Plain data of a count of chance. */
export interface ChanceState {
  /** Whether all values so far were whole numbers. */
  readonly whole: boolean;
}

/**
 * Holds small counts against chance: where next to nothing is expected, one event is none. What was seen and expected is
 * summed up while the score stays high, so that a few more each minute add up.
 */
export class Chance {
  #whole: boolean;
  #said = 0;
  #seen = 0;

  constructor(state?: ChanceState) {
    this.#whole = state?.whole ?? true;
  }

  /** Takes note of a value: only whole numbers are counts. */
  observe(value: number): void {
    if (!Number.isInteger(value) || value < 0) this.#whole = false;
  }

  /** The score, held down to 1 where chance alone may have brought so many. */
  believed(score: number, value: number, expected: number): number {
    if (score <= 1 || !this.#whole) {
      this.#said = 0;
      this.#seen = 0;
      return score;
    }
    this.#said += Math.max(0, expected);
    this.#seen += value;
    // Roots of counts have the same deviation whatever their mean (Anscombe).
    const more = 2 * (Math.sqrt(this.#seen + 0.375) - Math.sqrt(this.#said + 0.375));
    return more > CHANCE_MOST ? score : 1;
  }

  toState(): ChanceState {
    return { whole: this.#whole };
  }
}
