/** The page's own clock: one timer for all relative times, so that a list of 10,000 rows does not start 10,000. */
import { useSyncExternalStore } from 'react';

const EVERY = 10_000;
const listeners = new Set<() => void>();
let instant = Date.now();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    instant = Date.now();
    for (const each of listeners) each();
  }, EVERY);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present instant in milliseconds, renewed every ten seconds. */
export function useInstant(): number {
  return useSyncExternalStore(subscribe, () => instant);
}
