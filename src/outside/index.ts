import type { CommandConfig } from '../action/index.ts';
import type { PageChannel, StepRunner } from '../action/ports.ts';
import type { PageChannelName } from '../action/nouns.ts';
import { commandRunner } from './command.ts';
import type { OutsideConfig } from '../config/index.ts';
import { emailChannel } from './email.ts';
import { safeHttp } from './http.ts';
import { logChannel, type PageLog } from './log.ts';
import { webhookChannel } from './webhook.ts';

export { safeHttp } from './http.ts';
export { createSecrets } from './secrets.ts';

/** The ways out as the configuration has them. A reload makes new ones and closes the old. */
export interface Outside {
  channel(name: PageChannelName): PageChannel | null;
  readonly steps: StepRunner;
  close(): void;
}

/**
 * Opens the ways out.
 * @param now the real time, ms (not an accelerated clock: relays and receivers live in real time)
 */
export function openOutside(
  config: OutsideConfig,
  commands: readonly CommandConfig[],
  log: PageLog,
  now: () => number,
): Outside {
  const request = safeHttp(config.allow);
  const email = config.email ? emailChannel(config.email, now) : null;
  const channels: Readonly<Record<PageChannelName, PageChannel | null>> = {
    email,
    webhook: webhookChannel(request, config.webhook.secret, now),
    log: logChannel(log),
  };
  return {
    channel: (name) => channels[name],
    steps: {
      async http({ key, method, url, headers, body, timeout }) {
        const type = body !== null && !hasContentType(headers) ? { 'content-type': 'application/json' } : {};
        const sent = { ...type, ...headers, 'idempotency-key': key };
        return request({ method, url, headers: sent, body, timeout });
      },
      command: commandRunner(() => commands),
    },
    close: () => email?.close(),
  };
}

function hasContentType(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}
