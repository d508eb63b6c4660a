import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import type { IndicatorConfig } from '../config.ts';
import { alertEvent, type Deviation } from '../deviation.ts';
import { LossMeter, lossUnit, type LossUnit, type LossUpdate } from '../loss/loss.ts';
import { EMPTY_LIFECYCLE, restore, step, type LifecycleRule, type LifecycleState } from '../rule/lifecycle.ts';
import { breachOf, type Breach, type Watch } from '../watch/watch.ts';
import type { WordLanguage } from '../words/language.ts';
import type { DayParts, Track } from './track.ts';
import { expander, type Turn } from './turn.ts';

/** How long after a restart a series that fired is waited for. */
const UNSEEN = 10 * 60_000;

/** A sentence about a series, in a language. */
export type Say = (
  track: Track,
  breach: Breach | null,
  since: number | null,
  language: WordLanguage,
  value?: number,
) => string;

interface Seen {
  readonly track: Track;
  readonly breach: Breach;
}

/** Runs one watch over the series of its indicator: fires, says why in words, and counts what is lost meanwhile. */
export class WatchRunner {
  readonly watch: Watch;
  readonly rule: LifecycleRule;
  readonly #indicator: IndicatorConfig;
  readonly #languages: readonly WordLanguage[];
  readonly #parts: DayParts;
  readonly #unit: LossUnit;
  readonly #meters = new Map<string, LossMeter>();
  #state: LifecycleState = EMPTY_LIFECYCLE;
  #restoredAt = -Infinity;
  #losses: readonly LossUpdate[] = [];

  constructor(watch: Watch, indicator: IndicatorConfig, parts: DayParts, languages: readonly WordLanguage[]) {
    this.watch = watch;
    this.#indicator = indicator;
    this.#languages = languages;
    this.#parts = parts;
    this.rule = ruleOf(watch, indicator, languages);
    this.#unit = lossUnit({ ...indicator, title: indicator.title ?? indicator.name });
  }

  /** Pending, firing and just resolved. */
  get active(): Iterable<Deviation> {
    return this.#state.active.values();
  }

  /** Keys of the series whose alert fires. */
  firingKeys(): string[] {
    return [...this.#state.active.values()]
      .filter(({ state }) => state === 'firing')
      .map((deviation) => this.#seriesKey(deviation));
  }

  restore(own: readonly Deviation[], at: number): void {
    this.#restoredAt = at;
    this.#state = restore(
      own.filter(({ labels }) => labels['alertname'] === this.rule.name),
      at,
    );
  }

  /** What was counted before a restart. */
  restoreLosses(losses: readonly LossUpdate[]): void {
    this.#losses = losses.filter(
      ({ alert, indicator }) => alert === this.rule.name && indicator === this.#indicator.name,
    );
  }

