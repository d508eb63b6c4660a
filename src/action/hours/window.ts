import type { Calendar } from '../../expectation/band/calendar.ts';

/** Hours of some days; `to` at or before `from` lies on the next day. */
export interface Hours {
  /** 1 is Monday, 7 Sunday; empty for every day. */
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

/** Hours of the week in a time zone, such as the office's; with the days that are not what their weekday says. */
export interface HoursWindow {
  readonly name: string;
  readonly zone: string;
  readonly only: readonly Hours[];
  /** A holiday counts as the weekday that the calendar says, mostly a Sunday. */
  readonly calendar: Calendar | null;
  /** It is open when the hours are not. */
  readonly inverted: boolean;
}
