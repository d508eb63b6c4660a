import { Fault } from '../core/fault.ts';
import type { OutgoingMessage } from '../action/ports.ts';
import type { OutRequest, OutResponse } from './http.ts';
import type { Vendor } from './vendors.ts';

export interface NtfyOptions {
  readonly server: string;
  readonly token: string | null;
}

/** Pages to ntfy, by its JSON form. A person's address is a topic of the configured server or a whole address. */
export function ntfyVendor(options: NtfyOptions, request: (request: OutRequest) => Promise<OutResponse>): Vendor {
  return {
    name: 'ntfy',
    async send(message, timeout) {
      const { server, topic } = placeOf(message.to, options.server);
      // The token belongs to the configured server and goes nowhere else.
      const token = server === trimmed(options.server) ? options.token : null;
      const answer = await request({
        method: 'POST',
        url: server,
        headers: {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(bodyOf(message, topic)),
        timeout,
      });
      if (answer.status !== 200) throw new Fault('outside_failed', { what: 'ntfy', why: `HTTP ${answer.status}` });
      return { said: 'HTTP 200', reference: idOf(answer.body), receipt: false };
    },
  };
}

function placeOf(to: string, server: string): { server: string; topic: string } {
  if (!/^https?:/.test(to)) return { server: trimmed(server), topic: to };
  const url = new URL(to);
  return { server: url.origin, topic: url.pathname.replace(/^\/+/, '') };
}

function trimmed(server: string): string {
  return server.replace(/\/+$/, '');
}

function bodyOf(message: OutgoingMessage, topic: string): Record<string, unknown> {
  const { page } = message;
  if (!page) return { topic, title: message.subject, message: message.text.slice(0, 3000), priority: 3 };
  return {
    topic,
    title: message.subject,
    message: message.text.slice(0, 3000),
    priority: page.severity === 'minor' ? 4 : 5,
    tags: [page.severity === 'critical' ? 'rotating_light' : 'warning'],
    click: page.incident,
    actions: [
      { action: 'http', label: page.verb, url: page.accept, method: 'POST', clear: true },
      { action: 'view', label: 'Incident', url: page.incident },
    ],
  };
}

function idOf(body: string): string | null {
  const found = /"id"\s*:\s*"([\w-]{1,64})"/.exec(body);
  return found?.[1] ?? null;
}
