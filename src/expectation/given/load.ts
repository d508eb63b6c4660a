import type { GivenData } from '../engine/engine.ts';
import type { ExpectationTx } from '../ports.ts';

/** How far back what was given still matters, ms: the level is learnt from at most eight weeks. */
const LOOK_BACK = 63 * 86_400_000;

/** Everything that was given and still matters, for the engine; with the stamp that changes when it does. */
export async function loadGiven(tx: ExpectationTx, now: number): Promise<GivenData & { readonly stamp: string }> {
  const forecasts = await tx.expectations.forecastsAfter(now - LOOK_BACK);
  const events = await tx.expectations.events({ endsAfter: now - LOOK_BACK, cancelled: false });
  const losses = await tx.expectations.openLosses();
  return {
    stamp: await tx.expectations.givenStamp(),
    forecasts: forecasts.flatMap(({ forecast, points }) =>
      points.map(({ labels, times, points: values }) => ({
        forecastId: forecast.id,
        indicator: forecast.indicator,
        labels,
        times,
        values,
      })),
    ),
    events: events.map(({ id, title, indicators, series, startsAt, endsAt, factor }) => ({
      id,
      title,
      indicators,
      match: series,
      from: startsAt,
      to: endsAt,
      factor,
    })),
    losses: losses.map(({ startsAt, endsAt, ...loss }) => ({ ...loss, from: startsAt, to: endsAt })),
  };
}
