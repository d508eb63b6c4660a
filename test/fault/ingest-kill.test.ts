import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeWriteRequest } from '../../src/signal/remote-write/index.ts';
import { bareConfig } from '../peers/bare-config.ts';
import { eventually, freePort, pause, startServer, TOKEN, type TestServer } from '../support/server.ts';

/** The long form: LAMPLIGHTER_FAULT=full. */
const FULL = process.env['LAMPLIGHTER_FAULT'] === 'full';
const SEED = Number(process.env['KILL_SEED'] ?? 1 + Math.floor(Math.random() * 1_000_000));
const KILLS = 3;
const SHARDS = 5;
const WIDTH = 2000;
const STEP = 1000;
/** How long the senders go on before a kill: at least, and at most so much more, ms. */
const [LEAST, MORE] = FULL ? [40_000, 20_000] : [600, 900];
/** Rounds that are read back at once. */
const WINDOW = 60;

const labels = Array.from({ length: SHARDS }, (_, shard) =>
  Array.from({ length: WIDTH }, (__, n) =>
    Object.freeze({ __name__: 'load', shard: String(shard), n: String(n), path: `/api/v1/vehicles/${n % 97}` }),
  ),
);

/** The value of a sample, made from its place. */
function valueAt(shard: number, n: number, round: number): number {
  return round * 1000 + shard + n / 4;
}

/**
 * Sends samples by remote write, each shard one request of 2,000 series after the other, and keeps what was acknowledged.
 * A request that failed is not sent again: a real sender would, and hide a loss.
 */
class Load {
  /** Acknowledged rounds of each shard. */
  readonly acknowledged = Array.from({ length: SHARDS }, () => new Set<number>());
  readonly #base: number;
  /** Rounds begun by each shard. */
  readonly #begun = new Array<number>(SHARDS).fill(0);

  constructor(base: number) {
    this.#base = base;
  }

  get samples(): number {
    return WIDTH * this.acknowledged.reduce((sum, rounds) => sum + rounds.size, 0);
  }

  /** The next round that no shard has begun. */
  get next(): number {
    return Math.max(...this.#begun);
  }

  /** Sends until a request fails or is refused. @returns why each shard ended */
  async run(url: string): Promise<string[]> {
    const first = this.next;
    return Promise.all(labels.map((_, shard) => this.#send(url, shard, first)));
  }

  async #send(url: string, shard: number, first: number): Promise<string> {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
    };
    for (let round = first; ; round++) {
      this.#begun[shard] = round + 1;
      const times = [this.#base + round * STEP];
      const series = labels[shard]!.map((own, n) => ({
        labels: own,
        times,
        values: Float64Array.of(valueAt(shard, n, round)),
      }));
      const body = new Uint8Array(encodeWriteRequest(series));
      try {
        const response = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body });
        if (response.status !== 204) return `${response.status} ${await response.text()}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      this.acknowledged[shard]!.add(round);
    }
  }

  /** Reads every sample of the rounds [from, to) back, and compares. */
  async verify(server: TestServer, from: number, to: number): Promise<void> {
    for (let shard = 0; shard < SHARDS; shard++) {
      for (let low = from; low < to; low += WINDOW) await this.#verifyWindow(server, shard, low, low + WINDOW);
    }
  }

  async #verifyWindow(server: TestServer, shard: number, low: number, high: number): Promise<void> {
    const wanted = [...this.acknowledged[shard]!].filter((round) => round >= low && round < high);
    if (wanted.length === 0) return;
    // The window's left end is open: it lies just before the first round.
    const query = encodeURIComponent(`load{shard="${shard}"}[${(high - low) * STEP - 1}ms]`);
    const at = (this.#base + (high - 1) * STEP) / 1000;
    const { data } = await server.ask<{
      data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
    }>('GET', `/api/v1/query?query=${query}&time=${at}`);
    assert.equal(data.result.length, WIDTH, `series of shard ${shard} from round ${low} on`);
    for (const { metric, values } of data.result) {
      const found = new Map(values.map(([time, value]) => [Math.round(time * 1000), Number(value)]));
      assert.equal(found.size, values.length, 'no sample is there twice');
      for (const round of wanted) {
        const value = found.get(this.#base + round * STEP);
        if (value === valueAt(shard, Number(metric['n']), round)) continue;
        assert.fail(`shard ${shard}, series ${metric['n']}, round ${round} was acknowledged, and is ${value}`);
      }
    }
  }
}

test(`no acknowledged sample is lost over ${KILLS} kills under remote write`, async (context) => {
  let state = SEED;
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-ingest-kill-'));
  const options = { config: bareConfig(), directory, port: await freePort() };
  const load = new Load(Math.floor((Date.now() - 3_600_000) / STEP) * STEP);
  let server = await startServer(options);
  let sending = 0;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const [from, before, began] = [load.next, load.samples, performance.now()];
      const ended = load.run(server.url);
      await pause(LEAST + random() * MORE);
      // A busy machine may not have answered anything yet.
      await eventually('a first answer', async () => load.samples > before);
      await server.kill();
      sending += performance.now() - began;
      for (const why of await ended) assert.doesNotMatch(why, /^[45]\d\d /, 'the server took everything until it died');
      assert.ok(load.samples > before, `nothing was acknowledged before kill ${kill + 1}`);
      server = await startServer(options);
      await load.verify(server, from, load.next);
    }
    await load.verify(server, 0, load.next);
    const rate = Math.round((1000 * load.samples) / sending).toLocaleString('en');
    context.diagnostic(
      `KILL_SEED=${SEED}: ${load.samples.toLocaleString('en')} samples acknowledged, ${rate} a second`,
    );
  } catch (error) {
    console.log(`KILL_SEED=${SEED}\n${server.log().slice(-4000)}`);
    throw error;
  } finally {
    await server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
});
