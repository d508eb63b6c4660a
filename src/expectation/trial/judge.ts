import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { Band } from '../band/band.ts';
import type { DayLike } from '../band/options.ts';
import type { IndicatorConfig } from '../config.ts';
import type { Deviation, Sample, Transition } from '../deviation.ts';
import type { EnginePlan } from '../engine/plan.ts';
import { bandOptionsOf, gather, type GatheredHistory } from '../engine/learning.ts';
import type { ReplayedRule } from '../engine/replay.ts';
import { DayParts, outputsOf, type Track } from '../engine/track.ts';
import type { Turn } from '../engine/turn.ts';
import { WatchRunner } from '../engine/watch-runner.ts';
import { zoneOf } from '../engine/zone.ts';
import { ExpectedLevel } from '../given/expected-level.ts';
import { ForecastCheck } from '../given/forecast-check.ts';
import { SeriesGiven, type GivenBook } from '../given/series-given.ts';
import { EMPTY_LIFECYCLE, step } from '../rule/lifecycle.ts';
import { ownWatches } from '../watch/own-watch.ts';
import { watchName, type Watch } from '../watch/watch.ts';
import { EMPTY_WATERMARK, stepWatermark } from '../watermark/watermark.ts';
import type { TrialSource } from './source.ts';

const WEEK = 7 * 86_400_000;

/** When something began to fire, and when it ended (null: it still fires), ms. */
export interface TrialFiring {
  readonly labels: Labels;
  readonly firedAt: number;
  readonly resolvedAt: number | null;
}

/** A level as it was known before the value came. */
interface Said {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly score: number;
}

/** Runs one definition over instants, through the same state machines as live. */
export interface TrialJudge {
  /** Everything to be done before the first instant, in pieces. */
  prepare(source: TrialSource): Generator<undefined>;
  next(vector: readonly Sample[], at: number): void;
  /** What was said of a series at the instant before; null where nothing is said. */
  said(labels: Labels): Said | null;
  /** Keys of the series that fire now; of a rule, of its alerts. */
  firing(): ReadonlySet<string>;
  /** Everything that fired, in the order of its beginning. */
  firings(): TrialFiring[];
  /** Units lost while it fired, by unit. */
  losses(): Record<string, number>;
}

const plain = (template: string): string => (template.includes('{{') ? '' : template);

/** The judge of a watermark or a PromQL rule. */
export function simpleJudge(
  rule: Exclude<ReplayedRule, { kind: 'watch' | 'indicator' }>,
  zones: Readonly<Record<string, string>>,
): TrialJudge {
  const log = new FiringLog();
  let mark = EMPTY_WATERMARK;
  let state = EMPTY_LIFECYCLE;
  return {
    *prepare() {},
    next(vector, at) {
      if (rule.kind === 'watermark') {
        const result = stepWatermark(rule.mark, mark, vector, at, plain, (labels) =>
          zoneOf(rule.mark.zone, labels, zones),
        );
        mark = result.state;
        log.take(result.transitions);
      } else {
        const result = step(rule.rule, state, vector, at, plain);
        state = result.state;
        log.take(result.transitions);
      }
    },
    said: () => null,
    firing: () =>
      log.keys(
        rule.kind === 'watermark'
          ? ['alertname', 'severity', 'side', ...Object.keys(rule.mark.labels)]
          : ['alertname', ...Object.keys(rule.rule.labels)],
      ),
    firings: () => log.all(),
    losses: () => ({}),
  };
}

const NONE: ReadonlySet<string> = new Set();

class FiringLog {
  readonly #open = new Map<string, Deviation>();
  readonly #done: TrialFiring[] = [];

  take(transitions: readonly Transition[]): void {
    for (const { to, at, deviation } of transitions) {
      if (to === 'firing') this.#open.set(deviation.fingerprint, deviation);
      const fired = this.#open.get(deviation.fingerprint);
      if (to !== 'resolved' || !fired) continue;
      this.#open.delete(deviation.fingerprint);
      this.#done.push({ labels: deviation.labels, firedAt: fired.firedAt ?? at, resolvedAt: at });
    }
  }

