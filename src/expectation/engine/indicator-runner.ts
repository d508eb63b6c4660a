import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { Band } from '../band/band.ts';
import { dayLikeOf, type HolidaysOf } from '../band/calendar.ts';
import type { DayLike } from '../band/options.ts';
import type { Reading } from '../band/reading.ts';
import { describeDeviation } from '../band/words.ts';
import type { IndicatorConfig, WatchConfig, WatermarkConfig } from '../config.ts';
import { alertEvent, type Deviation, type Sample } from '../deviation.ts';
import { EMPTY_LIFECYCLE, restore, step, type LifecycleRule, type LifecycleState } from '../rule/lifecycle.ts';
import type { Ask, Line } from './ask.ts';
import { dayPartsBetween, finite, type IndicatorLevel, type LevelLine } from './level.ts';
import type { EnginePlan } from './plan.ts';
import { reportedAlerts, standing, type RuleReport } from './report.ts';
import { RunLog, type RuleRun } from './run-log.ts';
import { expander, type Runner, type Turn } from './turn.ts';
import { zoneOf } from './zone.ts';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** While there is not enough history, it is looked for again this often: it may be written afterwards. */
const LOOK_AGAIN = 5 * 60_000;
/** How long after a restart a series that fired is waited for. */
const UNSEEN = 10 * 60_000;
/** Points of a chart at most. */
const CHART_POINTS = 1500;
/** Steps of history asked for at once. */
const CHUNK = 2880;
const WORDS = '{{ words }}';

interface Track {
  readonly labels: Labels;
  readonly outputs: Readonly<Record<'expected' | 'expected_lower' | 'expected_upper' | 'anomaly_score', Labels>>;
  readonly zone: string;
  band: Band;
  reading: Reading | null;
}

