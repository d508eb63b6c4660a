/**
 * The engine's thread: answers calls of the main thread, one after the other unless they wait for the disk or for the
 * thread of heavy queries.
 */
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
// The engine alone: this thread needs neither the schemas nor the YAML of the stage's face.
import { Engine } from '../expectation/engine/engine.ts';
import { localBackend, remoteBackend, type Backend } from '../expectation/engine/backend.ts';
import { holidaysOf } from '../outside/holidays.ts';
import type { PrometheusAnswer } from '../expectation/engine/prometheus-api.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { openSeriesStore } from '../series/index.ts';
import { RemoteSeries } from '../series/remote/index.ts';
import { giveBackMemory } from './give-back.ts';
import { memoryOf, packed } from './packed.ts';
import { QueryThread } from './query-thread.ts';
import type { Call, EngineWorkerData, Reply } from './engine-client.ts';
import { clockOf } from './wall-clock.ts';

const data = workerData as EngineWorkerData;
const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

const clock = clockOf(data.clock);
const backend = data.remote ? remoteBackend(new RemoteSeries(data.remote)) : embedded();
const engine = new Engine(backend, clock, () => performance.now(), holidaysOf);

function embedded(): Backend {
  // With PostgreSQL nothing else has made the data directory yet.
  makeDirectory(dirname(data.path));
  const store = openSeriesStore({
    path: data.path,
    exclusive: !data.directoryLocked,
    now: () => clock.now(),
    retentionMs: data.retentionMs,
  });
  return localBackend(store, new QueryThread(store));
}

async function answer({ id, method, args }: Call): Promise<Reply> {
  try {
    const run = engine[method] as (...all: readonly unknown[]) => unknown;
    const value = await run.apply(engine, [...args]);
    return { id, value: method === 'prometheus' ? packed(value as PrometheusAnswer) : value };
  } catch (error) {
    if (error instanceof Fault) return { id, fault: { code: error.code, params: error.params } };
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Queries wait here, one at a time between all else: samples and rules wait for one at most. */
const queries: Call[] = [];

function nextQuery(): void {
  const call = queries.shift();
  if (call) handle(call);
  if (queries.length > 0) setImmediate(nextQuery);
}

port.on('message', (call: Call) => {
  if (call.method !== 'prometheus') return handle(call);
  if (queries.push(call) === 1) setImmediate(nextQuery);
});

function handle(call: Call): void {
  void answer(call).then((reply) => {
    const given = call.method === 'prometheus' && 'value' in reply ? memoryOf(reply.value as PrometheusAnswer) : [];
    port?.postMessage(reply, given);
    if (call.method === 'close') port?.close();
  });
}
// Reading the log after a crash leaves much behind.
giveBackMemory();
port.postMessage('ready');
