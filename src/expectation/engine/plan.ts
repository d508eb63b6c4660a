import type { CalendarConfig, IndicatorConfig, WatermarkConfig } from '../config.ts';
import type { PlannedEvent } from '../given/event.ts';
import type { RuleGroup } from '../rule/group.ts';
import type { Watch } from '../watch/watch.ts';
import type { WordLanguage } from '../words/language.ts';

/** Everything the engine is told to watch. Plain data: it is posted to the engine's thread. */
export interface EnginePlan {
  readonly groups: readonly RuleGroup[];
  readonly watermarks: readonly WatermarkConfig[];
  readonly indicators: readonly IndicatorConfig[];
  readonly calendars: readonly CalendarConfig[];
  /** Rules in one line over indicators, besides those that stand with the indicator. */
  readonly watches?: readonly Watch[];
  /** False alarms to be expected of a series in a day, for indicators that say nothing of it. */
  readonly falseAlarms?: number;
  /** Events that the configuration knows; others are given while it runs. */
  readonly events?: readonly PlannedEvent[];
  /** Languages in which alerts are said, the main one first; English if left out. */
  readonly languages?: readonly WordLanguage[];
  /** Time zone by city name, for indicators whose zone follows a label. */
  readonly zones: Readonly<Record<string, string>>;
  /** City names to the titles people read. */
  readonly titles: Readonly<Record<string, string>>;
  /** Address under which people reach this server. */
  readonly externalUrl: string;
  /** What cumulative exponential histograms of OTLP become; classic ones if left out. */
  readonly exponential?: 'classic' | 'native';
  /** Interval of rule groups that name none, and of watermarks, ms. */
  readonly interval: number;
}
