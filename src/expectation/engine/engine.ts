import { Fault } from '../../core/fault.ts';
import type { Clock } from '../../core/clock.ts';
import type { Labels } from '../../core/labels.ts';
import { parseSelector } from '../../promql/index.ts';
import {
  BatchBuilder,
  describeRejections,
  rejectedCount,
  type SampleBatch,
  type SeriesStore,
} from '../../series/index.ts';
import type { ErasedSamples, SampleOutcome } from '../../signal/ports.ts';
import { OtlpTranslator, readOtlp, type OtlpEncoding, type OtlpOutcome } from '../../signal/otlp/index.ts';
import { decodeRemoteWrite, DecodeScratch } from '../../signal/remote-write/index.ts';
import { ScrapeIntake, type ScrapedPage, type ScrapeOutcome } from '../../signal/scrape/intake.ts';
import type { AlertEvent } from '../../signal/signal.ts';
import type { HolidaysOf } from '../band/calendar.ts';
import type { Deviation, Sample } from '../deviation.ts';
import type { PlannedEvent } from '../given/event.ts';
import { ForecastBook, type ForecastLine } from '../given/forecast.ts';
import type { LossUpdate } from '../loss/loss.ts';
import { runTrial, type TrialOutcome, type TrialRequest, type TrialWorld } from '../trial/trial.ts';
import type { TrialFiring } from '../trial/judge.ts';
import { localBackend, type Backend } from './backend.ts';
import { GroupRunner } from './group-runner.ts';
import { IndicatorRunner } from './indicator-runner.ts';
import type { IndicatorLevel, LevelLine } from './level.ts';
import type { EnginePlan } from './plan.ts';
import type { PrometheusAnswer } from './prometheus-api.ts';
import type { QueryParams } from './prometheus/params.ts';
import type { CancelFlag } from './prometheus/source.ts';
import type { ReplayedRule } from './replay.ts';
import type { RulesReport } from './report.ts';
import type { RuleRun } from './run-log.ts';
import type { Runner } from './turn.ts';
import { WatermarkRunner } from './watermark-runner.ts';

/** What one tick of the engine found, and when it wants to be asked next (ms). */
export interface TickResult {
  readonly events: readonly AlertEvent[];
  /** What open deviations have cost so far, and those that ended with this tick. */
  readonly losses: readonly LossUpdate[];
  readonly nextAt: number;
}

/** A deviation that was open before a restart, with the source it came from. */
export interface StoredDeviation {
  readonly source: string;
  readonly deviation: Deviation;
}

export interface EngineStats {
  readonly series: number;
  readonly samples: number;
  readonly lastRuns: Readonly<Record<string, RuleRun>>;
  /** Evaluations left out since the start, by group, watermark and indicator. */
  readonly missed: Readonly<Record<string, number>>;
  /** Why the outputs of the last evaluation could not be written, or null. */
  readonly writeFault: string | null;
}

/** What is known in advance: forecasts in the order of their import, and events besides those of the configuration. */
export interface GivenData {
  readonly forecasts: readonly ForecastLine[];
  readonly events: readonly PlannedEvent[];
  /** What deviations that were open at the last stop had cost. */
  readonly losses: readonly LossUpdate[];
}

/** How far a trial is, 0 to 1; with what came out once it is done. */
export interface TrialStep {
  readonly progress: number;
  readonly outcome?: TrialOutcome;
}

/** How long a trial runs before others may go first, ms of the stopwatch. */
const TRIAL_SLICE_MS = 25;
const MOST_TRIALS = 4;

interface Scheduled {
  readonly runner: Runner;
  dueAt: number;
}

/**
 * The metrics engine: series, PromQL, rules, watermarks and bands. It lives in a thread of its own and knows nothing of
 * the rest; what it finds leaves it as alert events.
 */
export class Engine {
  readonly #store: Backend;
  readonly #clock: Clock;
  readonly #elapsed: () => number;
  readonly #startedAt: number;
  readonly #holidaysOf: HolidaysOf;
  readonly #scratch = new DecodeScratch();
  readonly #otlp = new OtlpTranslator();
  readonly #scrapes = new ScrapeIntake();
  #plan: EnginePlan | null = null;
  #scheduled: Scheduled[] = [];
  #groups: GroupRunner[] = [];
  #watermarks: WatermarkRunner[] = [];
  #indicators: IndicatorRunner[] = [];
  readonly #missed = new Map<string, number>();
  #writeFault: string | null = null;
  readonly #trials = new Map<string, Generator<number, TrialOutcome>>();
  #given: GivenData = { forecasts: [], events: [], losses: [] };

