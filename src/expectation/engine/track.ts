import type { Labels } from '../../core/labels.ts';
import { DAY_PARTS, dayPartTable, type DayPart, type DayPartStarts } from '../band/day-part.ts';
import { LocalTime } from '../band/local-time.ts';
import type { Reading } from '../band/reading.ts';
import type { ExpectedLevel } from '../given/expected-level.ts';
import type { ForecastCheck } from '../given/forecast-check.ts';
import type { SeriesGiven } from '../given/series-given.ts';

type Suffix = 'expected' | 'expected_lower' | 'expected_upper' | 'anomaly_score';

/** One series of an indicator with the level expected of it. */
export interface Track {
  readonly labels: Labels;
  readonly outputs: Readonly<Record<Suffix, Labels>>;
  readonly zone: string;
  readonly given: SeriesGiven;
  level: ExpectedLevel;
  reading: Reading | null;
  /** Compares forecasts with what comes. */
  readonly check: ForecastCheck;
}

/** The labels of the series that are written back for one series. */
export function outputsOf(name: string, labels: Labels): Track['outputs'] {
  const named = (suffix: Suffix): Labels => Object.freeze({ ...labels, __name__: seriesName(name, suffix) });
  return {
    expected: named('expected'),
    expected_lower: named('expected_lower'),
    expected_upper: named('expected_upper'),
    anomaly_score: named('anomaly_score'),
  };
}

/** `vehicle-heartbeats` writes `vehicle_heartbeats:expected`: a name that PromQL takes without quotes. */
export function seriesName(name: string, suffix: string): string {
  return `${name.replaceAll('-', '_')}:${suffix}`;
}

/** Says which part of the day it is, for each zone. */
export class DayParts {
  readonly #table: Uint8Array;
  readonly #clocks = new Map<string, LocalTime>();

  constructor(starts: DayPartStarts) {
    this.#table = dayPartTable(starts);
  }

  at(zone: string, time: number): DayPart {
    let clock = this.#clocks.get(zone);
    if (!clock) this.#clocks.set(zone, (clock = new LocalTime(zone)));
    return DAY_PARTS[this.#table[Math.floor((clock.local(time) % 86_400_000) / 60_000)]!]!;
  }
}
