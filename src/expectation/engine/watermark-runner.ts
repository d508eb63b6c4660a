import type { WatermarkConfig } from '../config.ts';
import { alertEvent, type Deviation } from '../deviation.ts';
import { EMPTY_WATERMARK, restoreWatermark, stepWatermark, type WatermarkState } from '../watermark/watermark.ts';
import { expander, type RuleRun, type Runner, type Turn } from './turn.ts';

/** Evaluates one static watermark. */
export class WatermarkRunner implements Runner {
  readonly interval: number;
  readonly sources: readonly string[];
  readonly lastRuns = new Map<string, RuleRun>();
  readonly #mark: WatermarkConfig;
  #state: WatermarkState = EMPTY_WATERMARK;

  constructor(mark: WatermarkConfig, interval: number) {
    this.#mark = mark;
    this.interval = interval;
    this.sources = [`watermark:${mark.name}`];
  }

  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void {
    this.#state = restoreWatermark(this.#mark, stored.get(this.sources[0]!) ?? [], at);
  }

  run(turn: Turn): void {
    const started = performance.now();
    let samples = 0;
    let error: string | null = null;
    try {
      const vector = turn.ask.instant(this.#mark.expr, turn.at);
      samples = vector.length;
      const result = stepWatermark(this.#mark, this.#state, vector, turn.at, expander(turn));
      this.#state = result.state;
      for (const { deviation } of result.transitions) {
        turn.events.push(alertEvent(deviation, { source: this.sources[0]!, generatorUrl: null, validUntil: null }));
      }
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.lastRuns.set(this.#mark.name, { at: turn.at, ms: performance.now() - started, samples, error });
  }
}