  /**
   * @param elapsed a stopwatch in ms, for time-outs and durations
   * @param holidaysOf the holidays of countries, for calendars; left out there are only the days that are named
   */
  constructor(store: SeriesStore | Backend, clock: Clock, elapsed: () => number, holidaysOf: HolidaysOf = () => []) {
    this.#store = 'ask' in store ? store : localBackend(store);
    this.#clock = clock;
    this.#elapsed = elapsed;
    this.#startedAt = clock.now();
    this.#holidaysOf = holidaysOf;
  }

  /**
   * Takes a plan, with what was open before. Events about open deviations whose rule is gone come back as resolved.
   */
  configure(plan: EnginePlan, stored: readonly StoredDeviation[]): AlertEvent[] {
    const now = this.#clock.now();
    const bySource = new Map<string, Deviation[]>();
    for (const { source, deviation } of stored) bySource.set(source, [...(bySource.get(source) ?? []), deviation]);
    this.#plan = plan;
    const learnt = this.#indicators;
    this.#indicators = plan.indicators.map((indicator) => new IndicatorRunner(indicator, plan, this.#holidaysOf));
    this.#watermarks = plan.watermarks.map((mark) => new WatermarkRunner(mark, plan));
    const before = this.#groups;
    this.#groups = plan.groups.map((group) => new GroupRunner(group, plan.interval));
    const runners: Runner[] = [...this.#groups, ...this.#watermarks, ...this.#indicators];
    for (const runner of runners) runner.restore(bySource, now);
    for (const runner of this.#indicators) {
      const old = learnt.find(({ name }) => name === runner.name);
      if (old) runner.inherit(old);
    }
    this.give(this.#given);
    this.#succeed(before, now);
    this.#scheduled = runners.map((runner) => ({ runner, dueAt: aligned(now, runner.interval) }));
    const known = new Set(runners.flatMap(({ sources }) => sources));
    return stored
      .filter(({ source }) => !known.has(source))
      .map(({ source, deviation }) => ({
        fingerprint: deviation.fingerprint,
        source,
        labels: deviation.labels,
        annotations: deviation.annotations,
        status: 'resolved',
        startsAt: deviation.firedAt ?? deviation.activeAt,
        endsAt: now,
        generatorUrl: null,
        value: null,
      }));
  }

  /** Takes what is known in advance of levels, and what open deviations had cost before a restart. */
  give(given: GivenData): void {
    this.#given = given;
    const book = { forecasts: new ForecastBook(given.forecasts), events: given.events };
    for (const runner of this.#indicators) {
      runner.give(book);
      runner.restoreLosses(given.losses);
    }
  }

  /** Takes a remote-write body; resolves when its samples are durable. @throws Fault `media_type`, `body_invalid`, `overloaded` */
  async writeRemote(body: Uint8Array, contentType: string): Promise<SampleOutcome> {
    const batch = decodeRemoteWrite(
      body,
      versionOf(contentType),
      {},
      this.#store.takesAtOnce ? this.#scratch : undefined,
    );
    const outcome = await this.#store.write(batch);
    const rejected = rejectedCount(outcome);
    return {
      samples: outcome.stored + outcome.duplicates - outcome.histograms,
      histograms: outcome.histograms,
      exemplars: 0,
      rejected,
      reasons: rejected > 0 ? [describeRejections(outcome)] : [],
    };
  }

  /**
   * Takes a decompressed OTLP metrics body; resolves when its samples are durable.
   * @throws Fault `body_invalid`, `too_large`, `overloaded`
   */
  async writeOtlp(body: Uint8Array, encoding: OtlpEncoding): Promise<OtlpOutcome> {
    const taken = this.#otlp.take(readOtlp(body, encoding), this.#clock.now(), this.#plan?.exponential);
    const outcome = await this.#store.write(taken.batch);
    const rejected = rejectedCount(outcome);
    return {
      samples: outcome.stored + outcome.duplicates,
      // The store counts samples: a point of a histogram is several.
      rejected: Math.min(taken.points, taken.rejected + rejected),
      messages: rejected > 0 ? [...taken.messages, describeRejections(outcome)] : taken.messages,
    };
  }

  /** Takes the page of a target, or why there is none; resolves when its samples are durable. @throws Fault `overloaded` */
  async writePage(scraped: ScrapedPage): Promise<ScrapeOutcome> {
    const { batch, outcome } = this.#scrapes.take(scraped);
    return { ...outcome, refused: describeRejections(await this.#store.write(batch)) };
  }

  /** Ends the series of a target that is no longer scraped. @param at ms */
  async endTarget(target: string, at: number): Promise<void> {
    await this.#store.write(this.#scrapes.end(target, at));
  }

  /** Takes samples that are columns already; resolves when they are durable. @throws Fault `overloaded` */
  async writeBatch(batch: SampleBatch): Promise<void> {
    await this.#store.write(batch);
  }

  /** Evaluates what is due. An evaluation that was missed (the process slept) is left out, never run twice. */
  async tick(): Promise<TickResult> {
    const now = this.#clock.now();
    const events: AlertEvent[] = [];
    const losses: LossUpdate[] = [];
    const writes: Promise<unknown>[] = [];
    for (const scheduled of this.#scheduled) {
      if (scheduled.dueAt > now) continue;
      const { runner } = scheduled;
      const at = Math.floor(now / runner.interval) * runner.interval;
      const missed = Math.max(0, Math.round((at - scheduled.dueAt) / runner.interval));
      if (missed > 0) this.#missed.set(runner.label, (this.#missed.get(runner.label) ?? 0) + missed);
      writes.push(this.#run(runner, at, events, losses));
      scheduled.dueAt = at + runner.interval;
    }
    await Promise.all(writes);
    return { events, losses, nextAt: Math.min(now + 60_000, ...this.#scheduled.map(({ dueAt }) => dueAt)) };
  }

  /** One request of the Prometheus query API. @param flag raised when nobody waits for the answer any more */
  prometheus(path: string, params: QueryParams, flag?: CancelFlag): PrometheusAnswer | Promise<PrometheusAnswer> {
    const source = {
      startedAt: this.#startedAt,
      now: () => this.#clock.now(),
      elapsed: this.#elapsed,
      rules: () => this.rules(),
      plan: () => this.#plan,
      targets: () => [],
    };
    return this.#store.answer(source, path, params, flag);
  }

  /** The vector of an expression at an instant (ms). @throws Fault */
  values(expr: string, at: number): readonly Sample[] {
    return this.#store.ask.instant(expr, at);
  }

  /** Every indicator with its series, as of the last evaluation. */
  indicators(): IndicatorLevel[] {
    return this.#indicators.map((runner) => runner.level());
  }

  /** One series of an indicator over [from, to] ms with its band, or null if there is no such indicator. */
  level(name: string, labels: Labels, from: number, to: number): LevelLine | null {
    const runner = this.#indicators.find((candidate) => candidate.name === name);
    return runner ? runner.line(this.#store.ask, labels, from, to, this.#plan?.watermarks ?? []) : null;
  }

  /** When a rule would have fired over the recorded series. Evaluations and queries go on in between. */
  async firings(rule: ReplayedRule, from: number, to: number): Promise<readonly TrialFiring[]> {
    const trial = runTrial({ rule, from, to, csv: null }, this.#world(), false);
    for (;;) {
      const result = this.#advance(trial);
      if (result.done) return result.value.firings;
      await breath();
    }
  }

  /**
   * Runs a trial on for a moment: it begins when the id is new.
   * @throws Fault `bad_request`
   */
  stepTrial(id: string, request: TrialRequest): TrialStep {
    let trial = this.#trials.get(id);
    if (!trial) {
      // Trials that nobody goes on with (their instance died) give way.
      const oldest = this.#trials.keys().next().value;
      if (this.#trials.size >= MOST_TRIALS && oldest !== undefined) this.#trials.delete(oldest);
      this.#trials.set(id, (trial = runTrial(request, this.#world())));
    }
    try {
      const result = this.#advance(trial);
      if (!result.done) return { progress: result.value };
      this.#trials.delete(id);
      return { progress: 1, outcome: result.value };
    } catch (error) {
      this.#trials.delete(id);
      throw error;
    }
  }

  /** Forgets a trial that nobody wants any more. */
  dropTrial(id: string): void {
    this.#trials.delete(id);
  }

  /** The oldest sample that the expression's series have, ms, or null. */
  historyStart(): number | null {
    return this.#store.historyStart(this.#clock.now());
  }

  /** Groups, watermarks and indicators with their states and last runs. */
  rules(): RulesReport {
    return {
      groups: this.#groups.map((runner) => runner.report(this.#missed.get(runner.label) ?? 0)),
      watermarks: this.#watermarks.map((runner) => runner.report()),
      indicators: this.#indicators.map((runner) => runner.report()),
    };
  }

  stats(): EngineStats {
    const { series, samples } = this.#store.stats();
    const lastRuns = Object.fromEntries(this.#scheduled.flatMap(({ runner }) => [...runner.lastRuns]));
    const missed = Object.fromEntries(this.#missed);
    return { series, samples, lastRuns, missed, writeFault: this.#writeFault };
  }

  /** Housekeeping of the series store; true while there is more to do. */
  maintain(): boolean {
    return this.#store.maintain();
  }

  /**
   * Deletes the samples in [from, to] (ms) of the series that any of the selectors finds. Writes, rules and queries go
   * on in between; each part is durable when it is done.
   * @throws Fault `bad_request`, `unavailable`
   */
  async erase(selectors: readonly string[], from: number, to: number): Promise<ErasedSamples> {
    const erasure = this.#store.erase(
      selectors.map((selector) => parseSelector(selector)),
      from,
      to,
    );
    while (erasure.turn()) await breath();
    return erasure.found;
  }

  /** Takes what was deleted out of the batch log and the write-ahead log. @throws Fault `bad_request`, `unavailable` */
  async clean(): Promise<void> {
    this.#store.beginClean();
    while (this.#store.maintain()) await breath();
    this.#store.endClean();
  }

  close(): void {
    this.#store.close();
  }

  #world(): TrialWorld {
    if (!this.#plan) throw new Fault('unavailable', { what: 'The metrics engine' });
    const { forecasts, events } = this.#given;
    return {
      ask: this.#store.ask,
      plan: this.#plan,
      holidaysOf: this.#holidaysOf,
      given: { forecasts: new ForecastBook(forecasts), events },
    };
  }

  #advance(trial: Generator<number, TrialOutcome>): IteratorResult<number, TrialOutcome> {
    const until = this.#elapsed() + TRIAL_SLICE_MS;
    let result = trial.next();
    while (!result.done && this.#elapsed() < until) result = trial.next();
    return result;
  }

  /** New groups go on where those of the same name stopped; the series of groups that are gone are ended. */
  #succeed(before: readonly GroupRunner[], now: number): void {
    const ended = new BatchBuilder();
    let count = 0;
    for (const old of before) {
      const heir = this.#groups.find(({ group }) => group.name === old.group.name && group.file === old.group.file);
      if (heir) heir.inherit(old);
      else for (const labels of old.written()) count += ended.addStale(labels, now) ? 1 : 0;
    }
    // Nobody waits for it: when it fails, the series end by themselves five minutes later.
    if (count > 0) this.#store.write(ended.build()).catch(() => {});
  }

  async #run(runner: Runner, at: number, events: AlertEvent[], losses: LossUpdate[]): Promise<void> {
    const pending: Promise<unknown>[] = [];
    let batch: BatchBuilder | null = null;
    const flush = (): void => {
      if (batch) pending.push(this.#store.writeVisible(batch.build()));
      batch = null;
    };
    runner.run({
      ask: this.#store.ask,
      at,
      externalUrl: this.#plan?.externalUrl ?? '',
      externalLabels: {},
      events,
      losses,
      write: (labels, value, time = at, histogram) => {
        batch ??= new BatchBuilder();
        if (histogram) batch.addHistogram(labels, time, histogram);
        else batch.add(labels, time, value);
      },
      writeStale: (labels, time = at) => {
        (batch ??= new BatchBuilder()).addStale(labels, time);
      },
      flush,
    });
    flush();
    // What was found goes on its way also when the outputs of rules cannot be written.
    const failed = (await Promise.allSettled(pending)).find(({ status }) => status === 'rejected');
    this.#writeFault = failed ? String((failed as PromiseRejectedResult).reason) : null;
  }
}

/** Lets what waits for this thread go first. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The next instant at or after `now` that is a whole number of intervals. */
function aligned(now: number, interval: number): number {
  return Math.ceil(now / interval) * interval;
}

/** The protocol version that a content type names. @throws Fault `media_type` */
function versionOf(contentType: string): 1 | 2 {
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim());
  if (type !== 'application/x-protobuf')
    throw new Fault('media_type', { got: contentType, want: 'application/x-protobuf' });
  const proto = parameters.find((parameter) => parameter.startsWith('proto='))?.slice('proto='.length);
  if (proto === undefined || proto === 'prometheus.WriteRequest') return 1;
  if (proto === 'io.prometheus.write.v2.Request') return 2;
  throw new Fault('media_type', {
    got: contentType,
    want: 'proto=prometheus.WriteRequest or proto=io.prometheus.write.v2.Request',
  });
}
