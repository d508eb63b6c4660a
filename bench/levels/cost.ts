/** What an indicator costs: time of a point and of a refit, memory, and how long others wait meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { Band } from '../../src/expectation/index.ts';

const MINUTE = 60_000;
const WEEKS = 4;
const PER_WEEK = 7 * 1440;
const START = Date.UTC(2026, 0, 5);
const INDICATORS = 1000;
/** From midnight on, over the hours in which profiles are learnt anew. */
const MINUTES = 200;
const REFIT_OVER = 3 * 60 * MINUTE;

/** @param many whether a thousand indicators are held at once, which takes some minutes */
export async function cost(many: boolean): Promise<void> {
  const history = past(1);
  let band = fit(history, 0);
  const fits = spent(5, () => (band = fit(history, 0)));
  const refits = spent(40, () => band.refit());
  const points = 10 * 1440;
  const count = WEEKS * PER_WEEK;
  let at = count;
  const all = spent(1, () => {
    for (; at < count + points; at++) band.next(START + at * MINUTE, valueAt(at, ((at * 7919) % 1000) / 1000));
  });
  console.log(
    `Cost at one sample a minute, in time of the processor: ${((1000 * all) / points).toFixed(1)} us a point (refits included), ${refits.toFixed(1)} ms a refit, ${fits.toFixed(0)} ms the first fit of 4 weeks`,
  );
  if (many) await thousand(history);
}

function fit(history: ReturnType<typeof past>, refitAfter: number): Band {
  return Band.fit(history, 'UTC', { step: MINUTE, refitAfter });
}

async function thousand(history: ReturnType<typeof past>): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const bands: Band[] = [];
  const fitting = performance.now();
  for (let index = 0; index < INDICATORS; index++) {
    bands.push(fit(history, Math.floor((index * REFIT_OVER) / INDICATORS)));
    if (index % 10 === 0) await setImmediate();
  }
  const fitted = (performance.now() - fitting) / 1000;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const held = (use: NodeJS.MemoryUsage): number => use.heapUsed + use.arrayBuffers;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const rounds: number[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const at = START + (WEEKS * PER_WEEK + minute) * MINUTE;
    const started = performance.now();
    for (const [index, band] of bands.entries()) {
      band.next(at, valueAt(WEEKS * PER_WEEK + minute, (index % 10) / 10));
      // Indicators run one by one in the engine: others get their turn between them.
      if (index % 50 === 49) await setImmediate();
    }
    rounds.push(performance.now() - started);
  }
  delay.disable();
  const gc = globalThis.gc ? '' : ' (without --expose-gc: an upper bound)';
  console.log(
    `${INDICATORS} indicators of one-minute data: ${((held(after) - held(before)) / INDICATORS / 1024).toFixed(0)} KiB each${gc}, ${fitted.toFixed(0)} s to learn all, ${middle(rounds).toFixed(0)} ms a round of all, longest ${Math.max(...rounds).toFixed(0)} ms (the first three hours of a day: each learns its profile anew in them); event-loop delay meanwhile: 99th of a hundred ${(delay.percentile(99) / 1e6).toFixed(0)} ms, longest ${(delay.max / 1e6).toFixed(0)} ms`,
  );
}

function past(seed: number): { times: Float64Array; values: Float64Array } {
  const count = WEEKS * PER_WEEK;
  let state = seed;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return {
    times: Float64Array.from({ length: count }, (_, index) => START + index * MINUTE),
    values: Float64Array.from({ length: count }, (_, index) => valueAt(index, random())),
  };
}

function valueAt(index: number, noise: number): number {
  return 20 + 10 * Math.sin((index / 1440) * 2 * Math.PI) + 6 * (noise - 0.5);
}

/** Mean processor time of a run, ms: other programs do not count. */
function spent(rounds: number, run: () => void): number {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}

function middle(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1]!;
}
