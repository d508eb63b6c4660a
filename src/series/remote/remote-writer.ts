import { Fault } from '../../core/fault.ts';
import type { SampleBatch } from '../batch.ts';
import type { WriteOutcome } from '../store/outcome.ts';
import { authorizationOf, bare, type RemoteAddress } from './address.ts';
import { encodeBatches, WRITE_HEADERS } from './encode-batch.ts';

/** Samples in one request at most, unless one batch alone has more. */
const BATCH_SAMPLES = 20_000;
/** Samples that may wait; beyond that the sender is told to come again. */
const MAX_WAITING = 1_000_000;
const TIMEOUT_MS = 10_000;
/** Pauses between tries, ms. After the last the sender is told, and repeats. */
const PAUSES = [100, 300, 1000, 3000];

interface Waiter {
  readonly batch: SampleBatch;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Forwards batches by remote write 1.0. What comes in while a request is under way goes out with the next one. A batch
 * is acknowledged only after the other engine has acknowledged it.
 */
export class RemoteWriter {
  readonly #address: RemoteAddress;
  #waiting: Waiter[] = [];
  #samples = 0;
  #busy = false;
  #closed = false;

  constructor(address: RemoteAddress) {
    this.#address = address;
  }

  /**
   * Forwards one batch.
   * @throws Fault `overloaded` when too much waits, `unavailable` when the engine does not answer, `body_invalid` when it
   *   refuses the samples
   */
  write(batch: SampleBatch): Promise<WriteOutcome> {
    if (this.#closed) return Promise.reject(this.#unavailable('it is closed'));
    if (this.#samples > MAX_WAITING)
      return Promise.reject(new Fault('overloaded', { what: 'the metrics engine does not keep up' }));
    this.#samples += batch.times.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  /** No further batches; those under way are finished. */
  close(): void {
    this.#closed = true;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // Batches that arrive in the same moment go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      await this.#send(taken);
      for (const { batch } of taken) this.#samples -= batch.times.length;
    }
    this.#busy = false;
  }

  #take(): Waiter[] {
    let count = 0;
    let samples = 0;
    for (const { batch } of this.#waiting) {
      samples += batch.times.length;
      if (count > 0 && samples > BATCH_SAMPLES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(waiters: readonly Waiter[]): Promise<void> {
    try {
      await this.#post(encodeBatches(waiters.map(({ batch }) => batch)));
      for (const { batch, resolve } of waiters) resolve(acknowledged(batch));
    } catch (error) {
      // One sender's bad samples must not refuse the samples of the others.
      if (waiters.length > 1 && error instanceof Fault && error.code === 'body_invalid') {
        for (const waiter of waiters) await this.#send([waiter]);
        return;
      }
      for (const { reject } of waiters) reject(error);
    }
  }

  async #post(body: Uint8Array): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#try(body);
      if (failure === null) return;
      const pause = PAUSES[attempt];
      if (!failure.retryable || pause === undefined || this.#closed) throw failure;
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
    }
  }

  /** One try; what went wrong, or null. */
  async #try(body: Uint8Array): Promise<Fault | null> {
    try {
      const response = await fetch(bare(this.#address.writeUrl), {
        method: 'POST',
        headers: { ...WRITE_HEADERS, ...authorizationOf(this.#address) },
        body: body as Uint8Array<ArrayBuffer>,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return refusalOf(response.status, await response.text(), bare(this.#address.url));
    } catch (error) {
      return this.#unavailable(error instanceof Error ? error.message : String(error));
    }
  }

  #unavailable(why: string): Fault {
    return new Fault('unavailable', { what: `The metrics engine at ${bare(this.#address.url)} (${why})` });
  }
}

/** The fault that an answer to a write stands for, or null when it was taken. */
export function refusalOf(status: number, text: string, name: string): Fault | null {
  if (status >= 200 && status < 300) return null;
  const words = text.trim().slice(0, 500);
  if (status === 429 || status >= 500 || status === 401 || status === 403)
    return new Fault('unavailable', { what: `The metrics engine at ${name} (status ${status}: ${words})` });
  return new Fault('body_invalid', { what: `the metrics engine refuses the samples (status ${status}): ${words}` });
}

/** The outcome of a batch that was taken whole. */
export function acknowledged(batch: SampleBatch): WriteOutcome {
  return {
    stored: batch.times.length,
    duplicates: 0,
    newSeries: 0,
    rejected: [],
    histograms: batch.native.length,
    exemplars: batch.exemplars,
  };
}
