import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { streamEvent } from './contract.ts';

export type StreamEvent = z.infer<typeof streamEvent>;

const KEEP_ALIVE_MS = 20_000;
/** A reader that does not take its data is cut off rather than kept in memory. */
const MAX_BUFFERED = 1 << 20;

/** Sends events to every connected browser (server-sent events). Events are hints: the page asks again for the data. */
export class LiveHub {
  readonly #readers = new Set<{ reply: FastifyReply; only: ReadonlySet<string> | null }>();
  #timer: NodeJS.Timeout | null = null;

  /** Keeps the request open as an event stream. `only` limits it to some topics (for the public). */
  attach(
    reply: FastifyReply,
    only: readonly StreamEvent['topic'][] | null,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    reply.hijack();
    const raw = reply.raw;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
      ...headers,
    });
    raw.write('retry: 2000\n\n');
    const reader = { reply, only: only && new Set<string>(only) };
    this.#readers.add(reader);
    raw.on('close', () => this.#readers.delete(reader));
    this.#timer ??= setInterval(() => this.#write(': still here\n\n', null), KEEP_ALIVE_MS).unref();
  }

  /** Tells everybody who listens to the topic. */
  publish(event: StreamEvent): void {
    this.#write(`data: ${JSON.stringify(event)}\n\n`, event.topic);
  }

  /** How many are connected. */
  get size(): number {
    return this.#readers.size;
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    for (const { reply } of this.#readers) reply.raw.end();
    this.#readers.clear();
  }

  #write(text: string, topic: string | null): void {
    for (const reader of this.#readers) {
      if (topic !== null && reader.only !== null && !reader.only.has(topic)) continue;
      const raw = reader.reply.raw;
      if (raw.writableLength > MAX_BUFFERED) {
        raw.destroy();
        this.#readers.delete(reader);
      } else raw.write(text);
    }
  }
}
