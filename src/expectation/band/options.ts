import { DEFAULT_DAY_PARTS, type DayPartStarts } from './day-part.ts';

/** What can be set about a band. Durations are ms. */
export interface BandOptions {
  /** Distance between samples. */
  readonly step: number;
  /** Weeks of history the profile is learnt from. */
  readonly weeks: number;
  /** Share of ordinary values between `lower` and `upper`. */
  readonly coverage: number;
  /** An alarm needs at least this deviation, as a share of the expected value and in its unit. */
  readonly minRelative: number;
  readonly minAbsolute: number;
  /** How much history must be there before the band judges. */
  readonly learn: number;
  /** An alarm that lasts this long is taken as the new normal, and learnt from. */
  readonly acceptAfter: number;
  /** Silence of this length is no data. */
  readonly silence: number;
  /** False alarms to be expected per day from the tails of the residuals. */
  readonly alarmRate: number;
  readonly dayParts: DayPartStarts;
  /** How long after local midnight the profile is learnt anew: thousands of series must not all do it at once. */
  readonly refitAfter: number;
}

/** The ISO weekday (1 Monday to 7 Sunday) that a local date (YYYY-MM-DD) behaves like, or null for its own. */
export type DayLike = (date: string) => number | null;

/** False alarms to be expected of a series in a day, unless the configuration says otherwise: one in 200 days. */
export const DEFAULT_FALSE_ALARMS = 0.005;

const DAY = 86_400_000;

/** The options with everything left out filled in. `step` must be given. */
export function bandOptions(given: Partial<BandOptions> & Pick<BandOptions, 'step'>): BandOptions {
  return {
    weeks: 4,
    coverage: 0.95,
    minRelative: 0.25,
    minAbsolute: 0,
    learn: 14 * DAY,
    acceptAfter: 3 * DAY,
    silence: Math.max(3 * given.step, 300_000),
    alarmRate: DEFAULT_FALSE_ALARMS,
    dayParts: DEFAULT_DAY_PARTS,
    refitAfter: 0,
    ...given,
  };
}

/** Slot of the profile: at least a quarter of an hour, at least the step, and a divisor of the day. */
export function slotLength(step: number): number {
  const minutes = [15, 20, 30, 60, 120, 180, 240, 360, 720, 1440].find((length) => length * 60_000 >= step) ?? 1440;
  return minutes * 60_000;
}
