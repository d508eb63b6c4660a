import type { CalendarConfig, IndicatorConfig, WatermarkConfig } from '../config.ts';
import type { RuleGroup } from '../rule/group.ts';

/** Everything the engine is told to watch. Plain data: it is posted to the engine's thread. */
export interface EnginePlan {
  readonly groups: readonly RuleGroup[];
  readonly watermarks: readonly WatermarkConfig[];
  readonly indicators: readonly IndicatorConfig[];
  readonly calendars: readonly CalendarConfig[];
  /** Time zone by city name, for indicators whose zone follows a label. */
  readonly zones: Readonly<Record<string, string>>;
  /** City names to the titles people read. */
  readonly titles: Readonly<Record<string, string>>;
  /** Address under which people reach this server. */
  readonly externalUrl: string;
  /** Interval of rule groups that name none, and of watermarks, ms. */
  readonly interval: number;
}
