/** Incidents written into the taxi series at places that a seed chooses: how many are seen, and how soon. */
import { Band, type DayLike } from '../../src/expectation/index.ts';
import { taxi, type Series } from './data.ts';

const PER_DAY = 48;
const DAY = 86_400_000;
const HALF_HOUR = 1_800_000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const LEARNT_DAYS = 28;
/** The marathon and all that follows is left out: what is there already is not ours. */
const UNTIL_DAY = 120;
const EVERY_DAYS = 14;

interface Kind {
  readonly title: string;
  /** Samples that it lasts. */
  readonly length: number;
  /** The value at `offset` samples after its beginning. */
  readonly change: (values: Float64Array, at: number, offset: number) => number;
}

const KINDS: readonly Kind[] = [
  { title: 'drop to nothing, 3 h', length: 6, change: () => 0 },
  { title: '-80 %, 3 h', length: 6, change: (values, at) => 0.2 * values[at]! },
  { title: '-50 %, 3 h', length: 6, change: (values, at) => 0.5 * values[at]! },
  { title: '-30 %, 3 h', length: 6, change: (values, at) => 0.7 * values[at]! },
  { title: '-30 %, 12 h', length: 24, change: (values, at) => 0.7 * values[at]! },
  {
    title: 'drift to -60 % over 24 h',
    length: 48,
    change: (values, at, offset) => values[at]! * (1 - (0.6 * offset) / 47),
  },
  { title: 'spike x 2.5, 30 min', length: 1, change: (values, at) => 2.5 * values[at]! },
  { title: 'shifted by 4 h, for 24 h', length: 48, change: (values, at) => values[at - 8]! },
];

/** @param calendar days unlike their weekday, for both runs */
export function injected(root: string, calendar: DayLike): void {
  const series = taxi(root);
  const plain = alarmsOf(series, calendar);
  const from = LEARNT_DAYS * PER_DAY;
  let opened = 0;
  for (let index = from; index < plain.length; index++) if (plain[index] === 1 && plain[index - 1] !== 1) opened++;
  const days = UNTIL_DAY - LEARNT_DAYS;
  console.log(
    `Injected into nyc_taxi, August to October, seeds ${SEEDS.join(', ')}; untouched: ${opened} alarms in ${days} days (${(opened / days).toFixed(3)} a day)`,
  );
  for (const kind of KINDS) {
    const delays: number[] = [];
    let placed = 0;
    for (const seed of SEEDS) {
      const { changed, starts } = write(series, kind, seed);
      const alarms = alarmsOf(changed, calendar);
      placed += starts.length;
      for (const start of starts) {
        const seen = alarms
          .subarray(start, start + kind.length)
          .findIndex((alarm, offset) => alarm === 1 && plain[start + offset] !== 1);
        if (seen >= 0) delays.push(seen);
      }
    }
    delays.sort((a, b) => a - b);
    const recall = (delays.length / placed).toFixed(2);
    console.log(
      `  ${kind.title.padEnd(26)} ${delays.length}/${placed} seen, recall ${recall}, median delay ${delays[delays.length >> 1] ?? '-'} samples, 90th of a hundred ${delays[Math.floor(0.9 * delays.length)] ?? '-'}`,
    );
  }
}

function write({ times, values }: Series, kind: Kind, seed: number): { changed: Series; starts: number[] } {
  const random = dice(seed);
  const changed = Float64Array.from(values);
  const starts: number[] = [];
  for (let day = LEARNT_DAYS + 2; day + EVERY_DAYS <= UNTIL_DAY; day += EVERY_DAYS) {
    const start = day * PER_DAY + Math.floor(random() * PER_DAY);
    starts.push(start);
    for (let offset = 0; offset < kind.length; offset++)
      changed[start + offset] = kind.change(values, start + offset, offset);
  }
  return { changed: { times, values: changed }, starts };
}

function alarmsOf({ times, values }: Series, calendar: DayLike): Uint8Array {
  const end = UNTIL_DAY * PER_DAY;
  const band = Band.fit({ times: [], values: [] }, 'UTC', { step: HALF_HOUR, learn: LEARNT_DAYS * DAY }, calendar);
  const alarms = new Uint8Array(end);
  for (let index = 0; index < end; index++) {
    const { state } = band.next(times[index]!, values[index]!);
    alarms[index] = state === 'below' || state === 'above' || state === 'nodata' ? 1 : 0;
  }
  return alarms;
}

/** Numbers in [0, 1), the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed * 48_271;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
