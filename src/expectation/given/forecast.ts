import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';

/** The values that were given for one series in advance, ascending in time. */
export interface ForecastLine {
  /** The import it came with. */
  readonly forecastId: string;
  readonly indicator: string;
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Between two values that lie further apart than this nothing is said, ms. */
const MOST_GAP = 6 * 3_600_000;
/** A value stands for this long behind the last one, at most. */
const GAP_STEPS = 2;

/** Looks up forecasts. Of several that speak of an instant the one that was imported last counts. */
export class ForecastBook {
  readonly #lines = new Map<string, Curve[]>();

  /** @param lines in the order in which they were imported */
  constructor(lines: readonly ForecastLine[] = []) {
    for (const line of lines) {
      const key = keyOf(line.indicator, line.labels);
      const list = this.#lines.get(key) ?? [];
      list.unshift(new Curve(line));
      this.#lines.set(key, list);
    }
  }

  /** The look-up of one series; null when nothing was ever given for it. */
  of(indicator: string, labels: Labels): ((time: number) => number) | null {
    const curves = this.#lines.get(keyOf(indicator, labels));
    if (!curves) return null;
    return (time) => {
      for (const curve of curves) {
        const value = curve.at(time);
        if (!Number.isNaN(value)) return value;
      }
      return NaN;
    };
  }

  /** Names what a look-up is made of: another text means another forecast. */
  versionOf(indicator: string, labels: Labels): string {
    return (this.#lines.get(keyOf(indicator, labels)) ?? []).map(({ id }) => id).join(' ');
  }
}

/** A book in which nothing was forecast. */
export function noForecasts(): ForecastBook {
  return new ForecastBook();
}

/** One line; between its values it is straight. */
class Curve {
  readonly id: string;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  readonly #gap: number;
  #cursor = 0;

  constructor({ forecastId, times, values }: ForecastLine) {
    this.id = forecastId;
    this.#times = Float64Array.from(times);
    this.#values = Float64Array.from(values);
    this.#gap = Math.min(MOST_GAP, GAP_STEPS * medianStep(this.#times));
  }

  at(time: number): number {
    const times = this.#times;
    const index = this.#indexBefore(time);
    if (index < 0) return NaN;
    const [start, value] = [times[index]!, this.#values[index]!];
    const end = times[index + 1];
    if (end === undefined || end - start > Math.max(this.#gap, 1)) return time - start < this.#gap ? value : NaN;
    return value + ((this.#values[index + 1]! - value) * (time - start)) / (end - start);
  }

  /** Asked mostly in the order of time, so the place of the last answer is tried first. */
  #indexBefore(time: number): number {
    const times = this.#times;
    const last = this.#cursor;
    if (times[last]! <= time && !(times[last + 1]! <= time)) return last;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    this.#cursor = Math.max(0, low - 1);
    return low - 1;
  }
}

function medianStep(times: Float64Array): number {
  if (times.length < 2) return 3_600_000;
  const steps = times.slice(1).map((time, index) => time - times[index]!);
  return steps.sort()[steps.length >> 1]!;
}

function keyOf(indicator: string, labels: Labels): string {
  return `${indicator}\u0000${labelsKey(withoutLabels(labels, ['__name__']))}`;
}
