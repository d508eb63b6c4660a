import type { SignalTx } from '../signal/ports.ts';
import type { Sample } from './deviation.ts';
import type { Forecast, ForecastPoints, LevelEvent } from './given/nouns.ts';
import type { Loss } from './loss/noun.ts';

/** Says what is wrong with a PromQL expression, or null. The engine brings the parser. */
export type CheckExpr = (expr: string) => string | null;

/** The vector of an expression at the instant of the evaluation. It throws when the expression cannot be evaluated. */
export type QueryNow = (expr: string) => readonly Sample[];

export interface ExpectationTx extends SignalTx {
  readonly expectations: {
    /** How many forecasts of an indicator were imported so far. */
    forecastCount(indicator: string): Promise<number>;
    insertForecast(forecast: Forecast, points: readonly ForecastPoints[]): Promise<void>;
    forecast(id: string): Promise<Forecast | null>;
    /** Newest first; of one indicator, or of all. */
    forecasts(filter: { readonly indicator?: string; readonly limit: number }): Promise<Forecast[]>;
    points(forecastId: string): Promise<ForecastPoints[]>;
    updateForecast(id: string, version: number, change: Partial<Omit<Forecast, 'id' | 'version'>>): Promise<boolean>;
    /** Those that count and end after an instant, in the order of their import. */
    forecastsAfter(instant: number): Promise<{ forecast: Forecast; points: ForecastPoints[] }[]>;
    insertEvent(event: LevelEvent): Promise<void>;
    event(id: string): Promise<LevelEvent | null>;
    /** Those that end after an instant, in the order of their beginning. */
    events(filter: { readonly endsAfter: number; readonly cancelled: boolean }): Promise<LevelEvent[]>;
    updateEvent(id: string, version: number, change: Partial<Omit<LevelEvent, 'id' | 'version'>>): Promise<boolean>;
    /** Changes whenever forecasts or events do. */
    givenStamp(): Promise<string>;
    /** Writes what a deviation cost so far: one row for each fingerprint and beginning. */
    saveLoss(loss: Loss): Promise<void>;
    loss(fingerprint: string, startsAt: number): Promise<Loss | null>;
    openLosses(): Promise<Loss[]>;
    /** Newest first. */
    losses(filter: {
      readonly from?: number;
      readonly to?: number;
      readonly indicator?: string;
      readonly fingerprints?: readonly string[];
      readonly limit: number;
    }): Promise<Loss[]>;
  };
}
