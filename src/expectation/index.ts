export {
  alertEvent,
  type Deviation,
  type DeviationState,
  type EventOrigin,
  type Sample,
  type Transition,
} from './deviation.ts';
export type { CheckExpr, QueryNow } from './ports.ts';
export {
  expectationConfig,
  watermarkConfig,
  type IndicatorConfig,
  type WatchConfig,
  type WatermarkConfig,
} from './config.ts';
export type { AlertingRule, RecordingRule, Rule, RuleFault, RuleGroup } from './rule/group.ts';
export { parseRuleFile, type RuleFile } from './rule/rule-file.ts';
export {
  EMPTY_LIFECYCLE,
  openDeviations,
  restore,
  step,
  type LifecycleState,
  type LifecycleStep,
} from './rule/lifecycle.ts';
export { checkTemplate } from './rule/template/parser.ts';
export { expandTemplate, type ExpandContext } from './rule/template/expand.ts';
export {
  EMPTY_WATERMARK,
  restoreWatermark,
  stepWatermark,
  type Watermark,
  type WatermarkState,
  type WatermarkStep,
} from './watermark/watermark.ts';
export { Band, type BandState, type History } from './band/band.ts';
export type { BandStateName, Expectation, Reading } from './band/reading.ts';
export { DAY_PARTS, dayPartTable, type DayPart, type DayPartStarts } from './band/day-part.ts';
export type { BandOptions, DayLike } from './band/options.ts';
export { describeDeviation, type DeviationFacts } from './band/words.ts';
export { backtest, writeRows, type Backtest, type BacktestOptions } from './backtest/backtest.ts';
export type { BacktestSummary } from './backtest/summary.ts';
export { Engine, type EngineStats, type StoredDeviation, type TickResult } from './engine/engine.ts';
export type { EnginePlan } from './engine/plan.ts';
export type { ReplayedRule } from './engine/replay.ts';
