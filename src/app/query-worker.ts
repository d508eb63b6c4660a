/** The thread of heavy queries: evaluates one after the other, and asks the store's thread for the samples. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Labels } from '../core/labels.ts';
import { answerQuery } from '../expectation/engine/prometheus-api.ts';
import { QUERY_TIMEOUT_MS } from '../expectation/engine/prometheus/query.ts';
import type { QuerySource } from '../expectation/engine/prometheus/source.ts';
import type { Matcher, SeriesSlice } from '../promql/index.ts';
import { memoryOf, packed } from './packed.ts';
import type { QueryDone, QueryJob, QueryWorkerData, SelectedBatch, SelectRequest } from './query-thread.ts';

const { port, signal } = workerData as QueryWorkerData;
const parent = parentPort;
if (!parent) throw new Error('this file runs as a worker thread');

/** Labels of the series that were sent, by id. */
const known = new Map<number, Labels>();
/** A part with the labels of each of its series. */
interface Part {
  readonly batch: SelectedBatch;
  readonly labels: readonly Labels[];
}

/** Parts of the selections under way that are there already. */
const early = new Map<number, Part[]>();
let scans = 0;

function ask(request: SelectRequest): void {
  port.postMessage(request);
}

/** The next part of a selection. Blocks until it is there. */
function take(scan: number): Part {
  for (;;) {
    const waiting = early.get(scan)?.shift();
    if (waiting) return waiting;
    const seen = Atomics.load(signal, 0);
    const received = receiveMessageOnPort(port) as { readonly message: SelectedBatch } | undefined;
    if (!received) {
      Atomics.wait(signal, 0, seen, 1000);
      continue;
    }
    const { message } = received;
    const labels = labelsOf(message);
    // What is left of a selection that was given up is passed over.
    early.get(message.scan)?.push({ batch: message, labels });
  }
}

/** Labels come once, with the first part that names their series. */
function labelsOf({ forget, ids, labels }: SelectedBatch): Labels[] {
  if (forget) known.clear();
  let next = 0;
  return Array.from(ids, (id) => {
    let found = known.get(id);
    if (!found) known.set(id, (found = labels[next++]!));
    return found;
  });
}

function* select(matchers: readonly Matcher[], from: number, to: number): Generator<SeriesSlice> {
  const scan = ++scans;
  let last = false;
  early.set(scan, []);
  ask({ ask: 'open', scan, matchers, from, to });
  try {
    while (!last) {
      const part = take(scan);
      ({ last } = part.batch);
      if (!last) ask({ ask: 'more', scan });
      yield* slicesOf(part);
    }
  } finally {
    early.delete(scan);
    if (!last) ask({ ask: 'close', scan });
  }
}

function* slicesOf({ labels, batch: { counts, memory, histograms } }: Part): Generator<SeriesSlice> {
  const natives = new Map(histograms);
  let at = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index]!;
    const times = new Float64Array(memory, at, count);
    const values = new Float64Array(memory, at + 8 * count, count);
    at += 16 * count;
    const native = natives.get(index);
    yield { labels: labels[index]!, times, values, ...(native ? { histograms: native } : {}) };
  }
}

parent.on('message', ({ id, path, params, now, flag }: QueryJob) => {
  const source: QuerySource = {
    series: { select },
    timeout: QUERY_TIMEOUT_MS,
    now: () => now,
    elapsed: () => performance.now(),
  };
  const answer = packed(answerQuery(source, path, params, flag));
  parent.postMessage({ id, answer } satisfies QueryDone, memoryOf(answer));
});
