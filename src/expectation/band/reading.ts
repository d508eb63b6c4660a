/** What a level is said to be. `nodata` is silence or a value that stands still against its habit. */
export type BandStateName = 'learning' | 'ok' | 'below' | 'above' | 'nodata';

/** One value held against the level expected. */
export interface Reading {
  readonly time: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** Signed; beyond 1 or -1 an alarm opens. 0 while learning and without data. */
  readonly score: number;
  readonly state: BandStateName;
  /** Since when the state holds; ms. */
  readonly since: number;
  /** Why, in words. */
  readonly reason: string;
}

/** A level to be expected. NaN where nothing has been learnt. */
export interface Expectation {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}
