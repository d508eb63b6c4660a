import type { Labels } from '../../core/labels.ts';

/** A stretch of time in which another level is to be expected than history says: an event, a campaign, a closure. */
export interface PlannedEvent {
  /** Id of its row, or `config:NAME` where it stands in the configuration. */
  readonly id: string;
  readonly title: string;
  /** Names of the indicators it changes; none means all. */
  readonly indicators: readonly string[];
  /** The series it changes: those that carry all these labels; none means all. */
  readonly match: Labels;
  /** First instant and the one after the last, ms. */
  readonly from: number;
  readonly to: number;
  /** What the learnt level is multiplied by: 1.5 is half as much again, 0 a closure. */
  readonly factor: number;
}

/** Most that can be expected of an event, as a factor. */
export const MOST_FACTOR = 100;

/** The events that change a series, in the order of their beginning. */
export function eventsOf(events: readonly PlannedEvent[], indicator: string, labels: Labels): PlannedEvent[] {
  return events
    .filter(
      ({ indicators, match }) =>
        (indicators.length === 0 || indicators.includes(indicator)) &&
        Object.entries(match).every(([name, value]) => labels[name] === value),
    )
    .sort((a, b) => a.from - b.from);
}

/** What the level is multiplied by at an instant: events at the same time multiply. 1 where there is none. */
export function factorAt(events: readonly PlannedEvent[], time: number): number {
  let factor = 1;
  for (const event of events) if (time >= event.from && time < event.to) factor *= event.factor;
  return Math.min(MOST_FACTOR, factor);
}
