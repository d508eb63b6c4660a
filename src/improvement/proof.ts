import { formatDuration } from '../core/duration.ts';
import type { Proof } from './improvement.ts';

/** One firing of a rule in a replay, ms. */
export interface Firing {
  readonly firedAt: number;
  readonly resolvedAt: number | null;
}

/** A stretch of time that belongs to a known incident, ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ProofInput {
  readonly at: number;
  readonly incidentId: string | null;
  /** The incident to be caught earlier, or null when the change is about the history alone. */
  readonly window: Span | null;
  readonly knownIncidents: readonly Span[];
  readonly historyFrom: number;
  readonly historyTo: number;
  readonly before: readonly Firing[];
  readonly after: readonly Firing[];
}

/** Firings of one rule within this time of each other are one alert to a person. */
const SAME_ALERT_MS = 5 * 60_000;

/** Weighs today's rule against the changed one: how much earlier, and how many alerts more. Pure. */
export function weigh(input: ProofInput): Proof {
  const firedBefore = input.window ? firstIn(input.before, input.window) : null;
  const firedAfter = input.window ? firstIn(input.after, input.window) : null;
  const spans = input.window ? [...input.knownIncidents, input.window] : input.knownIncidents;
  const alertsBefore = countOutside(input.before, spans);
  const alertsAfter = countOutside(input.after, spans);
  const earlierBy = firedBefore !== null && firedAfter !== null ? firedBefore - firedAfter : null;
  const extraAlerts = alertsAfter - alertsBefore;
  const result = {
    at: input.at,
    incidentId: input.incidentId,
    firedBefore,
    firedAfter,
    earlierBy,
    historyFrom: input.historyFrom,
    historyTo: input.historyTo,
    alertsBefore,
    alertsAfter,
    extraAlerts,
  };
  return { ...result, verdict: verdict(result, input.window !== null) };
}

function firstIn(firings: readonly Firing[], window: Span): number | null {
  const inside = firings
    .filter(({ firedAt }) => firedAt >= window.from && firedAt <= window.to)
    .map(({ firedAt }) => firedAt);
  return inside.length > 0 ? Math.min(...inside) : null;
}

function countOutside(firings: readonly Firing[], spans: readonly Span[]): number {
  const times = firings
    .map(({ firedAt }) => firedAt)
    .filter((at) => !spans.some(({ from, to }) => at >= from && at <= to))
    .sort((a, b) => a - b);
  return times.filter((at, index) => index === 0 || at - times[index - 1]! > SAME_ALERT_MS).length;
}

function verdict(result: Omit<Proof, 'verdict'>, withIncident: boolean): string {
  const history = `${result.extraAlerts === 0 ? '0' : signed(result.extraAlerts)} extra alerts in the history at hand (${span(result.historyTo - result.historyFrom)})`;
  if (!withIncident) return history;
  return `${timing(result)}, ${history}`;
}

function timing({ firedBefore, firedAfter, earlierBy }: Omit<Proof, 'verdict'>): string {
  if (firedAfter === null)
    return firedBefore === null ? 'would not have alerted, as today' : 'would no longer have alerted';
  if (earlierBy === null) return "would have alerted; today's rule did not";
  if (Math.abs(earlierBy) < 1000) return 'would have alerted at the same time';
  return `would have alerted ${minutes(Math.abs(earlierBy))} ${earlierBy > 0 ? 'earlier' : 'later'}`;
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Number((ms / 60_000).toFixed(1))} min`;
}

function span(ms: number): string {
  const days = ms / 86_400_000;
  return days >= 2 ? `${Math.round(days)} days` : formatDuration(Math.max(0, Math.round(ms / 60_000) * 60_000));
}

function signed(count: number): string {
  return count > 0 ? `+${count}` : `−${Math.abs(count)}`;
}
