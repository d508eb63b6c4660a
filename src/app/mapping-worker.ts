/** The thread of mappings: runs one at a time. It is ended from outside when a mapping works too long. */
import { parentPort } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
import { inlineMappings, type MappingInput } from '../signal/mapping.ts';
import type { MappingReply } from './mapping-thread.ts';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');
const mappings = inlineMappings();

async function answer(text: string, input: MappingInput): Promise<MappingReply> {
  try {
    return { value: await mappings.run(text, input) };
  } catch (error) {
    if (error instanceof Fault) return { fault: { code: error.code, params: error.params } };
    return { fault: { code: 'body_invalid', params: { what: `the mapping failed: ${String(error)}` } } };
  }
}

port.on('message', ({ text, input }: { text: string; input: MappingInput }) => {
  void answer(text, input).then((reply) => port.postMessage(reply));
});
