import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { readMapped } from '../mapped-events.ts';
import type { SignalTx } from '../ports.ts';
import { storeSignal } from '../store-signal.ts';
import { readSyslogLine } from './line.ts';

/**
 * Takes a line: it becomes what the mapping makes of it, most often nothing.
 * @returns null when it was taken, or in words why not
 */
export async function takeLine(
  deps: Deps<SignalTx>,
  config: { readonly partner?: string | undefined; readonly mapping: { run(line: unknown): Promise<unknown> } },
  text: string,
): Promise<string | null> {
  const line = readSyslogLine(text);
  if (typeof line === 'string') return line;
  const now = deps.clock.now();
  const source = config.partner === undefined ? 'syslog' : `syslog:${config.partner}`;
  try {
    const { events } = readMapped(await config.mapping.run(line), source, now);
    if (events.length === 0) return null;
    const id = deps.ids.next('sig');
    await deps.store.transact((tx) =>
      storeSignal(tx, { id, source, receivedAt: now, idempotencyKey: null, events, body: line }),
    );
    return null;
  } catch (error) {
    if (error instanceof Fault && error.code === 'body_invalid') return error.message;
    throw error;
  }
}
