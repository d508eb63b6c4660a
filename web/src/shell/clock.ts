/** The page's own clock: one timer for all relative times, so that a list of 10,000 rows does not start 10,000. */
import { useSyncExternalStore } from 'react';

const EVERY = 10_000;
/** A clock that runs faster than the world's is looked at more often, but not more than this. */
const LEAST = 1_000;
const listeners = new Set<() => void>();
let instant = Date.now();
/** What the server's clock showed when it last answered, and how fast it runs (in the demo faster than the world's). */
const START = Date.now();
let server = { at: START, heardAt: START, speed: 1 };
let timer: number | undefined;

/** The present instant by the server's clock, in milliseconds: what is said to be ago or ahead is measured against it. */
export function serverNow(): number {
  return Math.round(server.at + (Date.now() - server.heardAt) * server.speed);
}

/** Takes the header `lamplighter-time` of an answer: `MILLISECONDS` or `MILLISECONDS;speed=FACTOR`. */
export function tellTime(header: string | null): void {
  const match = header === null ? null : /^(\d+)(?:;speed=([\d.]+))?$/.exec(header);
  if (!match) return;
  const first = server.at === server.heardAt;
  const before = server.speed;
  server = { at: Number(match[1]), heardAt: Date.now(), speed: Number(match[2] ?? 1) };
  if (timer !== undefined && before !== server.speed) {
    window.clearInterval(timer);
    start();
  }
  // What was drawn by this machine's clock before the first answer is drawn again when the clocks differ.
  if (!first || Math.abs(server.at - server.heardAt) < 2000) return;
  instant = serverNow();
  for (const each of listeners) each();
}

/** How long the page waits between two looks at the clock, in milliseconds of this machine. */
function pause(): number {
  return Math.max(LEAST, EVERY / Math.max(1, server.speed));
}

/** How far behind the server's clock the page's may be, in milliseconds of the server's clock. */
export function lag(): number {
  return 1.2 * pause() * Math.max(1, server.speed);
}

function start(): void {
  timer = window.setInterval(() => {
    instant = serverNow();
    for (const each of listeners) each();
  }, pause());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) start();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present instant in milliseconds, renewed every ten seconds of the server's clock. */
export function useInstant(): number {
  return useSyncExternalStore(subscribe, () => instant);
}
