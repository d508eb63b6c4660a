import type { DefinitionKind } from './definition.ts';
import type { BacktestResult } from './ports.ts';

/** A back-test that was asked for: a row of work with its progress, and in the end what it showed. */
export interface BacktestRun {
  readonly id: string;
  readonly kind: DefinitionKind;
  readonly rule: string;
  /** The definition to be tried, and the one in force to hold it against, as YAML. */
  readonly definition: string;
  readonly before: string | null;
  readonly source: 'recorded' | 'csv';
  /** Name of a calendar or a country (DE, DE-BE), instead of what the indicator says. */
  readonly calendar: string | null;
  /** The history looked at, ms; of a CSV its own. */
  readonly historyFrom: number;
  readonly historyTo: number;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1. */
  readonly progress: number;
  readonly result: BacktestResult | null;
  /** Why it failed, in words. */
  readonly error: string | null;
  readonly requestedBy: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly version: number;
}
