import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { Fault } from '../../core/fault.ts';
import type { HttpAnswer, HttpCall, HttpJob } from './http-worker.ts';

/** Time after which the thread itself is given up, beyond the time limit of the request, ms. */
const GRACE_MS = 2000;
/** After a call that found nobody, none is tried for this long: the rules of one turn do not each wait for it. */
const PAUSE_MS = 2000;

/**
 * HTTP calls that block the thread until they are answered: rules are evaluated one after the other, each seeing what
 * the one before wrote, in the engine's own thread. The calls themselves are made by another thread.
 */
export class BlockingHttp {
  readonly #name: string;
  #worker: Worker | null = null;
  #silentUntil = 0;
  #closed = false;

  /** @param name what is called, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** Makes one call. @throws Fault `unavailable` when nobody answers in time */
  call(call: HttpCall): HttpAnswer {
    if (this.#closed || performance.now() < this.#silentUntil) throw this.#nobody('it did not answer just now');
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const { port1, port2 } = new MessageChannel();
    this.#thread().postMessage({ call, signal, port: port2 } satisfies HttpJob, [port2]);
    Atomics.wait(signal, 0, 0, call.timeout + GRACE_MS);
    const received = receiveMessageOnPort(port1) as { message: HttpAnswer | { error: string } } | undefined;
    port1.close();
    if (received && 'status' in received.message) return received.message;
    this.#silentUntil = performance.now() + PAUSE_MS;
    throw this.#nobody(received ? (received.message as { error: string }).error : 'no answer in time');
  }

  close(): void {
    this.#closed = true;
    void this.#worker?.terminate();
  }

  #thread(): Worker {
    if (!this.#worker) {
      this.#worker = new Worker(new URL('./http-worker.ts', import.meta.url));
      this.#worker.unref();
      this.#worker.on('error', () => (this.#worker = null));
    }
    return this.#worker;
  }

  #nobody(why: string): Fault {
    return new Fault('unavailable', { what: `${this.#name} (${why})` });
  }
}
