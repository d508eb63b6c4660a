import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import type { Deps } from '../../core/transaction.ts';
import type { EnginePlan } from '../engine/plan.ts';
import { zoneOf } from '../engine/zone.ts';
import { EXPECTATION_FACTS } from '../facts.ts';
import { readForecast, type ForecastTarget } from '../given/forecast-csv.ts';
import type { Forecast, ForecastPoints } from '../given/nouns.ts';
import type { ExpectationTx } from '../ports.ts';

export interface GivenDeps extends Deps<ExpectationTx> {
  /** What is being watched: forecasts and events are about its indicators. */
  readonly plan: () => Pick<EnginePlan, 'indicators' | 'zones'>;
}

export interface ImportInput {
  readonly indicator: string;
  readonly csv: string;
  readonly note?: string | undefined;
}

/**
 * Imports a forecast as a new version; what was imported before stays.
 * @throws Fault `forbidden`; `not_found` (indicator); `body_invalid` with every mistake of the file and its line
 */
export async function importForecast(deps: GivenDeps, actor: Actor, input: ImportInput): Promise<Forecast> {
  permit(actor, 'level.give');
  const target = targetOf(deps.plan(), input.indicator);
  const read = readForecast(input.csv, target);
  if ('mistakes' in read) throw new Fault('body_invalid', { what: read.mistakes.join('; ') });
  const { series } = read;
  const now = deps.clock.now();
  const id = deps.ids.next('fct');
  const points: ForecastPoints[] = series.map(({ labels, times, values }) => ({
    id: deps.ids.next('fcp'),
    forecastId: id,
    labels,
    times,
    points: values,
  }));
  const pointCount = points.reduce((sum, { times }) => sum + times.length, 0);
  return deps.store.transact(async (tx) => {
    const forecast: Forecast = {
      id,
      indicator: input.indicator,
      number: (await tx.expectations.forecastCount(input.indicator)) + 1,
      note: (input.note ?? '').trim(),
      seriesCount: points.length,
      pointCount,
      startsAt: Math.min(...points.map(({ times }) => times[0]!)),
      endsAt: Math.max(...points.map(({ times }) => times.at(-1)!)),
      importedBy: actor.name,
      importedAt: now,
      withdrawnBy: null,
      withdrawnAt: null,
      version: 1,
    };
    await tx.expectations.insertForecast(forecast, points);
    await tx.journal.append({
      actor,
      fact: EXPECTATION_FACTS.forecastImported,
      subject: { kind: 'forecast', id },
      summary: `${actor.name} imported forecast ${forecast.number} of ${forecast.indicator}: ${pointCount} values of ${points.length} series.`,
      reason: forecast.note === '' ? undefined : forecast.note,
      data: { indicator: forecast.indicator, startsAt: forecast.startsAt, endsAt: forecast.endsAt },
    });
    return forecast;
  });
}

/**
 * Withdraws an import, so that those before it count again, or puts it back in force.
 * @throws Fault `forbidden`, `not_found`, `conflict` (changed meanwhile), `state_conflict`
 */
export async function withdrawForecast(
  deps: Deps<ExpectationTx>,
  actor: Actor,
  id: string,
  input: { readonly version: number; readonly withdrawn: boolean; readonly reason?: string | undefined },
): Promise<Forecast> {
  permit(actor, 'level.give');
  return deps.store.transact(async (tx) => {
    const forecast = await tx.expectations.forecast(id);
    if (!forecast) throw new Fault('not_found', { what: 'forecast', id });
    const verb = input.withdrawn ? 'withdrawn' : 'put back in force';
    const state = forecast.withdrawnAt === null ? 'in force' : 'withdrawn';
    if (input.withdrawn === (forecast.withdrawnAt !== null))
      throw new Fault('state_conflict', { what: 'Forecast', id, state, verb });
    const change = input.withdrawn
      ? { withdrawnBy: actor.name, withdrawnAt: deps.clock.now() }
      : { withdrawnBy: null, withdrawnAt: null };
    if (!(await tx.expectations.updateForecast(id, input.version, change)))
      throw new Fault('conflict', { what: 'The forecast was changed by somebody else meanwhile. Look at it again.' });
    await tx.journal.append({
      actor,
      fact: input.withdrawn ? EXPECTATION_FACTS.forecastWithdrawn : EXPECTATION_FACTS.forecastRestored,
      subject: { kind: 'forecast', id },
      summary: `${actor.name} ${input.withdrawn ? 'withdrew' : 'put back'} forecast ${forecast.number} of ${forecast.indicator}.`,
      reason: input.reason,
    });
    return { ...forecast, ...change, version: input.version + 1 };
  });
}

/** What a file for an indicator must fit. @throws Fault `not_found` naming the indicators that exist */
function targetOf({ indicators, zones }: ReturnType<GivenDeps['plan']>, name: string): ForecastTarget {
  const indicator = indicators.find((each) => each.name === name);
  if (!indicator) throw new Fault('not_found', { what: 'indicator', id: name });
  const city = typeof indicator.zone === 'string' ? null : indicator.zone.label;
  return {
    name,
    by: indicator.by,
    valuesOf: (label) => (label === city ? Object.keys(zones) : null),
    zoneOf: (labels: Labels) => zoneOf(indicator.zone, labels, zones),
  };
}
