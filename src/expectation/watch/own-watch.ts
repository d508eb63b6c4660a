import type { IndicatorConfig } from '../config.ts';
import { watchName, type Watch } from './watch.ts';

/** The watch that an entry under an indicator's own "watch" stands for. */
export function ownWatches(indicator: IndicatorConfig): Watch[] {
  return indicator.watch.map(({ when, for: lasting, severity: loud, labels, annotations }) => ({
    name: watchName(indicator.name, when, { kind: 'expected' }),
    indicator: indicator.name,
    side: when,
    limit: { kind: 'expected' },
    clear: null,
    for: lasting,
    labels,
    severity: loud,
    annotations,
    match: {},
    parts: null,
    least: 0,
    floor: null,
  }));
}

/** The indicator without the entry of its own "watch" whose alerts have this name. */
export function withoutWatch(indicator: IndicatorConfig, name: string): IndicatorConfig {
  const watch = indicator.watch.filter((_, index) => ownWatches(indicator)[index]?.name !== name);
  return watch.length === indicator.watch.length ? indicator : { ...indicator, watch };
}
