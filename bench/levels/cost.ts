/** What an indicator costs: time of a point and of a refit, memory, and how long others wait meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { Band } from '../../src/expectation/index.ts';

const MINUTE = 60_000;
const WEEKS = 4;
const PER_WEEK = 7 * 1440;
const START = Date.UTC(2026, 0, 5);
const INDICATORS = 1000;
const MINUTES = 60;

/** @param many whether a thousand indicators are held at once, which takes some minutes */
export async function cost(many: boolean): Promise<void> {
  const history = past(1);
  const fits: number[] = [];
  let band = Band.fit(history, 'Europe/Berlin', { step: MINUTE });
  for (let round = 0; round < 5; round++)
    fits.push(timed(() => (band = Band.fit(history, 'Europe/Berlin', { step: MINUTE }))));
  const refits: number[] = [];
  for (let round = 0; round < 21; round++) refits.push(timed(() => band.refit()));
  const points = 5 * 1440;
  const count = WEEKS * PER_WEEK;
  const elapsed = timed(() => {
    for (let index = count; index < count + points; index++) band.next(START + index * MINUTE, valueAt(index, 0.5));
  });
  console.log(
    `Cost at one sample a minute: ${((1000 * elapsed) / points).toFixed(1)} us a point (refits included), ${middle(refits).toFixed(1)} ms a refit, ${middle(fits).toFixed(0)} ms the first fit of 4 weeks (medians of 21 and 5)`,
  );
  if (many) await thousand(history);
}

async function thousand(history: ReturnType<typeof past>): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const bands: Band[] = [];
  const fitting = performance.now();
  for (let index = 0; index < INDICATORS; index++) {
    bands.push(Band.fit(history, 'Europe/Berlin', { step: MINUTE }));
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
    `${INDICATORS} indicators of one-minute data: ${((held(after) - held(before)) / INDICATORS / 1024).toFixed(0)} KiB each${gc}, ${fitted.toFixed(0)} s to learn all, ${middle(rounds).toFixed(0)} ms a round of all, longest ${Math.max(...rounds).toFixed(0)} ms (the local day begins in it: all refit); event-loop delay meanwhile: 99th of a hundred ${(delay.percentile(99) / 1e6).toFixed(0)} ms, longest ${(delay.max / 1e6).toFixed(0)} ms`,
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

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function middle(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1]!;
}
