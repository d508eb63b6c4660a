import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { Band, type History } from '../band/band.ts';
import type { HolidaysOf } from '../band/calendar.ts';
import type { IndicatorConfig, WatermarkConfig } from '../config.ts';
import { ownWatches } from '../watch/own-watch.ts';
import type { Deviation, Sample } from '../deviation.ts';
import { eventsOf } from '../given/event.ts';
import { ExpectedLevel } from '../given/expected-level.ts';
import { ForecastBook } from '../given/forecast.ts';
import { ForecastCheck } from '../given/forecast-check.ts';
import { SeriesGiven, type GivenBook } from '../given/series-given.ts';
import type { LossUpdate } from '../loss/loss.ts';
import type { Ask, Line } from './ask.ts';
import { ForecastRunner } from './forecast-runner.ts';
import { bandOptionsOf, dayLikeFor, gather, type GatheredHistory } from './learning.ts';
import { dayPartsBetween, finite, type IndicatorLevel, type LevelLine } from './level.ts';
import type { EnginePlan } from './plan.ts';
import { reportedAlerts, standing, type RuleReport } from './report.ts';
import { RunLog, type RuleRun } from './run-log.ts';
import { Speaker } from './speaker.ts';
import { DayParts, outputsOf, seriesName, type Track } from './track.ts';
import type { Runner, Turn } from './turn.ts';
import { WatchRunner } from './watch-runner.ts';
import { zoneOf } from './zone.ts';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** While there is not enough history, it is looked for again this often: it may be written afterwards. */
const LOOK_AGAIN = 5 * 60_000;
/** Points of a chart at most. */
const CHART_POINTS = 1500;
/** Over how long after local midnight the series learn their profiles anew. */
const REFIT_OVER = 3 * 60 * 60_000;

/** The values of a series at the instants of a chart; `shift` ms back. */
type Column = (text: string, shift?: number) => (number | null)[];

/** Evaluates one indicator: learns the level of each of its series, writes the band back, and watches it. */
export class IndicatorRunner implements Runner {
  readonly name: string;
  readonly interval: number;
  readonly sources: readonly string[];
  readonly label: string;
  readonly #runs = new RunLog<null>();
  readonly #indicator: IndicatorConfig;
  readonly #plan: EnginePlan;
  readonly #holidaysOf: HolidaysOf;
  readonly #tracks = new Map<string, Track>();
  readonly #watches: readonly WatchRunner[];
  readonly #forecasts: ForecastRunner;
  readonly #say: Speaker;
  #given: GivenBook = { forecasts: new ForecastBook(), events: [] };
  #lookAgainAt = 0;

  constructor(indicator: IndicatorConfig, plan: EnginePlan, holidaysOf: HolidaysOf) {
    this.name = indicator.name;
    this.label = `indicator:${indicator.name}`;
    this.interval = indicator.every;
    this.sources = [`band:${indicator.name}`];
    this.#indicator = indicator;
    this.#plan = plan;
    this.#holidaysOf = holidaysOf;
    const languages = plan.languages ?? ['en'];
    const watches = [...ownWatches(indicator), ...(plan.watches ?? []).filter((each) => each.indicator === this.name)];
    const parts = new DayParts(indicator.day_parts);
    this.#watches = watches.map((watch) => new WatchRunner(watch, indicator, parts, languages));
    this.#forecasts = new ForecastRunner(indicator, languages);
    this.#say = new Speaker(indicator, plan.titles);
    this.#given = { forecasts: new ForecastBook(), events: plan.events ?? [] };
  }