interface Watched {
  readonly watch: WatchConfig;
  readonly rule: LifecycleRule;
  state: LifecycleState;
}

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
  readonly #watches: Watched[];
  #restoredAt = -Infinity;
  #lookAgainAt = 0;

  constructor(indicator: IndicatorConfig, plan: EnginePlan, holidaysOf: HolidaysOf) {
    this.name = indicator.name;
    this.label = `indicator:${indicator.name}`;
    this.interval = indicator.every;
    this.sources = [`band:${indicator.name}`];
    this.#indicator = indicator;
    this.#plan = plan;
    this.#holidaysOf = holidaysOf;
    this.#watches = indicator.watch.map((watch) => ({ watch, rule: ruleOf(indicator, watch), state: EMPTY_LIFECYCLE }));
  }

  get lastRuns(): ReadonlyMap<string, RuleRun> {
    return this.#runs.last(() => this.name);
  }

  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void {
    this.#restoredAt = at;
    const own = stored.get(this.sources[0]!) ?? [];
    for (const watched of this.#watches) {
      watched.state = restore(
        own.filter(({ labels }) => labels['alertname'] === watched.rule.name),
        at,
      );
    }
  }

  run(turn: Turn): void {
    const started = performance.now();
    let samples = 0;
    let error: string | null = null;
    try {
      const vector = turn.ask.instant(this.#indicator.expr, turn.at);
      samples = vector.length;
      this.#learn(turn, vector);
      this.#read(turn, vector);
      this.#watch(turn);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.#runs.note(null, { at: turn.at, ms: performance.now() - started, samples, error });
  }

  /** The indicator with what its watches hold open, as of the last evaluation. */
  report(): RuleReport {
    const { expr, labels } = this.#indicator;
    const open = this.#watches.flatMap(({ state }) => [...state.active.values()]);
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
    const series = [...this.#tracks.values()]
      .map((track) => {
        const { reading, labels } = track;
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
          words: reading ? this.#words(track, reading) : '',
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
    const column = (text: string, shift = 0): (number | null)[] => columnOf(ask, text, key, times, distance, shift);
    const recorded = (suffix: string): (number | null)[] => column(selector(seriesName(name, suffix), labels));
    const learnt = times.map((time) => track?.band.forecast(time) ?? null);
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
    const histories = this.#histories(turn);
    for (const [index, sample] of vector.entries()) {
      const known = this.#tracks.get(keys[index]!);
      if (known && known.reading?.state !== 'learning') continue;
      const labels = withoutLabels(sample.labels, ['__name__']);
      const zone = this.#zoneOf(labels);
      const history = histories.get(keys[index]!) ?? { times: [], values: [] };
      const band = Band.fit(history, zone, this.#bandOptions(), this.#dayLikeOf(labels));
      if (known) known.band = band;
      else this.#tracks.set(keys[index]!, { labels, outputs: outputsOf(this.name, labels), zone, band, reading: null });
    }
  }

  #histories(turn: Turn): Map<string, { times: number[]; values: number[] }> {
    const { expr, every, band } = this.#indicator;
    const histories = new Map<string, { times: number[]; values: number[] }>();
    const end = turn.at - every;
    for (let begin = turn.at - band.weeks * WEEK - DAY; begin <= end; begin += CHUNK * every) {
      const until = Math.min(begin + (CHUNK - 1) * every, end);
      for (const line of turn.ask.range(expr, begin, until, every)) {
        const key = labelsKey(withoutLabels(line.labels, ['__name__']));
        const history = histories.get(key) ?? { times: [], values: [] };
        histories.set(key, history);
        for (let index = 0; index < line.times.length; index++) {
          history.times.push(line.times[index]!);
          history.values.push(line.values[index]!);
        }
      }
    }
    return histories;
  }

  #bandOptions(): Parameters<typeof Band.fit>[2] {
    const { every, band, day_parts } = this.#indicator;
    const { weeks, coverage, min_relative, min_absolute, learn, accept_after } = band;
    return {
      step: every,
      weeks,
      coverage,
      minRelative: min_relative,
      minAbsolute: min_absolute,
      learn,
      acceptAfter: accept_after,
      dayParts: day_parts,
    };
  }

  #read(turn: Turn, vector: readonly Sample[]): void {
    const values = new Map(vector.map(({ labels, value }) => [labelsKey(withoutLabels(labels, ['__name__'])), value]));
    for (const [key, track] of this.#tracks) {
      const reading = track.band.next(turn.at, values.get(key) ?? NaN);
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

  #watch(turn: Turn): void {
    const plain = expander(turn);
    const byLabels = new Map([...this.#tracks].map(([key, track]) => [key, track]));
    for (const watched of this.#watches) {
      const { when } = watched.watch;
      const wrong = [...this.#tracks.values()].filter(({ reading }) => reading && meets(when, reading.state));
      const held = this.#held(watched, turn.at);
      const vector = wrong.map(({ labels, reading }) => ({ labels, value: reading!.value }));
      for (const { labels, deviation } of held.values()) vector.push({ labels, value: deviation.value });
      const result = step(watched.rule, watched.state, vector, turn.at, (template, sample) => {
        const key = labelsKey(sample.labels);
        const track = byLabels.get(key);
        const before = held.get(key)?.deviation;
        if (template === WORDS && before) return before.annotations['summary'] ?? '';
        return template === WORDS && track?.reading ? this.#words(track, track.reading) : plain(template, sample);
      });
      watched.state = result.state;
      for (const { deviation } of result.transitions) {
        turn.events.push(alertEvent(deviation, { source: this.sources[0]!, generatorUrl: null, validUntil: null }));
      }
    }
  }

  /**
   * What fires and is silent now, by the key of its series. Silence is no recovery: such an alert stays until data says
   * that it is over, or until so much time has passed that the level would be taken as the new one. A series that was
   * not seen yet since a restart is waited for a while.
   */
  #held(
    { watch, rule, state }: Watched,
    at: number,
  ): Map<string, { readonly labels: Labels; readonly deviation: Deviation }> {
    const held = new Map<string, { readonly labels: Labels; readonly deviation: Deviation }>();
    if (watch.when === 'nodata') return held;
    for (const deviation of state.active.values()) {
      if (deviation.state !== 'firing') continue;
      const labels = withoutLabels(deviation.labels, ['alertname', ...Object.keys(rule.labels)]);
      const reading = this.#tracks.get(labelsKey(labels))?.reading;
      const silent = reading
        ? reading.state === 'nodata' && at - deviation.activeAt < this.#indicator.band.accept_after
        : at - this.#restoredAt < UNSEEN;
      if (silent) held.set(labelsKey(labels), { labels, deviation });
    }
    return held;
  }

  #words(track: Track, reading: Reading): string {
    const { city, ...rest } = track.labels;
    const detail = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
    const title = this.#title.toLowerCase();
    return describeDeviation({
      subject: detail.length > 0 ? `${title} (${detail.join(', ')})` : title,
      place: city === undefined ? '' : (this.#plan.titles[city] ?? city),
      value: reading.value,
      expected: reading.expected,
      lower: reading.lower,
      upper: reading.upper,
      unit: this.#indicator.unit,
      since: reading.since,
      at: reading.time,
      zone: track.zone,
      dayParts: this.#indicator.day_parts,
    });
  }

  #zoneOf(labels: Labels): string {
    return zoneOf(this.#indicator.zone, labels, this.#plan.zones);
  }

  /** The calendar of a series; null where it has none. */
  #dayLikeOf(labels: Labels): DayLike | null {
    const { calendar } = this.#indicator;
    if (calendar === undefined) return null;
    const city = typeof calendar === 'string' ? null : (labels[calendar.label] ?? '');
    const chosen = this.#plan.calendars.find(({ name, cities }) =>
      city === null ? name === calendar : cities.includes(city),
    );
    return chosen ? dayLikeOf(chosen, this.#holidaysOf) : null;
  }
}

function meets(when: WatchConfig['when'], state: Reading['state']): boolean {
  return when === 'outside' ? state === 'below' || state === 'above' : state === when;
}

/** The alerting rule that a watch stands for: `BookingsBelowExpected`. */
function ruleOf(indicator: IndicatorConfig, watch: WatchConfig): LifecycleRule {
  const words = [...indicator.name.split(/[-_]/), watch.when, ...(watch.when === 'nodata' ? [] : ['expected'])];
  return {
    name: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    for: watch.for,
    keepFiringFor: 0,
    labels: { ...indicator.labels, ...watch.labels, severity: watch.severity, indicator: indicator.name },
    annotations: { summary: WORDS, ...watch.annotations },
  };
}

function outputsOf(name: string, labels: Labels): Track['outputs'] {
  const named = (suffix: string): Labels => Object.freeze({ ...labels, __name__: seriesName(name, suffix) });
  return {
    expected: named('expected'),
    expected_lower: named('expected_lower'),
    expected_upper: named('expected_upper'),
    anomaly_score: named('anomaly_score'),
  };
}

/** `vehicle-heartbeats` writes `vehicle_heartbeats:expected`: a name that PromQL takes without quotes. */
function seriesName(name: string, suffix: string): string {
  return `${name.replaceAll('-', '_')}:${suffix}`;
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
