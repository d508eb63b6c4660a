import { LocalTime } from '../../src/expectation/band/local-time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Point {
  readonly time: number;
  readonly value: number;
}

/** A repeatable series of numbers in [0, 1). */
export function dice(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 4_294_967_296;
  };
}

/** Demand that follows the clock of a city: quiet nights, two rush hours, weekends without. */
export function demand(zone: string, from: number, days: number, seed = 1, step = HOUR / 2): Point[] {
  const clock = new LocalTime(zone);
  const random = dice(seed);
  return Array.from({ length: Math.round((days * DAY) / step) }, (_, index) => {
    const time = from + index * step;
    const local = clock.local(time);
    const hour = (local % DAY) / HOUR;
    const weekend = (Math.floor(local / DAY) + 3) % 7 >= 5;
    const rush = weekend ? 0 : 60 * Math.exp(-((hour - 8) ** 2) / 2) + 80 * Math.exp(-((hour - 18) ** 2) / 4);
    const base = 40 + 30 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) + rush;
    return { time, value: base * (1 + 0.1 * (random() + random() - 1)) };
  });
}
