import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
import type { HeavyQueries } from '../expectation/engine/backend.ts';
import type { PrometheusAnswer, QueryPath } from '../expectation/engine/prometheus-api.ts';
import type { QueryParams } from '../expectation/engine/prometheus/params.ts';
import type { CancelFlag } from '../expectation/engine/prometheus/source.ts';
import type { Labels } from '../core/labels.ts';
import type { Matcher } from '../promql/index.ts';
import type { SeriesCursor, SeriesStore, SliceBatch } from '../series/index.ts';

/** Heavy queries that may wait; one is evaluated at a time, so that memory is bounded by what one may take. */
const LINE = 16;
/** The thread ends after this time without a query, ms: its memory is given back. */
const IDLE_MS = 60_000;
/** Series whose labels the thread may keep; then it forgets them all. */
const MOST_LABELS = 50_000;
const YOUNG_MB = 16;
const OLD_MB = 2048;

/** What the thread is started with. */
export interface QueryWorkerData {
  readonly port: MessagePort;
  /** Counts the batches that were sent, to be woken by. */
  readonly signal: Int32Array;
}

export interface QueryJob {
  readonly id: number;
  readonly path: QueryPath;
  readonly params: QueryParams;
  readonly now: number;
  readonly flag: CancelFlag | undefined;
}

export interface QueryDone {
  readonly id: number;
  readonly answer: PrometheusAnswer;
}

/** What the thread asks for while it evaluates: a new selection, the next part of one, or no more of it. */
export type SelectRequest =
  | {
      readonly ask: 'open';
      readonly scan: number;
      readonly matchers: readonly Matcher[];
      readonly from: number;
      readonly to: number;
    }
  | { readonly ask: 'more'; readonly scan: number }
  | { readonly ask: 'close'; readonly scan: number };

/** A part of a selection. `labels` are those of the series that the thread does not know yet, in the order of `ids`. */
export interface SelectedBatch {
  readonly scan: number;
  readonly last: boolean;
  /** Whether all labels sent before are to be forgotten first. */
  readonly forget: boolean;
  readonly ids: Uint32Array<ArrayBuffer>;
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly labels: readonly Labels[];
  readonly memory: ArrayBuffer;
  readonly histograms: SliceBatch['histograms'];
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
  readonly known: Set<number>;
}

/**
 * Heavy queries in a thread of their own. It evaluates; the samples it needs are read by this thread, the store's, a few
 * milliseconds' worth at a time, so that samples and rules go on in between. While one part is evaluated the next one is
 * read. The thread is started when a heavy query comes, and ends when none has come for a minute.
 */
export class QueryThread implements HeavyQueries {
  readonly #store: SeriesStore;
  readonly #waiting = new Map<number, { resolve(answer: PrometheusAnswer): void; reject(error: Error): void }>();
  readonly #cursors = new Map<number, SeriesCursor>();
  #running: Running | null = null;
  #idle: NodeJS.Timeout | null = null;
  #next = 1;

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  answer(path: QueryPath, params: QueryParams, now: number, flag?: CancelFlag): Promise<PrometheusAnswer> {
    if (this.#waiting.size >= LINE)
      return Promise.reject(new Fault('overloaded', { what: `${LINE} heavy queries wait already` }));
    const { worker } = (this.#running ??= this.#start());
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, path, params, now, flag } satisfies QueryJob);
    });
  }

  close(): void {
    this.#end(new Fault('unavailable', { what: 'The metrics engine' }));
  }

  #start(): Running {
    const { port1: port, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const workerData: QueryWorkerData = { port: port2, signal };
    const worker = new Worker(new URL('./query-worker.ts', import.meta.url), {
      workerData,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    const running: Running = { worker, port, signal, known: new Set() };
    worker.on('message', ({ id, answer }: QueryDone) => {
      const waiter = this.#waiting.get(id);
      this.#waiting.delete(id);
      waiter?.resolve(answer);
      if (this.#waiting.size > 0 || this.#running !== running) return;
      this.#idle = setTimeout(() => this.#end(new Fault('unavailable', { what: 'The metrics engine' })), IDLE_MS);
      this.#idle.unref();
    });
    // Whatever a query did to its thread, the store and the rules live on; the next one gets a new thread.
    const died = (error: Error): void => {
      if (this.#running !== running) return;
      const what = `its thread ended (${error.message}); narrow the query`;
      this.#end(new Fault('execution_failed', { what }, { cause: error }));
    };
    worker.on('error', died);
    worker.on('exit', (code) => died(new Error(`code ${code}`)));
    port.on('message', (request: SelectRequest) => this.#select(running, request));
    return running;
  }

  #end(why: Fault): void {
    const running = this.#running;
    this.#running = null;
    this.#cursors.clear();
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    running?.port.close();
    void running?.worker.terminate();
    for (const waiter of this.#waiting.values()) waiter.reject(why);
    this.#waiting.clear();
  }

  #select(running: Running, request: SelectRequest): void {
    if (this.#running !== running) return;
    const { scan } = request;
    if (request.ask === 'close') this.#cursors.delete(scan);
    if (request.ask === 'more') this.#send(running, scan);
    if (request.ask === 'open') {
      this.#cursors.set(scan, this.#store.open(request.matchers, request.from, request.to));
      this.#send(running, scan);
      // One part ahead of what is evaluated.
      setImmediate(() => this.#send(running, scan));
    }
  }

  #send(running: Running, scan: number): void {
    const cursor = this.#cursors.get(scan);
    if (!cursor || this.#running !== running) return;
    const { ids, counts, labels: all, memory, histograms } = cursor.next();
    const forget = running.known.size > MOST_LABELS;
    if (forget) running.known.clear();
    const labels = all.filter((_, index) => !running.known.has(ids[index]!));
    for (const id of ids) running.known.add(id);
    if (cursor.done) this.#cursors.delete(scan);
    const batch: SelectedBatch = { scan, last: cursor.done, forget, ids, counts, labels, memory, histograms };
    running.port.postMessage(batch, [ids.buffer, counts.buffer, memory]);
    Atomics.add(running.signal, 0, 1);
    Atomics.notify(running.signal, 0);
  }
}
