import type { Clock } from '../core/clock.ts';

/** The machine's clock. */
export const wallClock: Clock = { speed: 1, now: () => Date.now() };

/**
 * A clock that began at `start` (ms) when the machine's clock was at `realStart` (ms), and runs `speed` times as fast:
 * for the demo and for rehearsals. Two processes with the same three numbers agree on the time.
 */
export function acceleratedClock(start: number, realStart: number, speed: number): Clock {
  return { speed, now: () => Math.round(start + (Date.now() - realStart) * speed) };
}

/** The numbers from which another thread makes the same clock. */
export interface ClockPlan {
  readonly start: number;
  readonly realStart: number;
  readonly speed: number;
}

/** The clock of a plan; the machine's own for null. */
export function clockOf(plan: ClockPlan | null): Clock {
  return plan ? acceleratedClock(plan.start, plan.realStart, plan.speed) : wallClock;
}
