const FIRST = 1000;
const CAP = 300_000;

/** Tries after which a message out is given up; with the pauses below they take about half an hour. */
export const LAST_TRY = 14;
/** Tries after which another way to the person is taken beside this one. */
export const OTHER_WAY_AFTER = 3;

/**
 * Pause before the next try, ms: doubles from one second up to five minutes, and spread over its upper half so that
 * many messages that failed together do not come back together.
 * @param tries how often it failed so far, from 1
 * @param spread a number in [0, 1) that belongs to the message
 */
export function pauseAfter(tries: number, spread: number): number {
  const whole = Math.min(FIRST * 2 ** (tries - 1), CAP);
  return Math.round(whole * (0.5 + spread / 2));
}

/** A number in [0, 1) from the hash of a message's key: no random source is needed, and a replay gives the same pauses. */
export function spreadOf(hash: string): number {
  return Number.parseInt(hash.slice(-6), 16) / 0x1000000;
}
