import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode, type FaultParams } from '../core/fault.ts';
import type { MappingInput } from '../signal/mapping.ts';
import type { MappingRunner } from '../signal/ports.ts';

/** What the thread answers to one mapping. */
export type MappingReply =
  { readonly value: unknown } | { readonly fault: { readonly code: FaultCode; readonly params: FaultParams } };

interface Job {
  readonly text: string;
  readonly input: MappingInput;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** More bodies than this waiting for their mapping: senders are told to come back. */
const MOST_WAITING = 2000;
/** Far above the limit inside the thread: what is still at work then does not look at its limit. */
const PATIENCE_MS = 1500;
const MEMORY_MB = 96;

/** Runs mappings in a thread of its own, and can be closed. */
export interface MappingThread extends MappingRunner {
  close(): Promise<void>;
}

/**
 * Starts no thread yet; the first mapping does. One mapping runs at a time. One that works longer than the patience, or
 * takes the thread's memory, ends the thread: its body is refused and the next one has a new thread.
 * @param patience ms
 */
export function mappingThread(patience = PATIENCE_MS): MappingThread {
  const line: Job[] = [];
  let worker: Worker | null = null;
  let busy: Job | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const settle = (reply: MappingReply): void => {
    const job = busy;
    busy = null;
    clearTimeout(timer);
    if (job && 'fault' in reply) job.reject(new Fault(reply.fault.code, reply.fault.params));
    else if (job && 'value' in reply) job.resolve(reply.value);
    next();
  };
  const give = (what: string): void => {
    const gone = worker;
    worker = null;
    void gone?.terminate();
    settle({ fault: { code: 'body_invalid', params: { what: `the mapping failed: ${what}` } } });
  };
  const start = (): Worker => {
    const made = new Worker(new URL('./mapping-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 8 },
    });
    made.unref();
    made.on('message', (reply: MappingReply) => {
      if (made === worker) settle(reply);
    });
    const died = (): void => {
      if (made === worker) give('it took more memory than it may');
    };
    made.on('error', died);
    made.on('exit', died);
    return made;
  };
  const next = (): void => {
    if (busy || closed) return;
    const job = line.shift();
    if (!job) return;
    busy = job;
    const fresh = worker === null;
    worker ??= start();
    worker.postMessage({ text: job.text, input: job.input });
    // A thread that is only now starting reads its program first.
    timer = setTimeout(() => give(`it worked longer than ${patience} ms`), fresh ? patience + 5000 : patience);
  };
  return {
    run(text, input) {
      if (closed) return Promise.reject(new Fault('unavailable', { what: 'The mapping thread' }));
      if (line.length >= MOST_WAITING) {
        return Promise.reject(new Fault('overloaded', { what: `${line.length} bodies wait for their mapping` }));
      }
      return new Promise((resolve, reject) => {
        line.push({ text, input, resolve, reject });
        next();
      });
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const fault = new Fault('unavailable', { what: 'The mapping thread' });
      for (const job of [...(busy ? [busy] : []), ...line.splice(0)]) job.reject(fault);
      busy = null;
      const gone = worker;
      worker = null;
      await gone?.terminate();
    },
  };
}
