/** An engine on a simulated clock whose indicator has weeks of an ordinary rhythm behind it. */
import { SimulatedClock } from '../../core/clock.ts';
import { BatchBuilder, openSeriesStore, type SeriesStore } from '../../series/index.ts';
import type { AlertEvent } from '../../signal/signal.ts';
import { eventOf, indicatorConfig, type IndicatorConfig } from '../config.ts';
import { eventConfig } from '../config.ts';
import { Engine, type GivenData } from '../engine/engine.ts';
import type { EnginePlan } from '../engine/plan.ts';
import type { SeriesLevel } from '../engine/level.ts';
import type { LossUpdate } from '../loss/loss.ts';
import { watchOf, watchRuleConfig } from '../watch/config.ts';

const QUARTER = 900_000;
const WEEK = 7 * 86_400_000;
/** A Friday, 16:00 in Berlin. */
export const FRIDAY = Date.UTC(2026, 10, 20, 15);

/** Bookings per minute on an ordinary day: 20 around 18:00 in Berlin, 4 at night, with a little unrest. */
export function usual(time: number): number {
  const hour = (time / 3_600_000 + 1) % 24;
  const unrest = ((Math.floor(time / QUARTER) * 7919) % 11) / 11 - 0.5;
  return 12 + 8 * Math.cos(((hour - 18) / 12) * Math.PI) + unrest;
}

export interface LevelBenchOptions {
  readonly indicator?: object;
  readonly watches?: readonly object[];
  readonly events?: readonly object[];
  readonly cities?: readonly string[];
  readonly languages?: EnginePlan['languages'];
}

export class LevelBench {
  readonly clock = new SimulatedClock(FRIDAY);
  readonly store: SeriesStore = openSeriesStore({ path: ':memory:', now: () => this.clock.now(), retentionMs: 1e12 });
  engine = new Engine(this.store, this.clock, () => 0);
  readonly events: AlertEvent[] = [];
  readonly losses: LossUpdate[] = [];
  readonly plan: EnginePlan;
  readonly #cities: readonly string[];

  private constructor(options: LevelBenchOptions) {
    this.#cities = options.cities ?? ['berlin'];
    const indicator: IndicatorConfig = indicatorConfig.parse({
      name: 'bookings',
      title: 'Bookings',
      expr: 'sum by (city) (bookings)',
      every: '15m',
      by: ['city'],
      unit: 'per minute',
      zone: 'Europe/Berlin',
      ...options.indicator,
    });
    this.plan = {
      groups: [],
      watermarks: [],
      indicators: [indicator],
      watches: (options.watches ?? []).map((watch) => watchOf(watchRuleConfig.parse({ watch: 'bookings', ...watch }))),
      calendars: [],
      events: (options.events ?? []).map((event) => eventOf(eventConfig.parse(event))),
      languages: options.languages ?? ['en'],
      zones: {},
      titles: { berlin: 'Berlin' },
      externalUrl: 'http://ops',
      interval: 60_000,
    };
  }

  /** Opens it with five weeks of the ordinary rhythm. */
  static async open(options: LevelBenchOptions = {}): Promise<LevelBench> {
    const bench = new LevelBench(options);
    const batch = new BatchBuilder();
    for (let time = FRIDAY - 5 * WEEK; time < FRIDAY; time += QUARTER) {
      for (const city of bench.#cities) batch.add({ __name__: 'bookings', city }, time, usual(time));
    }
    await bench.store.write(batch.build());
    bench.engine.configure(bench.plan, []);
    return bench;
  }

  give(given: Partial<GivenData>): void {
    this.engine.give({ forecasts: [], events: [], losses: [], ...given });
  }

  /** Lets quarters of an hour pass, each with a value. @param valueOf from what is usual; undefined is silence */
  async pass(
    count: number,
    valueOf: (usual: number, time: number) => number | undefined = (value) => value,
  ): Promise<void> {
    for (let k = 0; k < count; k++) {
      this.clock.advance(QUARTER);
      const time = this.clock.now();
      for (const city of this.#cities) {
        const value = valueOf(usual(time), time);
        if (value === undefined) continue;
        await this.store.write(new BatchBuilder().add({ __name__: 'bookings', city }, time, value).build());
      }
      const { events, losses } = await this.engine.tick();
      this.events.push(...events);
      this.losses.push(...losses);
    }
  }

  /** Names of the alerts that fire now, by the events so far. */
  firing(): string[] {
    const state = new Map<string, string>();
    for (const { labels, status } of this.events) state.set(labels['alertname']!, status);
    return [...state].filter(([, status]) => status === 'firing').map(([name]) => name);
  }

  /** What the firing alert of this name says. */
  words(name: string, annotation = 'summary'): string | undefined {
    return this.events.findLast(({ labels, status }) => labels['alertname'] === name && status === 'firing')
      ?.annotations[annotation];
  }

  level(): SeriesLevel {
    return this.engine.indicators()[0]!.series[0]!;
  }

  value(expr: string): number | undefined {
    return this.engine.values(expr, this.clock.now())[0]?.value;
  }
}
