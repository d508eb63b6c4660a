import { Fault } from '../../core/fault.ts';
import type { At } from '../parse/ast.ts';
import type { SeriesSource } from '../port.ts';
import type { Annotations } from './annotation.ts';
import { ABSENT, emptyColumn, type Column, type Grid } from './column.ts';
import type { Labels } from '../../core/labels.ts';

/** What one evaluation may use. */
export interface EvaluationLimits {
  /** How far back an instant selector looks for a sample, in ms. Default 5 minutes. */
  readonly lookback?: number;
  /** Interval of subqueries that name none, in ms. Default 1 minute. */
  readonly defaultStep?: number;
  /** Samples that may be loaded and computed. Default 50 million. */
  readonly maxSamples?: number;
  /** Asked often; once it answers true the evaluation ends with the fault `query_timeout`. */
  readonly shouldStop?: () => boolean;
  /** The time limit as shown in that fault, such as `2m`. */
  readonly timeLimit?: string;
}

const DEFAULT_LOOKBACK = 300_000;
const DEFAULT_STEP = 60_000;
const DEFAULT_SAMPLES = 50_000_000;
/** A short column is cheap, so the clock behind `shouldStop` is asked only at every 32nd; of long ones at each. */
const STOP_MASK = 31;
const LONG_COLUMN = 5000;
const SPARE_COLUMNS = 16;

/** State of one evaluation: where data comes from, what it may still use, and what is remarked. */
export class Session {
  readonly source: SeriesSource;
  /** The whole query; `end` need not be one of its steps. */
  readonly query: Grid & { readonly end: number };
  readonly annotations: Annotations;
  readonly lookback: number;
  readonly defaultStep: number;
  samples = 0;
  // Not the limits themselves: they come in many shapes, and what follows runs for each series.
  readonly #maxSamples: number;
  readonly #shouldStop: (() => boolean) | undefined;
  readonly #timeLimit: string;
  readonly #spare: Column[] = [];
  #ticks = 0;

  constructor(source: SeriesSource, query: Session['query'], annotations: Annotations, limits: EvaluationLimits) {
    this.source = source;
    this.query = query;
    this.annotations = annotations;
    this.lookback = limits.lookback ?? DEFAULT_LOOKBACK;
    this.defaultStep = limits.defaultStep ?? DEFAULT_STEP;
    this.#maxSamples = limits.maxSamples ?? DEFAULT_SAMPLES;
    this.#shouldStop = limits.shouldStop;
    this.#timeLimit = limits.timeLimit ?? 'its time limit';
  }

  /** The time a selector is pinned to, if it is. */
  resolveAt(at: At | undefined): number | undefined {
    if (at === undefined) return undefined;
    if (at.kind === 'time') return at.ms;
    return at.kind === 'start' ? this.query.start : this.query.end;
  }

  /** A new column, counted. @throws Fault `query_too_large`, `query_timeout` */
  column(labels: Labels, count: number): Column {
    this.charge(count);
    const spare = this.#spare.at(-1);
    if (spare === undefined || spare.kinds.length !== count) return emptyColumn(labels, count);
    this.#spare.pop();
    spare.kinds.fill(ABSENT);
    spare.values.fill(0);
    return { labels, kinds: spare.kinds, values: spare.values, histograms: undefined };
  }

  /**
   * Takes a column back whose owner is done with it, so that its arrays serve the next one: allocating them anew for
   * each of ten thousand series costs more than the sums themselves.
   */
  recycle(column: Column): void {
    if (this.#spare.length < SPARE_COLUMNS) this.#spare.push(column);
  }

  /** Counts samples and looks from time to time whether to stop. @throws Fault `query_too_large`, `query_timeout` */
  charge(samples: number): void {
    this.samples += samples;
    if (this.samples > this.#maxSamples) throw new Fault('query_too_large', { limit: this.#maxSamples });
    if ((this.#ticks++ & STOP_MASK) === 0 || samples > LONG_COLUMN) this.checkStop();
  }

  /** Ends the evaluation when its time is up. @throws Fault `query_timeout` */
  checkStop(): void {
    if (this.#shouldStop?.() === true) throw new Fault('query_timeout', { limit: this.#timeLimit });
  }
}

/** The fault of an expression that parses but cannot be computed on this data. */
export function cannotEvaluate(what: string): Fault {
  return new Fault('execution_failed', { what });
}

/** The fault of a result that would hold one labelset twice at the same time. */
export function sameLabelset(): Fault {
  return cannotEvaluate('vector cannot contain metrics with the same labelset');
}
