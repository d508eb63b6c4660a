import type { Labels } from '../../core/labels.ts';
import type { DayPart } from '../band/day-part.ts';
import type { Reading } from '../band/reading.ts';

export type WatchSide = 'below' | 'above' | 'outside' | 'nodata';

/** What a value is held against: the band around the expected level, a share of the level, or a fixed value. */
export type WatchLimit =
  | { readonly kind: 'expected' }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'value'; readonly value: number };

/** One rule over an indicator: what is an alarm, in one line. Durations are ms. */
export interface Watch {
  /** Name of its alerts. */
  readonly name: string;
  readonly indicator: string;
  readonly side: WatchSide;
  readonly limit: WatchLimit;
  /** The limit at which an open alarm closes; null takes the usual one. */
  readonly clear: WatchLimit | null;
  readonly for: number;
  /** Without `severity` and `indicator`, which every alert of a watch carries. */
  readonly labels: Labels;
  readonly severity: string;
  readonly annotations: Labels;
  /** Only series that carry these labels. */
  readonly match: Labels;
  /** Only in these parts of the day; null is always. */
  readonly parts: readonly DayPart[] | null;
  /** A deviation from the level of less than this, in the unit of the value, is no alarm. */
  readonly least: number;
  /** Below this value it always is one (of the side below or outside); null is no floor. */
  readonly floor: number | null;
}

/** Once below a share of the level, a value is back when it is this much (of the level) above that share. */
const SHARE_BACK = 0.05;

/** What is wrong with a reading in the eyes of a watch. `limit` is given where a fixed value was passed. */
export interface Breach {
  readonly side: 'below' | 'above' | 'nodata';
  readonly limit: number | null;
}

/**
 * Holds one reading against a watch. Pure.
 * @param part the part of the day it is
 * @param open whether it is open already: it then closes only at the clear limit
 */
export function breachOf(watch: Watch, reading: Reading, part: DayPart, open: boolean): Breach | null {
  if (watch.parts && !watch.parts.includes(part)) return null;
  if (watch.side === 'nodata') return reading.state === 'nodata' ? { side: 'nodata', limit: null } : null;
  const { value } = reading;
  if (Number.isNaN(value)) return silentBreach(watch, reading);
  if (watch.floor !== null && watch.side !== 'above' && value < watch.floor) {
    return { side: 'below', limit: watch.floor };
  }
  for (const side of ['below', 'above'] as const) {
    if (watch.side !== side && watch.side !== 'outside') continue;
    const breach = sideBreach(watch, reading, side, open);
    if (breach) return breach;
  }
  return null;
}

/** The band holds an alarm open through a short silence; the other limits have nothing to say of one. */
function silentBreach(watch: Watch, { state }: Reading): Breach | null {
  if (watch.limit.kind !== 'expected' || (state !== 'below' && state !== 'above')) return null;
  return watch.side === 'outside' || watch.side === state ? { side: state, limit: null } : null;
}

function sideBreach(watch: Watch, reading: Reading, side: 'below' | 'above', open: boolean): Breach | null {
  const { value, expected } = reading;
  const sign = side === 'below' ? -1 : 1;
  const limit = open && watch.clear ? watch.clear : watch.limit;
  const enough = !(watch.least > 0) || Math.abs(value - expected) >= watch.least;
  switch (limit.kind) {
    case 'expected': {
      // An alarm of the band closes by the band's own hysteresis, or, where a share opened it, back inside.
      const wrong = watch.limit.kind === 'expected' ? reading.state === side : sign * (value - expected) > 0;
      return wrong && enough ? { side, limit: null } : null;
    }
    case 'share': {
      if (!Number.isFinite(expected) || reading.state === 'learning') return null;
      const back = open && !watch.clear ? SHARE_BACK : 0;
      return sign * (value - (limit.share - sign * back) * expected) > 0 && enough ? { side, limit: null } : null;
    }
    case 'value':
      return sign * (value - limit.value) > 0
        ? { side, limit: watch.limit.kind === 'value' ? watch.limit.value : null }
        : null;
  }
}

/** The usual name of a watch's alerts: `BookingsBelowExpected`. */
export function watchName(indicator: string, side: WatchSide, limit: WatchLimit): string {
  const against = side === 'nodata' ? [] : limit.kind === 'value' ? ['limit'] : ['expected'];
  return wordsName(indicator, side, ...against);
}

/** The name of an alert about an indicator, from words: `VehicleHeartbeatsForecastOff`. */
export function wordsName(indicator: string, ...words: readonly string[]): string {
  return [...indicator.split(/[-_]/), ...words].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
