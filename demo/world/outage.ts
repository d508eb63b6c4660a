import { BERLIN, type City } from './city.ts';

const MINUTE = 60_000;

/**
 * What has happened to the route between Berlin's cars and the backend, as instants in ms; null while it has not.
 * Carrier North falls silent, the cars are moved over to South, North comes back, the cars return.
 */
export interface Outage {
  readonly silentAt: number | null;
  readonly recoveredAt: number | null;
  readonly southAt: number | null;
  readonly northAt: number | null;
}

export const NO_OUTAGE: Outage = { silentAt: null, recoveredAt: null, southAt: null, northAt: null };

/** How far something that takes `during` ms from `since` on has come at `at`: 0 to 1. */
function progress(since: number | null, at: number, during: number): number {
  if (since === null || at <= since) return 0;
  return Math.min(1, (at - since) / during);
}

/** The share (0 to 1) of North's cars that North does not carry, and the share moved over to South. */
function shares(outage: Outage, city: City, at: number): { silent: number; moved: number } {
  if (city !== BERLIN) return { silent: 0, moved: 0 };
  const fell = progress(outage.silentAt, at, 2 * MINUTE);
  const rose = progress(outage.recoveredAt, at, 2 * MINUTE);
  const left = progress(outage.southAt, at, MINUTE);
  const returned = outage.northAt !== null && outage.northAt >= (outage.southAt ?? 0);
  const back = returned ? progress(outage.northAt, at, 2 * MINUTE) : 0;
  return { silent: fell * (1 - rose) * 0.995, moved: left * (1 - back) };
}

/** What the outage does to a city's figures: factors on the usual ones. */
interface Effect {
  /** Share of North's usual heartbeats still heard over North. */
  readonly north: number;
  /** Share of North's usual heartbeats heard over South, on top of South's own. */
  readonly overToSouth: number;
  readonly bookings: number;
  /** Unlock attempts grow, because members press again. */
  readonly attempts: number;
  /** Share of unlock attempts that fail. */
  readonly unlockFailures: number;
}

/** The effect of the outage on a city at `at` (ms). Without one every factor is the usual. */
export function effectOf(outage: Outage, city: City, at: number): Effect {
  const { silent, moved } = shares(outage, city, at);
  const unreachable = silent * (1 - moved);
  return {
    north: (1 - silent) * (1 - moved),
    overToSouth: moved,
    bookings: 1 - 0.6 * unreachable,
    attempts: 1 + 0.6 * unreachable,
    unlockFailures: 0.02 + 0.43 * unreachable,
  };
}
