/** What the pages of metrics ask: rules with their last runs, targets, and a query's answer. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { HOUR, MINUTE, type SceneName } from './mock-scene.ts';

type Rules = z.output<typeof contract.ruleList>;
type Rule = Rules['watermarks'][number];

function rule(now: number, name: string, expr: string, more: Partial<Rule>): Rule {
  return {
    kind: 'alerting',
    name,
    title: '',
    expr,
    interval: 30_000,
    for: 2 * MINUTE,
    keepFiringFor: 0,
    labels: {},
    annotations: {},
    state: 'inactive',
    health: 'ok',
    alerts: [],
    runs: [8_000, 38_000, 68_000].map((ago, index) => ({
      at: now - ago,
      ms: 0.9 + index / 4,
      samples: 2,
      error: null,
    })),
    ...more,
  };
}

/** The rules of the operator; in an incident one fires, and one has never been right. */
export function rulesOf(scene: SceneName, now: number): Rules {
  const hurt = scene === 'fresh' || scene === 'accepted';
  const group = { limit: 0, queryOffset: 0, labels: {}, at: now - 8_000, ms: 2.7, missed: 0 };
  const firing: Partial<Rule> = {
    state: 'firing',
    alerts: [
      {
        labels: { city: 'berlin' },
        annotations: {},
        state: 'firing',
        activeAt: now - 6 * MINUTE,
        firedAt: now - 4 * MINUTE,
        keptSince: null,
        value: 0.413,
      },
    ],
  };
  const error = 'found duplicate series for the match group {city="berlin"} on the right hand-side of the operation';
  return {
    at: now,
    groups: [
      {
        ...group,
        name: 'booking',
        file: 'rules/service.yaml',
        interval: 30_000,
        rules: [
          rule(now, 'city:kiez_bookings:rate5m', 'avg by (city) (avg_over_time(kiez_bookings_per_minute[5m]))', {
            kind: 'recording',
            state: null,
            for: 0,
          }),
          rule(
            now,
            'UnlockFailures',
            'sum by (city) (rate(kiez_unlock_failures_total[5m])) / sum by (city) (rate(kiez_unlock_attempts_total[5m])) > 0.2',
            hurt ? firing : {},
          ),
        ],
      },
      {
        ...group,
        name: 'payment',
        file: 'rules/payment.yaml',
        interval: MINUTE,
        missed: 1,
        rules: [
          rule(now, 'PaymentVendorSlow', 'kiez_payment_seconds / on (city) kiez_payment_target_seconds > 1', {
            health: 'err',
            runs: [{ at: now - 8_000, ms: 0.4, samples: 0, error }],
          }),
        ],
      },
    ],
    watermarks: [
      rule(now, 'vehicle-heartbeats-low', 'sum by (city, carrier) (kiez_vehicle_heartbeats_per_minute)', {
        kind: 'watermark',
        title: 'Vehicles heard from',
        state: hurt ? 'firing' : 'inactive',
      }),
    ],
    indicators: [
      rule(now, 'bookings', 'sum by (city) (kiez_bookings_per_minute)', {
        kind: 'indicator',
        title: 'Bookings',
        for: 15 * MINUTE,
      }),
    ],
  };
}

/** What the server scrapes, one of it down. */
export function targetsOf(now: number): unknown {
  const target = (scrapePool: string, host: string, health: 'up' | 'down', lastError = '') => ({
    scrapePool,
    scrapeUrl: `http://${host}/metrics`,
    health,
    labels: { job: scrapePool, instance: host },
    lastScrape: new Date(now - 7_000).toISOString(),
    lastScrapeDuration: health === 'up' ? 0.012 : 10,
    lastError,
  });
  const activeTargets = [
    target('backend', 'booking-1.kiez.example:9100', 'up'),
    target('backend', 'booking-2.kiez.example:9100', 'down', 'context deadline exceeded after 10 s'),
    target('telematics', 'gateway-1.kiez.example:9100', 'up'),
  ];
  return { status: 'success', data: { activeTargets, droppedTargets: [] } };
}

/** The answer to any query: two cities over the range that was asked. */
export function seriesOf(query: URLSearchParams): unknown {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(query.get(name)));
  const result = ['berlin', 'lisbon'].map((city, index) => ({
    metric: { __name__: 'kiez_bookings_per_minute', city },
    values: Array.from({ length: Math.floor((end! - start!) / step!) + 1 }, (_, at) => {
      const seconds = start! + at * step!;
      const value = 40 - 16 * index + 9 * Math.sin((seconds * 1000) / (2 * HOUR)) + Math.sin(seconds / 97);
      return [seconds, value.toFixed(1)];
    }),
  }));
  return { status: 'success', data: { resultType: 'matrix', result } };
}
