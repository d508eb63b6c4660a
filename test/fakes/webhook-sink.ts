import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the receiver got it. */
export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks that keeps its requests and answers as it is told. */
export class WebhookSink {
  readonly requests: SinkRequest[] = [];
  /** What it answers; `hang` never does, `flood` sends without end. */
  answer: number | 'hang' | 'flood' = 200;
  body = '';
  headers: Readonly<Record<string, string>> = {};
  /** Sees the bytes as they come, for bodies that are no text. */
  tap: (chunk: Buffer) => void = () => undefined;
  /** Where it listens; 0 before that. */
  port = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        this.tap(chunk);
      });
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        this.requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
        if (this.answer === 'hang') return;
        if (this.answer === 'flood') {
          const pour = (): void => {
            while (response.write('x'.repeat(65_536)));
          };
          response.on('drain', pour);
          response.on('error', () => undefined);
          pour();
          return;
        }
        response.writeHead(this.answer, { ...this.headers });
        response.end(this.body);
      });
    });
  }

  /** Makes one that listens on a free port. */
  static async start(): Promise<WebhookSink> {
    const sink = new WebhookSink();
    await sink.listen();
    return sink;
  }

  /** Listens on this machine; resolves with its address, such as http://127.0.0.1:4711. @param port 0 for any free one */
  listen(port = 0): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#server.listen(port, '127.0.0.1', () => {
      this.port = (this.#server.address() as AddressInfo).port;
      resolve(`http://127.0.0.1:${this.port}`);
    });
    return promise;
  }

  stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.closeAllConnections();
    this.#server.close(() => resolve());
    return promise;
  }
}