  /** Goes on where the same watch stopped. */
  inherit(before: WatchRunner): void {
    this.#state = before.#state;
    this.#restoredAt = before.#restoredAt;
    for (const [key, meter] of before.#meters) this.#meters.set(key, meter);
  }

  run(turn: Turn, source: string, tracks: ReadonlyMap<string, Track>, say: Say): void {
    const plain = expander(turn);
    const before = new Map([...this.#state.active].map(([, deviation]) => [this.#seriesKey(deviation), deviation]));
    const wrong = this.#wrong(turn, tracks, before);
    const held = this.#held(tracks, turn.at);
    const vector = [...wrong.values()].map(({ track }) => ({ labels: track.labels, value: track.reading!.value }));
    for (const { labels, deviation } of held.values()) vector.push({ labels, value: deviation.value });
    const result = step(this.rule, this.#state, vector, turn.at, (template, sample) => {
      const language = WORDS.get(template);
      if (language === undefined) return plain(template, sample);
      const key = labelsKey(sample.labels);
      const silent = held.get(key)?.deviation;
      if (silent) return silent.annotations[annotationOf(language, this.#languages)] ?? '';
      const seen = wrong.get(key);
      if (!seen) return '';
      const open = before.get(key);
      return say(seen.track, seen.breach, open && open.state !== 'resolved' ? open.activeAt : null, language);
    });
    this.#state = result.state;
    for (const { deviation } of result.transitions) {
      turn.events.push(alertEvent(deviation, { source, generatorUrl: null, validUntil: null }));
    }
    this.#count(turn, wrong, tracks);
  }

  /** The units that are being lost now in one series, or null. */
  losing(labels: Labels): Pick<LossUpdate, 'amount' | 'unit' | 'from'> | null {
    const meter = this.#meters.get(labelsKey(labels));
    return meter ? { ...meter.total(), from: meter.from } : null;
  }

  #wrong(turn: Turn, tracks: ReadonlyMap<string, Track>, before: ReadonlyMap<string, Deviation>): Map<string, Seen> {
    const wrong = new Map<string, Seen>();
    const { match } = this.watch;
    for (const [key, track] of tracks) {
      if (!track.reading || !Object.entries(match).every(([name, value]) => track.labels[name] === value)) continue;
      const open = before.get(key)?.state === 'firing';
      const breach = breachOf(this.watch, track.reading, this.#parts.at(track.zone, turn.at), open);
      if (breach) wrong.set(key, { track, breach });
    }
    return wrong;
  }

  /**
   * What fires and is silent now, by the key of its series. Silence is no recovery: such an alert stays until data says
   * that it is over, or until so much time has passed that the level would be taken as the new one. A series that was
   * not seen yet since a restart is waited for a while.
   */
  #held(
    tracks: ReadonlyMap<string, Track>,
    at: number,
  ): Map<string, { readonly labels: Labels; readonly deviation: Deviation }> {
    const held = new Map<string, { readonly labels: Labels; readonly deviation: Deviation }>();
    if (this.watch.side === 'nodata') return held;
    for (const deviation of this.#state.active.values()) {
      if (deviation.state !== 'firing') continue;
      const labels = this.#seriesLabels(deviation);
      const reading = tracks.get(labelsKey(labels))?.reading;
      const silent = reading
        ? this.#isSilent(reading.state, reading.value) && at - deviation.activeAt < this.#indicator.band.accept_after
        : at - this.#restoredAt < UNSEEN;
      if (silent) held.set(labelsKey(labels), { labels, deviation });
    }
    return held;
  }

  /** With a fixed limit or a share, a value that is missing for a moment is silence too. */
  #isSilent(state: string, value: number): boolean {
    return state === 'nodata' || (this.watch.limit.kind !== 'expected' && Number.isNaN(value));
  }

  /** Counts what is lost from the beginning of the deviation on; what never fires is forgotten. */
  #count(turn: Turn, wrong: ReadonlyMap<string, Seen>, tracks: ReadonlyMap<string, Track>): void {
    if (this.watch.side === 'nodata') return;
    const open = new Set<string>();
    for (const deviation of this.#state.active.values()) {
      if (deviation.state === 'resolved') continue;
      const key = this.#seriesKey(deviation);
      const track = tracks.get(key);
      if (!track?.reading) continue;
      open.add(key);
      const meter = this.#meterOf(key, deviation);
      const side = this.#sideOf(wrong.get(key), track);
      meter.add(turn.at, track.reading.value, track.reading.expected, side);
      if (deviation.state === 'firing') turn.losses?.push(this.#update(meter, deviation, track.labels, side, true));
    }
    for (const [key, meter] of this.#meters) {
      if (open.has(key)) continue;
      this.#meters.delete(key);
      const ended = [...this.#state.active.values()].find((each) => this.#seriesKey(each) === key);
      const track = tracks.get(key);
      if (ended?.firedAt != null && track)
        turn.losses?.push(this.#update(meter, ended, track.labels, this.#sideOf(undefined, track), false));
    }
  }

  #meterOf(key: string, deviation: Deviation): LossMeter {
    let meter = this.#meters.get(key);
    if (!meter) {
      const known = this.#losses.find(
        ({ fingerprint, from }) => fingerprint === deviation.fingerprint && from === deviation.activeAt,
      );
      meter = new LossMeter(this.#unit, this.#indicator.every, deviation.activeAt, known);
      this.#meters.set(key, meter);
    }
    return meter;
  }

  #update(meter: LossMeter, deviation: Deviation, labels: Labels, side: 'below' | 'above', open: boolean): LossUpdate {
    return {
      fingerprint: deviation.fingerprint,
      alert: this.rule.name,
      indicator: this.#indicator.name,
      labels,
      side,
      from: meter.from,
      ...meter.total(),
      open,
    };
  }

  #sideOf(seen: Seen | undefined, { reading }: Track): 'below' | 'above' {
    if (this.watch.side === 'below' || this.watch.side === 'above') return this.watch.side;
    if (seen && seen.breach.side !== 'nodata') return seen.breach.side;
    return reading !== null && reading.value > reading.expected ? 'above' : 'below';
  }

  #seriesLabels(deviation: Deviation): Labels {
    return withoutLabels(deviation.labels, ['alertname', ...Object.keys(this.rule.labels)]);
  }

  #seriesKey(deviation: Deviation): string {
    return labelsKey(this.#seriesLabels(deviation));
  }
}

/** Templates that stand for the sentence of a deviation, with their language. */
const WORDS: ReadonlyMap<string, WordLanguage> = new Map([
  ['{{ words:en }}', 'en'],
  ['{{ words:de }}', 'de'],
]);

/** `summary` in the main language, `summary_de` in another. */
export function annotationOf(language: WordLanguage, languages: readonly WordLanguage[]): string {
  return language === languages[0] ? 'summary' : `summary_${language}`;
}

/** The alerting rule that a watch stands for. */
function ruleOf(watch: Watch, indicator: IndicatorConfig, languages: readonly WordLanguage[]): LifecycleRule {
  const words = languages.map((language) => [annotationOf(language, languages), `{{ words:${language} }}`]);
  return {
    name: watch.name,
    for: watch.for,
    keepFiringFor: 0,
    labels: { ...indicator.labels, ...watch.labels, severity: watch.severity, indicator: indicator.name },
    annotations: { ...(Object.fromEntries(words) as Record<string, string>), ...watch.annotations },
  };
}
