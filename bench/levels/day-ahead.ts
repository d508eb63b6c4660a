/** Day-ahead error, coverage and width on taxi demand, beside the simplest forecasts. */
import { Band, DAY_PARTS, dayPartTable, type DayLike } from '../../src/expectation/index.ts';
import { taxi, type Series } from './data.ts';

const HALF_HOUR = 1_800_000;
const DAY = 86_400_000;
const PER_DAY = 48;
const HISTORY_DAYS = 28;
const ORIGINS = 24;
const EVERY_DAYS = 4;
/** 8 November: what lies before is judged, what lies behind is for tuning. */
const TUNING_FROM = 130;

interface PartCount {
  inside: number;
  count: number;
  width: number;
  sum: number;
}

interface Outcome {
  readonly wape: number;
  readonly parts: readonly PartCount[];
}

type Forecast = (history: Series, time: number) => { expected: number; lower: number; upper: number };

/** Days that most of New York does not work, by the calendar of the country. */
export function dayAhead(root: string, calendar: DayLike, judged: boolean): void {
  const series = taxi(root);
  const forecasters: Readonly<Record<string, (history: Series) => Forecast>> = {
    ours: (history) => bandOf(history, null),
    'ours, holidays of the country': (history) => bandOf(history, calendar),
    'seasonal naive': () => naive,
    'time-of-week median': () => weekly,
    'time-of-week median x last day': (history) => weeklyLevel(history),
  };
  const tuned = Math.floor((series.values.length / PER_DAY - TUNING_FROM) / EVERY_DAYS);
  const runs = [
    { title: `tuning: ${tuned} origins from November to January`, first: TUNING_FROM, count: tuned },
    ...[0, 1, 3].map((offset) => ({
      title: `tuning: 24 origins, July to October, ${Math.abs(offset - 2)} days ${offset < 2 ? 'before' : 'after'} the judged ones`,
      first: HISTORY_DAYS + offset,
      count: ORIGINS,
    })),
    // The first origin is 31 July 2014: the series that published figures use.
    { title: 'judged: 24 origins, July to October', first: HISTORY_DAYS + 2, count: ORIGINS },
  ];
  for (const { title, first, count } of judged ? runs : runs.slice(0, -1)) {
    console.log(`Day ahead on nyc_taxi, 4 weeks of history, 48 steps, every 4 days; ${title}`);
    for (const [name, make] of Object.entries(forecasters))
      console.log(`  ${name.padEnd(31)} ${words(origins(series, make, first, count))}`);
  }
}

function bandOf(history: Series, calendar: DayLike | null): Forecast {
  const band = Band.fit(history, 'UTC', { step: HALF_HOUR }, calendar);
  return (_, time) => band.forecast(time);
}

function origins(
  { times, values }: Series,
  make: (history: Series) => Forecast,
  first: number,
  count: number,
): Outcome {
  const table = dayPartTable({ morning: 360, daytime: 600, evening: 1020, night: 1320 });
  const parts: PartCount[] = DAY_PARTS.map(() => ({ inside: 0, count: 0, width: 0, sum: 0 }));
  let [error, total] = [0, 0];
  for (let origin = 0; origin < count; origin++) {
    const at = (first + EVERY_DAYS * origin) * PER_DAY;
    const from = at - HISTORY_DAYS * PER_DAY;
    const history = { times: times.subarray(from, at), values: values.subarray(from, at) };
    const forecast = make(history);
    for (let index = at; index < at + PER_DAY; index++) {
      const { expected, lower, upper } = forecast(history, times[index]!);
      const value = values[index]!;
      error += Math.abs(value - expected);
      total += value;
      const part = parts[table[Math.floor((times[index]! % DAY) / 60_000)]!]!;
      part.count++;
      part.sum += value;
      part.width += upper - lower;
      if (value >= lower && value <= upper) part.inside++;
    }
  }
  return { wape: (100 * error) / total, parts };
}

const naive: Forecast = ({ values }, time) => pointOnly(values[slotAt(time) + values.length - 7 * PER_DAY]!);
const weekly: Forecast = ({ values }, time) => pointOnly(weekMedian(values, slotAt(time)));

/** Moved by how the last day compared with its median. */
function weeklyLevel({ values }: Series): Forecast {
  let [real, said] = [0, 0];
  for (let slot = 0; slot < PER_DAY; slot++) {
    real += values[values.length - PER_DAY + slot]!;
    const before = [1, 2, 3].map((week) => values[values.length - PER_DAY + slot - week * 7 * PER_DAY]!);
    said += median(before);
  }
  return (history, time) => pointOnly(weekMedian(history.values, slotAt(time)) * (real / said));
}

/** Slot of the day ahead; the histories end at midnight. */
function slotAt(time: number): number {
  return Math.floor((time % DAY) / HALF_HOUR);
}

function weekMedian(values: Float64Array, slot: number): number {
  return median([1, 2, 3, 4].map((week) => values[values.length + slot - week * 7 * PER_DAY]!));
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function pointOnly(expected: number): { expected: number; lower: number; upper: number } {
  return { expected, lower: NaN, upper: NaN };
}

function words({ wape, parts }: Outcome): string {
  const share = parts.map(({ inside, count, width, sum }, index) =>
    Number.isNaN(width)
      ? ''
      : `${DAY_PARTS[index]} ${((100 * inside) / count).toFixed(1)} %/${(width / sum).toFixed(2)}`,
  );
  return `WAPE ${wape.toFixed(2)} %  ${share.join('  ')}`.trimEnd();
}
