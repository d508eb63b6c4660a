import type { WatermarkConfig } from '../config.ts';
import { alertEvent, type Deviation } from '../deviation.ts';
import { EMPTY_WATERMARK, restoreWatermark, stepWatermark, type WatermarkState } from '../watermark/watermark.ts';
import type { EnginePlan } from './plan.ts';
import { reportedAlerts, standing, type RuleReport } from './report.ts';
import { RunLog, type RuleRun } from './run-log.ts';
import { expander, type Runner, type Turn } from './turn.ts';
import { zoneOf } from './zone.ts';

/** Evaluates one static watermark. */
export class WatermarkRunner implements Runner {
  readonly interval: number;
  readonly sources: readonly string[];
  readonly label: string;
  readonly #runs = new RunLog<null>();
  readonly #mark: WatermarkConfig;
  readonly #zones: EnginePlan['zones'];
  #state: WatermarkState = EMPTY_WATERMARK;
  #active: readonly Deviation[] = [];

  constructor(mark: WatermarkConfig, { interval, zones }: Pick<EnginePlan, 'interval' | 'zones'>) {
    this.#mark = mark;
    this.#zones = zones;
    this.interval = interval;
    this.label = `watermark:${mark.name}`;
    this.sources = [`watermark:${mark.name}`];
  }

  get lastRuns(): ReadonlyMap<string, RuleRun> {
    return this.#runs.last(() => this.#mark.name);
  }

  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void {
    const own = stored.get(this.sources[0]!) ?? [];
    this.#active = own;
    this.#state = restoreWatermark(this.#mark, own, at);
  }

  run(turn: Turn): void {
    const started = performance.now();
    let samples = 0;
    let error: string | null = null;
    try {
      const vector = turn.ask.instant(this.#mark.expr, turn.at);
      samples = vector.length;
      const result = stepWatermark(this.#mark, this.#state, vector, turn.at, expander(turn), (labels) =>
        zoneOf(this.#mark.zone, labels, this.#zones),
      );
      this.#state = result.state;
      this.#active = result.active;
      for (const { deviation } of result.transitions) {
        turn.events.push(alertEvent(deviation, { source: this.sources[0]!, generatorUrl: null, validUntil: null }));
      }
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.#runs.note(null, { at: turn.at, ms: performance.now() - started, samples, error });
  }

  /** The watermark with what is open, as of the last evaluation. */
  report(): RuleReport {
    const { name, title, expr, labels, annotations } = this.#mark;
    return {
      kind: 'watermark',
      name,
      title: title ?? name,
      expr,
      interval: this.interval,
      for: this.#mark.for,
      keepFiringFor: 0,
      labels,
      annotations,
      ...standing(reportedAlerts(this.#active), this.#runs.of(null)),
    };
  }
}
