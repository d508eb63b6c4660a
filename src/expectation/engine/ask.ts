import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import { evaluateInstant, evaluateRange, parseExpr, type Expr, type SeriesSource } from '../../promql/index.ts';
import type { Sample } from '../deviation.ts';

/** One series of a range query: values by instant, ms. */
export interface Line {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Answers expressions: over the embedded store, or by asking another engine. */
export interface Ask {
  /** The vector of an expression at an instant (ms); a scalar is a vector with no labels. @throws Fault */
  instant(text: string, at: number): readonly Sample[];
  /** The lines of an expression from `start` to `end`, both included, every `step` ms. @throws Fault */
  range(text: string, start: number, end: number, step: number): Line[];
}

const MAX_SAMPLES = 50_000_000;

/** Asks PromQL over one source, with the parsed expressions kept. */
export class LocalAsk implements Ask {
  readonly #source: SeriesSource;
  readonly #defaultStep: number | undefined;
  readonly #parsed = new Map<string, Expr>();

  /** @param defaultStep interval of subqueries that name none, ms; a minute if left out */
  constructor(source: SeriesSource, defaultStep?: number) {
    this.#source = source;
    this.#defaultStep = defaultStep;
  }

  instant(text: string, at: number): readonly Sample[] {
    const { result } = evaluateInstant(this.#parse(text), { source: this.#source, at, ...this.#limits() });
    if (result.kind === 'scalar') return [{ labels: {}, value: result.value }];
    if (result.kind !== 'vector')
      throw new Fault('execution_failed', { what: `${text} gives a ${result.kind}, not a vector` });
    return result.samples;
  }

  range(text: string, start: number, end: number, step: number): Line[] {
    const { result } = evaluateRange(this.#parse(text), {
      source: this.#source,
      start,
      end,
      step,
      ...this.#limits(),
    });
    return result.series.map(({ labels, times, values }) => ({ labels, times, values }));
  }

  #limits(): { maxSamples: number; defaultStep?: number } {
    return { maxSamples: MAX_SAMPLES, ...(this.#defaultStep === undefined ? {} : { defaultStep: this.#defaultStep }) };
  }

  #parse(text: string): Expr {
    let expr = this.#parsed.get(text);
    if (!expr) {
      expr = parseExpr(text);
      if (this.#parsed.size > 10_000) this.#parsed.clear();
      this.#parsed.set(text, expr);
    }
    return expr;
  }
}
