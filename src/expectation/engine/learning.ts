import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { dayLikeOf, type HolidaysOf } from '../band/calendar.ts';
import type { BandOptions, DayLike } from '../band/options.ts';
import type { CalendarConfig, IndicatorConfig } from '../config.ts';
import type { Ask } from './ask.ts';
import type { EnginePlan } from './plan.ts';

/** Steps of history asked for at once. */
const CHUNK = 2880;

/** The values of one series, ascending in time. */
export interface GatheredHistory {
  readonly labels: Labels;
  readonly times: number[];
  readonly values: number[];
}

/** What the configuration says of an indicator's band. */
export function bandOptionsOf(
  indicator: IndicatorConfig,
  { falseAlarms }: Pick<EnginePlan, 'falseAlarms'>,
): Partial<BandOptions> & Pick<BandOptions, 'step'> {
  const { every, band, day_parts } = indicator;
  const { weeks, coverage, min_relative, min_absolute, learn, accept_after, false_alarms } = band;
  const alarmRate = false_alarms ?? falseAlarms;
  return {
    step: every,
    weeks,
    coverage,
    minRelative: min_relative,
    minAbsolute: min_absolute,
    learn,
    acceptAfter: accept_after,
    dayParts: day_parts,
    ...(alarmRate === undefined ? {} : { alarmRate }),
  };
}

/** The calendar of a series; null where it has none. */
export function dayLikeFor(
  { calendar }: IndicatorConfig,
  labels: Labels,
  calendars: readonly CalendarConfig[],
  holidaysOf: HolidaysOf,
): DayLike | null {
  if (calendar === undefined) return null;
  const city = typeof calendar === 'string' ? null : (labels[calendar.label] ?? '');
  const chosen = calendars.find(({ name, cities }) => (city === null ? name === calendar : cities.includes(city)));
  return chosen ? dayLikeOf(chosen, holidaysOf) : null;
}

/** The values of an expression's series from `from` to `to` (ms), by the key of their labels; in pieces. */
export function* gather(
  ask: Ask,
  expr: string,
  from: number,
  to: number,
  step: number,
): Generator<undefined, Map<string, GatheredHistory>> {
  const histories = new Map<string, GatheredHistory>();
  for (let begin = from; begin <= to; begin += CHUNK * step) {
    const until = Math.min(begin + (CHUNK - 1) * step, to);
    for (const line of ask.range(expr, begin, until, step)) {
      const labels = withoutLabels(line.labels, ['__name__']);
      const key = labelsKey(labels);
      const history = histories.get(key) ?? { labels, times: [], values: [] };
      histories.set(key, history);
      for (let index = 0; index < line.times.length; index++) {
        history.times.push(line.times[index]!);
        history.values.push(line.values[index]!);
      }
    }
    yield undefined;
  }
  return histories;
}
