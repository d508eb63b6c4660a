/** What is held against labels: our band, and the simplest that one would write instead. Each sees a row before it judges. */
import { Band } from '../../src/expectation/index.ts';
import type { Series } from './data.ts';

export interface Judged {
  /** 1 where an alarm is open. */
  readonly alarms: Uint8Array;
  /** Size of the deviation in units of the detector; beyond 1 is an alarm. */
  readonly scores: Float64Array;
}

export type Detector = (series: Series, step: number) => Judged;

const LEARN_SHARE = 0.15;
const DAY = 86_400_000;

export const DETECTORS: Readonly<Record<string, Detector>> = {
  ours: band,
  'mean +- 3 sigma of all before': sigma,
  'time-of-week median +- 3 robust sigma': weekly,
};

function band({ times, values }: Series, step: number): Judged {
  const span = times.at(-1)! - times[0]!;
  const watched = Band.fit({ times: [], values: [] }, 'UTC', { step, learn: LEARN_SHARE * span });
  const alarms = new Uint8Array(times.length);
  const scores = new Float64Array(times.length);
  for (let index = 0; index < times.length; index++) {
    const reading = watched.next(times[index]!, values[index]!);
    alarms[index] = reading.state === 'ok' || reading.state === 'learning' ? 0 : 1;
    scores[index] = Math.abs(reading.score);
  }
  return { alarms, scores };
}

function sigma({ values }: Series): Judged {
  const judged = Math.floor(LEARN_SHARE * values.length);
  let [count, mean, squares] = [0, 0, 0];
  return judge(values, (index, value) => {
    const score =
      index < judged ? 0 : Math.abs(value - mean) / (3 * Math.sqrt(squares / Math.max(1, count)) || Infinity);
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
    return score;
  });
}

/** Medians of the same time of week (of day, until a second week is there) among all rows before. */
function weekly({ times, values }: Series, step: number): Judged {
  const judged = Math.floor(LEARN_SHARE * values.length);
  const slot = Math.max(step, DAY / 96);
  const seen = new Map<number, number[]>();
  const residuals: number[] = [];
  let spread = NaN;
  return judge(values, (index, value) => {
    const long = times[index]! - times[0]! >= 14 * DAY;
    const key = Math.floor((times[index]! % (7 * DAY)) / slot);
    const day = Math.floor((times[index]! % DAY) / slot) + 1e6;
    const level = median(seen.get(long ? key : day) ?? seen.get(day) ?? []);
    const off = Math.abs(value - level);
    for (const at of [key, day]) seen.set(at, [...(seen.get(at) ?? []).slice(-40), value]);
    if (index % 96 === 0 || Number.isNaN(spread)) spread = 1.4826 * median(residuals.slice(-2000));
    if (!Number.isNaN(off)) residuals.push(off);
    return index < judged || Number.isNaN(off) ? 0 : off / (3 * spread || Infinity);
  });
}

function judge(values: Float64Array, scoreOf: (index: number, value: number) => number): Judged {
  const scores = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isNaN(values[index]!)) scores[index] = scoreOf(index, values[index]!);
  }
  return { scores, alarms: Uint8Array.from(scores, (score) => (score > 1 ? 1 : 0)) };
}

function median(list: readonly number[]): number {
  const sorted = Float64Array.from(list).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
