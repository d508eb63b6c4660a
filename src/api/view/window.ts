import type { Maintenance, Silence } from '../../alert/alert.ts';

/** A silence or a window of announced work with where it stands. */
export function windowView<T extends Silence | Maintenance>(
  window: T,
  now: number,
): Omit<T, 'matchers'> & {
  state: 'pending' | 'active' | 'expired';
  matchers: { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
} {
  const state = window.endsAt <= now ? 'expired' : window.startsAt > now ? 'pending' : 'active';
  return { ...window, matchers: window.matchers.map((one) => ({ ...one })), state };
}
