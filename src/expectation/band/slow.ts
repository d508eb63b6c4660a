import type { SlotHistory } from './history.ts';
import type { Profile } from './profile.ts';
import type { LevelTrack } from './replay.ts';
import { tailThreshold } from './ring.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The stretch that is looked at. */
const WINDOW = 6 * HOUR;
/** What it is held against: the week that ended a day ago, so that a day of drift does not excuse itself. */
const ANCHOR_FROM = 8 * DAY;
const ANCHOR_TO = DAY;
/** Share of a day that must be known before there is an anchor. */
const ANCHOR_LEAST = 1;
/** Thresholds of the deviation: it is never known better; beyond the most the view is of no use. */
const LEAST = 0.12;
const MOST = 0.5;
const LEAST_PAST = 4 * DAY;

/**
 * The slow view: how the last six hours compare with the profile under the level of last week. The short-term level
 * follows a drift and so hides it; this does not. Only for values that have a ratio, such as counts.
 */
export class SlowView {
  readonly #history: SlotHistory;
  readonly #track: LevelTrack;
  readonly #first: number;
  readonly #slot: number;
  readonly #ratio: boolean;
  /** Sums up to the beginning of each slot from `first`. */
  readonly #real: number[] = [0];
  readonly #said: number[] = [0];
  readonly #pairs: number[] = [0];
  #above = NaN;
  #below = NaN;

  /** @param rate false alarms to be expected per day */
  constructor(history: SlotHistory, profile: Profile, track: LevelTrack, rate: number) {
    this.#history = history;
    this.#track = track;
    this.#first = profile.first;
    this.#slot = DAY / history.perDay;
    this.#ratio = profile.ratio && profile.season === 'week' && this.#slot <= WINDOW / 2;
    if (!this.#ratio) return;
    this.advance();
    this.#calibrate(rate);
  }

  /** To be called when the history has moved on by a slot or more: all but the newest slot are complete. */
  advance(): void {
    if (!this.#ratio) return;
    for (let slot = this.#first + this.#real.length - 1; slot < this.#history.last; slot++) {
      const mean = this.#history.mean(slot);
      const known = !Number.isNaN(mean);
      this.#real.push(this.#real.at(-1)! + (known ? mean : 0));
      this.#said.push(this.#said.at(-1)! + (known ? this.#track.said(slot) : 0));
      this.#pairs.push(this.#pairs.at(-1)! + (known ? 1 : 0));
    }
  }

  /**
   * The score of the stretch before the newest slot (beyond 1 or -1 is an alarm), with the level it was held against.
   * @param since slot before which nothing counts as anchor, because the level was accepted anew
   */
  look(since: number): { readonly score: number; readonly level: number } | null {
    if (Number.isNaN(this.#above)) return null;
    const end = this.#real.length - 1;
    const seen = this.#deviation(end, since);
    if (!seen) return null;
    const { off, level } = seen;
    return { score: off >= 0 ? off / this.#above : off / this.#below, level };
  }

  #deviation(end: number, since: number): { readonly off: number; readonly level: number } | null {
    const window = Math.round(WINDOW / this.#slot);
    const from = Math.max(0, since - this.#first, end - Math.round(ANCHOR_FROM / this.#slot));
    const to = end - Math.round(ANCHOR_TO / this.#slot);
    if (to <= from || end < window) return null;
    const known = this.#pairs[to]! - this.#pairs[from]!;
    const seen = this.#pairs[end]! - this.#pairs[end - window]!;
    const anchorSaid = this.#said[to]! - this.#said[from]!;
    const said = this.#said[end]! - this.#said[end - window]!;
    if (known < ANCHOR_LEAST * this.#history.perDay || seen < window / 2 || anchorSaid <= 0 || said <= 0) return null;
    const level = (this.#real[to]! - this.#real[from]!) / anchorSaid;
    if (!(level > 0)) return null;
    return { off: (this.#real[end]! - this.#real[end - window]!) / (said * level) - 1, level };
  }

  #calibrate(rate: number): void {
    const past: number[] = [];
    const leads = Math.round((ANCHOR_FROM - 2 * DAY) / this.#slot);
    for (let end = leads; end < this.#real.length; end++) {
      const seen = this.#deviation(end, this.#first);
      if (seen) past.push(seen.off);
    }
    if (past.length < LEAST_PAST / this.#slot) return;
    // Windows overlap: one excursion is seen as often as a window has slots.
    const each = (rate * WINDOW) / DAY / 2;
    this.#above = held(tailThreshold(Float64Array.from(past).sort(), each));
    this.#below = held(tailThreshold(Float64Array.from(past, (off) => -off).sort(), each));
  }
}

/** Where six hours deviate that much by habit, the view has nothing to say. */
function held(threshold: number): number {
  return threshold > MOST ? Infinity : Math.max(LEAST, threshold);
}
