import type { PageChannel } from '../action/ports.ts';

/** Where a page is written when nothing else is there: the process's own log, which somebody collects. */
export interface PageLog {
  warn(data: Record<string, unknown>, text: string): void;
}

/** Pages into the log: never fails, wakes nobody by itself. */
export function logChannel(log: PageLog): PageChannel {
  return {
    name: 'log',
    vendors: 1,
    send(message) {
      // The text holds the acceptance link, which is a secret: the log gets the subject only.
      log.warn({ page: message.key, to: message.to, thread: message.thread }, `page: ${message.subject}`);
      return Promise.resolve({ said: 'written to the log', vendor: 'log', reference: null, receipt: false });
    },
  };
}
