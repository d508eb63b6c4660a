import { labelsKey } from '../../core/labels.ts';
import type { IndicatorConfig } from '../config.ts';
import { alertEvent, type Deviation } from '../deviation.ts';
import type { ForecastFit } from '../given/forecast-check.ts';
import { EMPTY_LIFECYCLE, restore, step, type LifecycleRule, type LifecycleState } from '../rule/lifecycle.ts';
import { wordsName } from '../watch/watch.ts';
import type { WordLanguage } from '../words/language.ts';
import type { Track } from './track.ts';
import { expander, type Turn } from './turn.ts';
import { annotationOf } from './watch-runner.ts';

/** Reports forecasts that do not fit what comes. */
export class ForecastRunner {
  readonly rule: LifecycleRule;
  #state: LifecycleState = EMPTY_LIFECYCLE;

  constructor(indicator: IndicatorConfig, languages: readonly WordLanguage[]) {
    const words = languages.map((language) => [annotationOf(language, languages), `{{ forecast:${language} }}`]);
    this.rule = {
      name: wordsName(indicator.name, 'forecast', 'off'),
      for: 0,
      keepFiringFor: 0,
      labels: { ...indicator.labels, severity: indicator.forecast.severity, indicator: indicator.name },
      annotations: Object.fromEntries(words) as Record<string, string>,
    };
  }

  get active(): Iterable<Deviation> {
    return this.#state.active.values();
  }

  restore(own: readonly Deviation[], at: number): void {
    this.#state = restore(
      own.filter(({ labels }) => labels['alertname'] === this.rule.name),
      at,
    );
  }

  /** Goes on where the same indicator stopped. */
  inherit(before: ForecastRunner): void {
    this.#state = before.#state;
  }

  /** Compares what came with what was forecast, and reports what is off. */
  run(
    turn: Turn,
    source: string,
    tracks: ReadonlyMap<string, Track>,
    say: (track: Track, fit: ForecastFit, language: WordLanguage) => string,
  ): void {
    const off = new Map<string, { readonly track: Track; readonly fit: ForecastFit }>();
    for (const [key, track] of tracks) {
      const { reading, level, check } = track;
      if (!reading) continue;
      const forecast = level.given(turn.at);
      // Where history too says that the value is wrong, the value is wrong and not the forecast.
      const wrong = level.learntState === 'below' || level.learntState === 'above' || level.learntState === 'nodata';
      if (!Number.isNaN(forecast) && !wrong) check.add(turn.at, reading.value, forecast);
      const fit = Number.isNaN(forecast) ? null : check.off();
      if (fit) off.set(key, { track, fit });
    }
    if (off.size === 0 && this.#state.active.size === 0) return;
    const plain = expander(turn);
    const vector = [...off.values()].map(({ track, fit }) => ({ labels: track.labels, value: fit.wape }));
    const result = step(this.rule, this.#state, vector, turn.at, (template, sample) => {
      const language = /^\{\{ forecast:(en|de) \}\}$/.exec(template)?.[1] as WordLanguage | undefined;
      const found = off.get(labelsKey(sample.labels));
      return language !== undefined && found ? say(found.track, found.fit, language) : plain(template, sample);
    });
    this.#state = result.state;
    for (const { deviation } of result.transitions) {
      turn.events.push(alertEvent(deviation, { source, generatorUrl: null, validUntil: null }));
    }
  }
}
