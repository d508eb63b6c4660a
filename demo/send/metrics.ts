import { compress } from 'snappyjs';
import { pause, type StoryClock } from '../clock.ts';
import { DemoProblem } from '../options.ts';
import type { SampledSeries, World } from '../world/world.ts';
import { encodeWriteRequest } from './encode.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Sends samples by Prometheus remote write 1.0, and keeps to its rules: try again on 429 and 5xx, never on 4xx. */
export class MetricsSender {
  readonly #url: string;
  readonly #token: string;
  readonly #signal: AbortSignal;
  /** The last write that failed, in words, while the sender is trying it again. */
  trouble: string | null = null;

  /**
   * @param url of the server, without a path
   * @param token an API token with the permission signal.send
   * @param signal stops waiting and sending
   */
  constructor(url: string, token: string, signal: AbortSignal) {
    this.#url = `${url}/api/v1/write`;
    this.#token = token;
    this.#signal = signal;
  }

  /** Sends one batch; resolves when the server has it. Throws when the server says that the batch itself is wrong. */
  async write(series: readonly SampledSeries[]): Promise<void> {
    const body = compress(encodeWriteRequest(series)).slice();
    for (let tries = 1; !this.#signal.aborted; tries++) {
      const answer = await this.#post(body);
      if (answer.ok) {
        this.trouble = null;
        return;
      }
      this.trouble = answer.words;
      if (!answer.retry) throw new DemoProblem(`remote write refused: ${answer.words}`);
      await pause(Math.max(answer.after, Math.min(5000, 100 * 2 ** tries)), this.#signal);
    }
  }

  async #post(body: Uint8Array<ArrayBuffer>): Promise<{ ok: boolean; retry: boolean; after: number; words: string }> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
          'user-agent': 'kiez-mobil-demo/1',
        },
        body,
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(30_000)]),
      });
      const words = `${response.status} ${(await response.text()).slice(0, 300)}`;
      const retry = response.status === 429 || response.status >= 500;
      const after = Number(response.headers.get('retry-after') ?? 0) * 1000;
      return { ok: response.ok, retry, after: Number.isFinite(after) ? after : 0, words };
    } catch (error) {
      return { ok: false, retry: true, after: 0, words: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** What backfilling did. `until` is the last instant sent, ms. */
interface Backfilled {
  readonly samples: number;
  readonly seconds: number;
  readonly until: number;
}

/**
 * Sends the history before the story: every minute from `from` (ms) to the clock's present, in time order, a day to a
 * request. The clock runs on meanwhile, so it goes on until it has caught up.
 */
export async function backfill(
  world: World,
  sender: MetricsSender,
  clock: StoryClock,
  from: number,
  signal: AbortSignal,
): Promise<Backfilled> {
  const began = performance.now();
  let at = from;
  let samples = 0;
  while (!signal.aborted && at + MINUTE <= clock.now()) {
    const to = Math.min(at + DAY - MINUTE, Math.floor(clock.now() / MINUTE) * MINUTE);
    const series = world.advance(at, to, MINUTE);
    await sender.write(series);
    samples += series.reduce((sum, one) => sum + one.samples.length, 0);
    at = to + MINUTE;
  }
  return { samples, seconds: (performance.now() - began) / 1000, until: at - MINUTE };
}

/** How far apart live samples are, ms of simulated time: 15 s, or more where that would be over 10 requests a second. */
export function liveStep(speed: number): number {
  return Math.max(15, Math.ceil((0.1 * speed) / 5) * 5) * 1000;
}

/** Sends the present samples, step by step after `since` (ms), until the signal stops it. */
export async function sendLive(
  world: World,
  sender: MetricsSender,
  clock: StoryClock,
  since: number,
  signal: AbortSignal,
): Promise<void> {
  const step = liveStep(clock.speed);
  let next = since + step;
  while (!signal.aborted) {
    const wait = next - clock.now();
    if (wait > 0) {
      await pause(wait / clock.speed + 1, signal);
      continue;
    }
    // When sending fell behind, the samples that became due meanwhile go along in the same request.
    const to = next + Math.floor(-wait / step) * step;
    await sender.write(world.advance(next, to, step));
    next = to + step;
  }
}
