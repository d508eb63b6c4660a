import type { Labels } from '../../core/labels.ts';

/** One import of a forecast. Imports are kept; one that is withdrawn no longer counts. */
export interface Forecast {
  readonly id: string;
  readonly indicator: string;
  /** Counts the imports of an indicator, from 1. */
  readonly number: number;
  readonly note: string;
  /** Series and values in it, and the first and last instant, ms. */
  readonly seriesCount: number;
  readonly pointCount: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly importedBy: string;
  readonly importedAt: number;
  readonly withdrawnBy: string | null;
  readonly withdrawnAt: number | null;
  readonly version: number;
}

/** The values of one series in an import, ascending in time. */
export interface ForecastPoints {
  readonly id: string;
  readonly forecastId: string;
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly points: readonly number[];
}

/** An event that was added while the server ran. One that is cancelled is kept, and no longer counts. */
export interface LevelEvent {
  readonly id: string;
  readonly title: string;
  /** Names of indicators; none means all. */
  readonly indicators: readonly string[];
  /** Labels of the series; none means all. */
  readonly series: Labels;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly factor: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly cancelledAt: number | null;
  readonly version: number;
}
