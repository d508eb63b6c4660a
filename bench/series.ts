import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSeriesStore } from '../src/series/index.ts';
import type { SeriesStore } from '../src/series/index.ts';
import { decodeRemoteWrite, encodeWriteRequest } from '../src/signal/remote-write/index.ts';
import type { OutgoingSeries } from '../src/signal/remote-write/index.ts';

/**
 * Prints how fast the series store takes samples in, decoded from remote write 1.0 and durable before each answer, what
 * they take on disk and in memory, and how fast it reads. Settings: SERIES, ROUNDS and REQUEST as arguments.
 * Usage: node bench/series.ts [series=10000] [rounds=400] [samples per request=2000]
 */
const SERIES = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 400);
const REQUEST = Number(process.argv[4] ?? 2000);
const INTERVAL = 15_000;
const START = 1_800_000_000_000;

let seed = 1;
function random(): number {
  seed = (seed * 16_807) % 2_147_483_647;
  return seed / 2_147_483_647;
}

interface Source {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  next(before: number): number;
}

/** A mix as a node exporter gives it: counters, gauges with two decimals, whole gauges that seldom change, floats. */
function source(i: number): Source {
  const kinds: ((before: number) => number)[] = [
    (before) => before + Math.floor(random() * 100),
    (before) => Math.round((before + random() - 0.5) * 100) / 100,
    (before) => (random() < 0.02 ? before + 1 : before),
    (before) => before + random(),
  ];
  // Four in ten counters, three in ten decimal gauges, two in ten resting, one in ten with a full mantissa.
  const kind = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][i % 10]!;
  const labels = Object.freeze({
    __name__: `service_requests_${i % 50}_total`,
    cluster: 'production',
    instance: `10.0.${(i >> 8) & 255}.${i & 255}:9100`,
    job: 'node',
    path: `/api/v1/vehicles/${i % 97}`,
    region: 'eu-central-1',
    status: String(200 + (i % 5)),
  });
  return { labels, value: Math.floor(random() * 1e6), next: kinds[kind]! };
}

function requests(sources: readonly Source[], time: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < sources.length; from += REQUEST) {
    const series: OutgoingSeries[] = sources.slice(from, from + REQUEST).map((one) => {
      one.value = one.next(one.value);
      return { labels: one.labels, times: [time], values: Float64Array.of(one.value) };
    });
    bodies.push(encodeWriteRequest(series));
  }
  return bodies;
}

interface Sum {
  samples: number;
  cpu: number;
  wall: number;
  slowest: number;
}

/** Sends one round and adds what it took, without the time to make the bodies. */
async function send(store: SeriesStore, bodies: readonly Uint8Array[], sum: Sum): Promise<void> {
  for (const body of bodies) {
    const cpu = process.cpuUsage();
    const wall = performance.now();
    const outcome = await store.write(decodeRemoteWrite(body, 1));
    const took = performance.now() - wall;
    const used = process.cpuUsage(cpu);
    sum.samples += outcome.stored;
    sum.cpu += (used.user + used.system) / 1e6;
    sum.wall += took / 1000;
    sum.slowest = Math.max(sum.slowest, took);
  }
}

/** Bytes in use. Buffers are only given back some time after their owners: hence the turns in between. */
async function memory(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function print(what: string, value: string | number): void {
  console.log(`${what.padEnd(58)} ${typeof value === 'number' ? Math.round(value).toLocaleString('en') : value}`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'series-bench-'));
  const path = join(folder, 'series.db');
  let now = START;
  const sources = Array.from({ length: SERIES }, (_, i) => source(i));
  const before = await memory();
  let store = openSeriesStore({ path, now: () => now });
  print('series, rounds, samples a request', `${SERIES}, ${ROUNDS}, ${REQUEST}`);
  const first: Sum = { samples: 0, cpu: 0, wall: 0, slowest: 0 };
  await send(store, requests(sources, now), first);
  print('new series a CPU second', first.samples / first.cpu);
  const known: Sum = { samples: 0, cpu: 0, wall: 0, slowest: 0 };
  for (let round = 1; round < ROUNDS; round++) {
    now += INTERVAL;
    await send(store, requests(sources, now), known);
  }
  print('known series: samples a CPU second, decoded and durable', known.samples / known.cpu);
  print('known series: samples a second', known.samples / known.wall);
  print('slowest request, ms', known.slowest.toFixed(1));
  print('memory a series, bytes (needs --expose-gc)', ((await memory()) - before) / SERIES);
  report(store);
  readBack(store, now);
  store.close();
  const opened = performance.now();
  store = openSeriesStore({ path, now: () => now });
  print('open and recover, ms', (performance.now() - opened).toFixed(1));
  const compacted = performance.now();
  store.compact();
  print('compact, ms', (performance.now() - compacted).toFixed(1));
  report(store);
  const { samples, diskBytes } = store.stats();
  print('bytes a sample on disk, all in blocks', (diskBytes / samples).toFixed(3));
  store.close();
  print('size of the file, bytes', statSync(path).size);
  rmSync(folder, { recursive: true });
}

function report(store: SeriesStore): void {
  const { samples, headSamples, diskBytes, logBytes, headBytes, indexBytes } = store.stats();
  print('samples, of them not in blocks', `${samples}, ${headSamples}`);
  print('disk, log within; head, label table in memory', `${diskBytes}, ${logBytes}; ${headBytes}, ${indexBytes}`);
}

function readBack(store: SeriesStore, now: number): void {
  for (const [what, minutes] of Object.entries({ '5 min': 5, '30 min': 30, everything: 1e6 })) {
    const start = performance.now();
    const slices = store.select([{ name: 'job', op: '=', value: 'node' }], now - minutes * 60_000, now);
    const took = performance.now() - start;
    const samples = slices.reduce((sum, slice) => sum + slice.times.length, 0);
    print(`select of ${what}: series, samples, ms`, `${slices.length}, ${samples}, ${took.toFixed(1)}`);
  }
}

await main();