  get lastRuns(): ReadonlyMap<string, RuleRun> {
    return this.#runs.last(() => this.name);
  }

  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void {
    const own = stored.get(this.sources[0]!) ?? [];
    for (const runner of [...this.#watches, this.#forecasts]) runner.restore(own, at);
  }

  /** What open deviations had cost before a restart. */
  restoreLosses(losses: readonly LossUpdate[]): void {
    for (const watch of this.#watches) watch.restoreLosses(losses);
  }

  /** Goes on where the indicator stopped before the plan was changed: what was learnt is kept if it is still the same. */
  inherit(before: IndicatorRunner): void {
    for (const run of before.#runs.of(null).toReversed()) this.#runs.note(null, run);
    const common = ({ calendars, falseAlarms }: EnginePlan): string => JSON.stringify([calendars, falseAlarms]);
    if (common(before.#plan) !== common(this.#plan) || learntFrom(before.#indicator) !== learntFrom(this.#indicator))
      return;
    for (const [key, track] of before.#tracks) {
      if (track.zone === this.#zoneOf(track.labels)) this.#tracks.set(key, track);
    }
    for (const watch of this.#watches) {
      const old = before.#watches.find(({ rule }) => JSON.stringify(rule) === JSON.stringify(watch.rule));
      if (old && JSON.stringify(old.watch) === JSON.stringify(watch.watch)) watch.inherit(old);
    }
    this.#forecasts.inherit(before.#forecasts);
  }

  /** Takes what is known in advance: forecasts and events besides those of the configuration. */
  give(book: GivenBook): void {
    this.#given = { forecasts: book.forecasts, events: [...(this.#plan.events ?? []), ...book.events] };
    for (const track of this.#tracks.values()) this.#takeGiven(track);
  }

  run(turn: Turn): void {
    const started = performance.now();
    let samples = 0;
    let error: string | null = null;
    try {
      const vector = turn.ask.instant(this.#indicator.expr, turn.at);
      samples = vector.length;
      this.#takeForecastSeries(turn);
      this.#learn(turn, vector);
      this.#read(turn, vector);
      for (const watch of this.#watches) watch.run(turn, this.sources[0]!, this.#tracks, this.#say.deviation);
      this.#forecasts.run(turn, this.sources[0]!, this.#tracks, this.#say.forecastOff);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.#runs.note(null, { at: turn.at, ms: performance.now() - started, samples, error });
  }

  /** The indicator with what its watches hold open, as of the last evaluation. */
  report(): RuleReport {
    const { expr, labels } = this.#indicator;
    const open = [...this.#watches, this.#forecasts].flatMap(({ active }) => [...active]);
    return {
      kind: 'indicator',
      name: this.name,
      title: this.#title,
      expr,
      interval: this.interval,
      for: Math.max(0, ...this.#watches.map(({ rule }) => rule.for)),
      keepFiringFor: 0,
      labels,
      annotations: {},
      ...standing(reportedAlerts(open), this.#runs.of(null)),
    };
  }

  /** The indicator with its series, as of the last evaluation. */
  level(): IndicatorLevel {
    const { name, unit, expr, every } = this.#indicator;
    const language = this.#plan.languages?.[0] ?? 'en';
    const series = [...this.#tracks.values()]
      .map((track) => {
        const { reading, labels } = track;
        const at = reading?.time ?? 0;
        const numbers = {
          value: finite(reading?.value),
          expected: finite(reading?.expected),
          lower: finite(reading?.lower),
          upper: finite(reading?.upper),
          score: finite(reading?.score),
        };
        return {
          labels,
          state: reading?.state ?? ('learning' as const),
          ...numbers,
          since: finite(reading?.since),
          words: reading ? this.#say.deviation(track, null, null, language) : '',
          factor: track.level.factor(at),
          forecast: finite(track.level.given(at)),
          loss: this.#losing(labels),
        };
      })
      .sort((a, b) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
    return { name, title: this.#title, unit, expr, every, series };
  }

  /** One series over [from, to] ms, for a chart. The level is the one recorded, and the learnt one where none was. */
  line(ask: Ask, labels: Labels, from: number, to: number, watermarks: readonly WatermarkConfig[]): LevelLine {
    const { name, unit, expr, every, day_parts } = this.#indicator;
    const distance = every * Math.max(1, Math.ceil((to - from) / every / CHART_POINTS));
    const start = Math.ceil(from / distance) * distance;
    const times: number[] = [];
    for (let time = start; time <= to; time += distance) times.push(time);
    const key = labelsKey(withoutLabels(labels));
    const track = this.#tracks.get(key);
    const zone = track?.zone ?? this.#zoneOf(labels);
    const column: Column = (text, shift = 0) => columnOf(ask, text, key, times, distance, shift);
    const recorded = (suffix: string): (number | null)[] => column(selector(seriesName(name, suffix), labels));
    const learnt = times.map((time) => track?.level.forecast(time) ?? null);
    const filled = (suffix: string, field: 'expected' | 'lower' | 'upper'): (number | null)[] =>
      recorded(suffix).map((value, index) => value ?? finite(learnt[index]?.[field]));
    return {
      name,
      title: this.#title,
      unit,
      labels,
      zone,
      times,
      actual: column(expr),
      expected: filled('expected', 'expected'),
      lower: filled('expected_lower', 'lower'),
      upper: filled('expected_upper', 'upper'),
      lastWeek: column(expr, WEEK),
      forecast: this.#givenLine(labels, times, column),
      events: eventsOf(this.#given.events, name, labels).filter((event) => event.from < to && event.to > from),
      dayParts: dayPartsBetween(zone, day_parts, from, to),
      marks: watermarks.filter((mark) => mark.expr === expr).flatMap(marksOf),
    };
  }

  get #title(): string {
    return this.#indicator.title ?? this.name;
  }

  /** Learns the level of series that are new, and of all while they have too little history. */
  #learn(turn: Turn, vector: readonly Sample[]): void {
    const keys = vector.map(({ labels }) => labelsKey(withoutLabels(labels, ['__name__'])));
    const unknown = keys.some((key) => !this.#tracks.has(key));
    const unsure = [...this.#tracks.values()].some(({ reading }) => reading?.state === 'learning');
    if (!unknown && !(unsure && turn.at >= this.#lookAgainAt)) return;
    this.#lookAgainAt = turn.at + LOOK_AGAIN;
    const histories = this.#histories(turn, this.#indicator.expr);
    const { expr } = this.#indicator.forecast;
    const forecasts = new Map(
      expr === undefined
        ? []
        : [...this.#histories(turn, expr)].map(([key, past]) => [key, lookUp(past, this.interval)]),
    );
    for (const [index, sample] of vector.entries()) {
      const known = this.#tracks.get(keys[index]!);
      if (known && known.reading?.state !== 'learning') continue;
      const labels = withoutLabels(sample.labels, ['__name__']);
      const zone = this.#zoneOf(labels);
      const history = histories.get(keys[index]!) ?? { times: [], values: [] };
      const given = known?.given ?? new SeriesGiven();
      given.take(this.#given, this.name, labels);
      given.past(forecasts.get(keys[index]!) ?? null);
      const dayLike = dayLikeFor(this.#indicator, labels, this.#plan.calendars, this.#holidaysOf);
      const level = ExpectedLevel.fit(history, zone, given, (past) =>
        Band.fit(
          past,
          zone,
          { ...bandOptionsOf(this.#indicator, this.#plan), refitAfter: this.#refitAfter(keys[index]!) },
          dayLike,
        ),
      );
      const check = new ForecastCheck(this.#indicator.forecast, this.interval);
      compareAll(check, given, history, turn.at);
      given.past(null);
      this.#tracks.set(keys[index]!, {
        labels,
        outputs: outputsOf(this.name, labels),
        zone,
        given,
        level,
        reading: known?.reading ?? null,
        check,
      });
    }
  }

  #histories(turn: Turn, expr: string): Map<string, GatheredHistory> {
    const { every, band } = this.#indicator;
    const gathering = gather(turn.ask, expr, turn.at - band.weeks * WEEK - DAY, turn.at - every, every);
    let step = gathering.next();
    while (!step.done) step = gathering.next();
    return step.value;
  }

  /** When after midnight a series learns anew: not all at once. */
  #refitAfter(key: string): number {
    return spread(`${this.name} ${key}`) * REFIT_OVER;
  }

  #read(turn: Turn, vector: readonly Sample[]): void {
    const values = valuesOf(vector);
    for (const [key, track] of this.#tracks) {
      const reading = track.level.next(turn.at, values.get(key) ?? NaN);
      track.reading = reading;
      const { outputs } = track;
      if (!Number.isFinite(reading.expected)) continue;
      turn.write(outputs.expected, reading.expected);
      turn.write(outputs.expected_lower, reading.lower);
      turn.write(outputs.expected_upper, reading.upper);
      turn.write(outputs.anomaly_score, reading.score);
    }
    turn.flush();
  }

  /** What a series of forecasts says of this instant. */
  #takeForecastSeries(turn: Turn): void {
    const { expr } = this.#indicator.forecast;
    if (expr === undefined) return;
    const said = valuesOf(turn.ask.instant(expr, turn.at));
    for (const [key, track] of this.#tracks) track.given.now(turn.at, said.get(key) ?? NaN);
  }

  #takeGiven(track: Track): void {
    if (track.given.take(this.#given, this.name, track.labels)) track.level.forgetForecast();
  }

  /** The forecasts over some instants: imported ones, then those of the series. */
  #givenLine(labels: Labels, times: readonly number[], column: Column): (number | null)[] {
    const imported = this.#given.forecasts.of(this.name, labels);
    const { expr } = this.#indicator.forecast;
    const series = expr === undefined ? null : column(expr);
    return times.map((time, index) => finite(imported?.(time)) ?? series?.[index] ?? null);
  }

  #losing(labels: Labels): IndicatorLevel['series'][number]['loss'] {
    for (const watch of this.#watches) {
      const losing = watch.losing(labels);
      if (losing) return { amount: losing.amount, unit: losing.unit, from: losing.from };
    }
    return null;
  }

  #zoneOf(labels: Labels): string {
    return zoneOf(this.#indicator.zone, labels, this.#plan.zones);
  }
}

/** Everything that what is learnt depends on. */
function learntFrom({ expr, every, band, day_parts, zone, calendar, forecast }: IndicatorConfig): string {
  return JSON.stringify([expr, every, band, day_parts, zone, calendar, forecast.expr]);
}

/** Finds the value of the past nearest before an instant. */
function lookUp({ times, values }: History, step: number): (time: number) => number {
  let cursor = 0;
  return (time) => {
    if (!(times[cursor]! <= time)) cursor = 0;
    while (times[cursor + 1]! <= time) cursor++;
    return time - times[cursor]! < step && time >= times[cursor]! ? values[cursor]! : NaN;
  };
}

/** Compares the forecasts of the last while with what came. */
function compareAll(check: ForecastCheck, given: SeriesGiven, { times, values }: History, now: number): void {
  for (let index = 0; index < times.length; index++) {
    const time = times[index]!;
    if (time > now - check.limits.within) check.add(time, values[index]!, given.forecast(time));
  }
}

function valuesOf(vector: readonly Sample[]): Map<string, number> {
  return new Map(vector.map(({ labels, value }) => [labelsKey(withoutLabels(labels, ['__name__'])), value]));
}

function selector(name: string, labels: Labels): string {
  const matchers = Object.entries({ __name__: name, ...labels }).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  return `{${matchers.join(',')}}`;
}

/** The values of the series with these labels at the given times; `shift` ms back. */
function columnOf(
  ask: Ask,
  text: string,
  key: string,
  times: readonly number[],
  distance: number,
  shift: number,
): (number | null)[] {
  if (times.length === 0) return [];
  const lines = ask.range(text, times[0]! - shift, times.at(-1)! - shift, distance);
  const line: Line | undefined = lines.find(({ labels }) => labelsKey(withoutLabels(labels, ['__name__'])) === key);
  if (!line) return times.map(() => null);
  const byTime = new Map<number, number>();
  line.times.forEach((time, index) => byTime.set(time + shift, line.values[index]!));
  return times.map((time) => finite(byTime.get(time)));
}

function marksOf({ name, low, high }: WatermarkConfig): LevelLine['marks'] {
  const of = (side: 'low' | 'high', value: number | undefined): LevelLine['marks'] =>
    value === undefined ? [] : [{ name, side, value }];
  return [
    ...of('low', low?.critical),
    ...of('low', low?.warning),
    ...of('high', high?.warning),
    ...of('high', high?.critical),
  ];
}

/** A number in [0, 1) that is the same for the same text: FNV-1a. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash / 4_294_967_296;
}
