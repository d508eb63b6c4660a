/** Lets so many through in a second, and says of how many it did not. */
export class RateLimit {
  readonly #now: () => number;
  readonly #perSecond: number;
  #second = 0;
  #count = 0;
  refused = 0;

  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  passes(): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) [this.#second, this.#count] = [second, 0];
    if (this.#count >= this.#perSecond) {
      this.refused++;
      return false;
    }
    this.#count++;
    return true;
  }
}
