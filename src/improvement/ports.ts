import type { RetroTx } from '../retro/ports.ts';
import type { BacktestRun } from './backtest-run.ts';
import type { Definition } from './definition.ts';
import type { Improvement, RuleChange } from './improvement.ts';

export interface ImprovementTx extends RetroTx {
  readonly improvements: {
    nextNumber(): Promise<number>;
    insert(improvement: Improvement): Promise<void>;
    byId(id: string): Promise<Improvement | null>;
    list(): Promise<Improvement[]>;
    update(
      id: string,
      version: number,
      change: Partial<Omit<Improvement, 'id' | 'number' | 'version'>>,
    ): Promise<boolean>;
  };
  readonly backtests: {
    insert(run: BacktestRun, csv: string | null): Promise<void>;
    byId(id: string): Promise<BacktestRun | null>;
    /** Newest first, without results. */
    list(limit: number): Promise<BacktestRun[]>;
    update(id: string, version: number, change: Partial<Omit<BacktestRun, 'id' | 'version'>>): Promise<boolean>;
    /** The CSV that was handed in, and the one that came out; null when there is none. */
    text(id: string, part: 'input' | 'rows'): Promise<string | null>;
    saveText(id: string, part: 'rows', content: string): Promise<void>;
    /** Drops the texts of runs that are older than the newest so many. */
    trimTexts(keep: number): Promise<void>;
  };
  readonly definitions: {
    insert(definition: Definition): Promise<void>;
    byId(id: string): Promise<Definition | null>;
    /** The one in force of this kind and name, or null. */
    inForce(kind: Definition['kind'], rule: string): Promise<Definition | null>;
    /** In force, or all; newest first. */
    list(filter: { readonly inForce: boolean }): Promise<Definition[]>;
    update(id: string, version: number, change: Partial<Omit<Definition, 'id' | 'version'>>): Promise<boolean>;
  };
}

/** Runs a rule over the recorded series as it would have run. */
export interface Replay {
  /** When the rule would have fired: one row per label set and firing, ms. */
  firings(
    change: Pick<RuleChange, 'kind' | 'rule'> & { readonly definition: string },
    from: number,
    to: number,
  ): Promise<readonly { labels: Readonly<Record<string, string>>; firedAt: number; resolvedAt: number | null }[]>;
  /** The oldest recorded sample that the rule could see, ms, or null if there is none. */
  historyStart(): Promise<number | null>;
}

/** One firing in a back-test. */
export interface TrialFiring {
  readonly labels: Readonly<Record<string, string>>;
  readonly firedAt: number;
  readonly resolvedAt: number | null;
}

type Column = readonly (number | null)[];

/** One series of a back-test, thinned for a chart. */
export interface TrialLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  readonly actual: Column;
  readonly expected: Column;
  readonly lower: Column;
  readonly upper: Column;
}

/** What one definition would have done. */
export interface TrialOutcome {
  readonly firings: readonly TrialFiring[];
  readonly lines: readonly TrialLine[];
  /** Units lost while it would have fired, by unit. */
  readonly losses: Readonly<Record<string, number>>;
  /** The rows as CSV. */
  readonly rows: string;
  /** Stretches that the file labels as wrong; empty without labels. */
  readonly labelled: readonly { readonly from: number; readonly to: number }[];
  readonly from: number;
  readonly to: number;
}

/** How far a back-test is, 0 to 1; with what came out once it is done. */
export interface TrialStep {
  readonly progress: number;
  readonly outcome?: TrialOutcome;
}

/** A back-test under way. It is stepped in short pieces, so that nothing else waits for it. */
export interface Trials {
  /** Begins or goes on. @throws Fault `bad_request` when the definition or the file does not hold */
  step(id: string, spec: TrialSpec): Promise<TrialStep>;
  drop(id: string): Promise<void>;
  historyStart(): Promise<number | null>;
}

export interface TrialSpec {
  readonly kind: RuleChange['kind'];
  readonly definition: string;
  readonly from: number;
  readonly to: number;
  /** `timestamp,value[,label]`, or null for the recorded history. */
  readonly csv: string | null;
  /** Name of a calendar or a country, instead of what the indicator says. */
  readonly calendar: string | null;
}

/** What a definition would have done, weighed. */
export interface TrialVerdict {
  readonly alarms: number;
  readonly firingMs: number;
  /** Incidents (or labelled stretches) in the history, and those during which it fired. */
  readonly incidents: number;
  readonly met: number;
  readonly falseAlarms: number;
  readonly falseAlarmsPerDay: number;
  /** Median time from the beginning of an incident to the first firing in it, ms; null when none was met. */
  readonly delayMs: number | null;
  readonly losses: Readonly<Record<string, number>>;
}

/** One alarm of a back-test: label sets that fired together are one. */
export interface TrialAlarm {
  readonly from: number;
  readonly to: number | null;
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly incidentId: string | null;
  readonly incidentNumber: number | null;
}

export interface BacktestResult {
  readonly days: number;
  readonly after: TrialVerdict;
  /** The same of the definition in force; null when there was none. */
  readonly today: TrialVerdict | null;
  readonly alarms: readonly TrialAlarm[];
  readonly todayAlarms: readonly TrialAlarm[];
  /** Known incidents that nothing fired in. */
  readonly missed: readonly {
    readonly incidentId: string | null;
    readonly number: number | null;
    readonly from: number;
  }[];
  readonly lines: readonly TrialLine[];
  /** In one sentence. */
  readonly verdict: string;
}
