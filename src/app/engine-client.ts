import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode, type FaultParams } from '../core/fault.ts';
import type { Engine } from '../expectation/index.ts';
import type { RemoteAddress } from '../series/remote/index.ts';
import type { ClockPlan } from './wall-clock.ts';

/** What the engine's thread is started with. */
export interface EngineWorkerData {
  readonly path: string;
  readonly retentionMs: number;
  /** Whether the data directory is locked by the operations database already. */
  readonly directoryLocked: boolean;
  readonly clock: ClockPlan | null;
  /** Another engine that keeps the series, or null for the embedded store. */
  readonly remote: RemoteAddress | null;
}

const YOUNG_MB = 12;
/** Far above what a million series need; it keeps a runaway query from taking the machine. */
const OLD_MB = 4096;

/** The methods of the engine that can be called across the thread's border. */
export const ENGINE_METHODS = [
  'configure',
  'give',
  'writeRemote',
  'writeOtlp',
  'writePage',
  'endTarget',
  'writeBatch',
  'tick',
  'prometheus',
  'values',
  'indicators',
  'rules',
  'level',
  'firings',
  'stepTrial',
  'dropTrial',
  'historyStart',
  'stats',
  'maintain',
  'erase',
  'clean',
  'close',
] as const;
type Method = (typeof ENGINE_METHODS)[number];

/** Methods that take the memory of the bytes they are given: the bytes are gone for the caller. */
const TAKES: ReadonlySet<Method> = new Set<Method>(['writeRemote', 'writeOtlp']);

/** What of the arguments can be handed over instead of being copied: bytes that share their memory with no others. */
function memoryIn(args: readonly unknown[]): ArrayBuffer[] {
  return args.flatMap((arg) =>
    arg instanceof Uint8Array && arg.buffer instanceof ArrayBuffer && arg.byteLength === arg.buffer.byteLength
      ? arg.buffer
      : [],
  );
}

/** The engine as seen from the main thread: the same methods, each answering later. */
export type EngineClient = {
  [M in Method]: (...args: Parameters<Engine[M]>) => Promise<Awaited<ReturnType<Engine[M]>>>;
};

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: { readonly code: FaultCode; readonly params: FaultParams } }
  | { readonly id: number; readonly error: string };

/**
 * Starts the engine in a thread of its own: paging never waits for a query.
 * @param onDeath called once when the thread ends without being asked to
 */
export async function startEngineThread(
  data: EngineWorkerData,
  onDeath: (error: Error) => void,
): Promise<EngineClient> {
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), {
    workerData: data,
    // Short-lived objects are collected early: the thread's memory stays small, at little cost.
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 1;
  let closing = false;
  let started: ((error: Error | null) => void) | null = null;
  const ready = new Promise<void>((resolve, reject) => {
    started = (error) => (error ? reject(error) : resolve());
  });
  const died = (error: Error): void => {
    started?.(error);
    for (const { reject } of waiting.values())
      reject(new Fault('unavailable', { what: 'The metrics engine' }, { cause: error }));
    waiting.clear();
    if (!closing) onDeath(error);
    closing = true;
  };
  worker.on('message', (reply: Reply | 'ready') => {
    if (reply === 'ready') return started?.(null);
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('fault' in reply) call?.reject(new Fault(reply.fault.code, reply.fault.params));
    else if ('error' in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.value);
  });
  worker.on('error', died);
  worker.on('exit', (code) => died(new Error(`the engine's thread ended with code ${code}`)));
  await ready;
  const call = (method: Method, args: readonly unknown[]): Promise<unknown> => {
    if (closing) return Promise.reject(new Fault('unavailable', { what: 'The metrics engine' }));
    if (method === 'close') closing = true;
    const id = next++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args } satisfies Call, TAKES.has(method) ? memoryIn(args) : []);
    });
  };
  const client = Object.fromEntries(
    ENGINE_METHODS.map((method) => [method, (...args: readonly unknown[]) => call(method, args)]),
  );
  return client as unknown as EngineClient;
}

/** The engine in this thread, behind the same face: for tests on a simulated clock. */
export function inlineEngine(engine: Engine): EngineClient {
  const client = Object.fromEntries(
    ENGINE_METHODS.map((method) => [
      method,
      async (...args: readonly unknown[]): Promise<unknown> => {
        const run = engine[method] as (...all: readonly unknown[]) => unknown;
        return run.apply(engine, [...args]);
      },
    ]),
  );
  return client as unknown as EngineClient;
}
