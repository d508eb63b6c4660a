import type { Labels } from '../../core/labels.ts';
import { eventsOf, factorAt, type PlannedEvent } from './event.ts';
import type { Given } from './expected-level.ts';
import type { ForecastBook } from './forecast.ts';

/** Everything that is known in advance, of all series. */
export interface GivenBook {
  readonly forecasts: ForecastBook;
  readonly events: readonly PlannedEvent[];
}

/** What is known in advance of one series: imported forecasts before those that come as a series, and events. */
export class SeriesGiven implements Given {
  #imported: ((time: number) => number) | null = null;
  #version = '';
  #events: readonly PlannedEvent[] = [];
  #now = { time: NaN, value: NaN };
  #past: ((time: number) => number) | null = null;

  /** Takes what is known anew. @returns whether the forecasts are other ones */
  take({ forecasts, events }: GivenBook, indicator: string, labels: Labels): boolean {
    this.#events = eventsOf(events, indicator, labels);
    this.#imported = forecasts.of(indicator, labels);
    const version = forecasts.versionOf(indicator, labels);
    const changed = version !== this.#version;
    this.#version = version;
    return changed;
  }

  /** The forecast that a series gives for an instant. */
  now(time: number, value: number): void {
    this.#now = { time, value };
  }

  /** What the series of forecasts gave in the past, while the level is being learnt from it; null afterwards. */
  past(look: ((time: number) => number) | null): void {
    this.#past = look;
  }

  factor(time: number): number {
    return factorAt(this.#events, time);
  }

  forecast(time: number): number {
    const imported = this.#imported?.(time) ?? NaN;
    if (!Number.isNaN(imported)) return imported;
    if (time === this.#now.time) return this.#now.value;
    return this.#past?.(time) ?? NaN;
  }
}