  keys(added: readonly string[]): ReadonlySet<string> {
    if (this.#open.size === 0) return NONE;
    return new Set([...this.#open.values()].map(({ labels }) => labelsKey(withoutLabels(labels, added))));
  }

  all(): TrialFiring[] {
    const open = [...this.#open.values()].map(({ labels, firedAt, activeAt }) => ({
      labels,
      firedAt: firedAt ?? activeAt,
      resolvedAt: null,
    }));
    return [...this.#done, ...open].sort((a, b) => a.firedAt - b.firedAt);
  }
}

/** The judge of watches over an indicator, with the level learnt as it would have been. */
export class LevelJudge implements TrialJudge {
  readonly #indicator: IndicatorConfig;
  readonly #plan: EnginePlan;
  readonly #dayLikeOf: (labels: Labels) => DayLike | null;
  readonly #given: GivenBook;
  readonly #watches: readonly WatchRunner[];
  readonly #tracks = new Map<string, Track>();
  readonly #histories = new Map<string, GatheredHistory>();
  readonly #open = new Map<string, TrialFiring>();
  readonly #done: TrialFiring[] = [];
  readonly #losses = new Map<string, { readonly unit: string; readonly amount: number }>();

  constructor(
    indicator: IndicatorConfig,
    watches: readonly Watch[],
    plan: EnginePlan,
    dayLikeFor: (labels: Labels) => DayLike | null,
    given: GivenBook,
  ) {
    this.#indicator = indicator;
    this.#plan = plan;
    this.#dayLikeOf = dayLikeFor;
    this.#given = { ...given, events: [...(plan.events ?? []), ...given.events] };
    const parts = new DayParts(indicator.day_parts);
    this.#watches = watches.map((watch) => new WatchRunner({ ...watch, annotations: {} }, indicator, parts, ['en']));
  }

  *prepare({ history, from, step: distance }: TrialSource): Generator<undefined> {
    if (!history) return;
    const begin = from - this.#indicator.band.weeks * WEEK - WEEK / 7;
    const found = yield* gather(history.ask, this.#indicator.expr, begin, from - distance, distance);
    for (const [key, past] of found) {
      this.#histories.set(key, past);
      this.#trackOf(past.labels);
      yield undefined;
    }
    this.#histories.clear();
  }

  next(vector: readonly Sample[], at: number): void {
    const values = new Map<string, number>();
    for (const { labels, value } of vector) {
      const key = labelsKey(labels);
      if (!this.#tracks.has(key)) this.#trackOf(labels);
      values.set(key, value);
    }
    for (const [key, track] of this.#tracks) track.reading = track.level.next(at, values.get(key) ?? NaN);
    const turn: Turn = {
      ask: NOTHING_TO_ASK,
      at,
      externalUrl: '',
      externalLabels: {},
      events: [],
      losses: [],
      write: () => {},
      writeStale: () => {},
      flush: () => {},
    };
    for (const watch of this.#watches) watch.run(turn, 'band:trial', this.#tracks, () => '');
    for (const { fingerprint, labels, status, startsAt } of turn.events) {
      if (status === 'firing') this.#open.set(fingerprint, { labels, firedAt: startsAt, resolvedAt: null });
      const fired = this.#open.get(fingerprint);
      if (status !== 'resolved' || !fired) continue;
      this.#open.delete(fingerprint);
      this.#done.push({ ...fired, resolvedAt: at });
    }
    for (const { fingerprint, from, unit, amount, side } of turn.losses ?? []) {
      if (side === 'below') this.#losses.set(`${fingerprint} ${from}`, { unit, amount });
    }
  }

  said(labels: Labels): Said | null {
    return this.#tracks.get(labelsKey(labels))?.reading ?? null;
  }

  firing(): ReadonlySet<string> {
    return new Set(this.#watches.flatMap((watch) => watch.firingKeys()));
  }

  firings(): TrialFiring[] {
    return [...this.#done, ...this.#open.values()].sort((a, b) => a.firedAt - b.firedAt);
  }

  losses(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { unit, amount } of this.#losses.values()) sums[unit] = (sums[unit] ?? 0) + amount;
    return sums;
  }

  #trackOf(labels: Labels): void {
    const indicator = this.#indicator;
    const zone = zoneOf(indicator.zone, labels, this.#plan.zones);
    const given = new SeriesGiven();
    given.take(this.#given, indicator.name, labels);
    const dayLike = this.#dayLikeOf(labels);
    const past = this.#histories.get(labelsKey(labels)) ?? { times: [], values: [] };
    const level = ExpectedLevel.fit(past, zone, given, (history) =>
      Band.fit(history, zone, bandOptionsOf(indicator, this.#plan), dayLike),
    );
    this.#tracks.set(labelsKey(labels), {
      labels,
      outputs: outputsOf(indicator.name, labels),
      zone,
      given,
      level,
      reading: null,
      check: new ForecastCheck(indicator.forecast, indicator.every),
    });
  }
}

const NOTHING_TO_ASK: Turn['ask'] = { instant: () => [], range: () => [] };

/** The watches of an indicator: its own and those of the plan; without any, both sides of the band. */
export function watchesOf(indicator: IndicatorConfig, plan: EnginePlan): readonly Watch[] {
  const found = [...ownWatches(indicator), ...(plan.watches ?? []).filter((each) => each.indicator === indicator.name)];
  if (found.length > 0) return found;
  return [
    {
      name: watchName(indicator.name, 'outside', { kind: 'expected' }),
      indicator: indicator.name,
      side: 'outside',
      limit: { kind: 'expected' },
      clear: null,
      for: 0,
      labels: {},
      severity: 'warning',
      annotations: {},
      match: {},
      parts: null,
      least: 0,
      floor: null,
    },
  ];
}
