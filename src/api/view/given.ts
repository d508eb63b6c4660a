import type { z } from 'zod';
import type { Config } from '../../config/index.ts';
import { countedOnce, type ExpectationTx } from '../../expectation/index.ts';
import type * as contract from '../contract.ts';

type EventView = z.infer<typeof contract.eventView>;
type LossView = z.infer<typeof contract.lossView>;
type StoredEvent = Awaited<ReturnType<ExpectationTx['expectations']['events']>>[number];
type StoredLoss = Awaited<ReturnType<ExpectationTx['expectations']['losses']>>[number];

/** An event that was added. */
export function eventViewOf(event: StoredEvent, now: number): EventView {
  const { cancelledAt, createdAt: _, ...rest } = event;
  return { ...rest, origin: 'added', state: cancelledAt === null ? stateOf(event, now) : 'cancelled' };
}

/** The events of the configuration. */
export function configuredEvents(events: Config['events'], now: number): EventView[] {
  return events.map(({ name, title, from, to, factor, indicators, match }) => ({
    id: `config:${name}`,
    title: title ?? name,
    indicators,
    series: match,
    startsAt: from,
    endsAt: to,
    factor,
    origin: 'configuration',
    state: stateOf({ startsAt: from, endsAt: to }, now),
    createdBy: null,
    version: null,
  }));
}

function stateOf({ startsAt, endsAt }: { startsAt: number; endsAt: number }, now: number): EventView['state'] {
  return now < startsAt ? 'planned' : now < endsAt ? 'on' : 'over';
}

/** A loss, with what people call its indicator. */
export function lossViewOf(loss: StoredLoss, indicators: Config['indicators']): LossView {
  const indicator = indicators.find(({ name }) => name === loss.indicator);
  return { ...loss, title: indicator?.title ?? loss.indicator };
}

/** What was lost in all, by indicator and unit; what two watches saw of one series counts once. */
export function totalsOf(losses: readonly LossView[]): z.infer<typeof contract.lossList>['totals'][number][] {
  const totals = new Map<string, { unit: string; indicator: string; amount: number; expected: number }>();
  for (const { unit, indicator, amount, expected } of countedOnce(losses)) {
    const key = `${indicator}\u0000${unit}`;
    const total = totals.get(key) ?? { unit, indicator, amount: 0, expected: 0 };
    total.amount += amount;
    total.expected += expected;
    totals.set(key, total);
  }
  return [...totals.values()].sort((a, b) => b.amount - a.amount);
}
