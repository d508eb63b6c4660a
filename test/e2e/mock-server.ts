/**
 * A stand-in for the server: the API's routes over one scene, and web/dist with the content security policy of the
 * real one. Run it by itself to develop the pages: node test/e2e/mock-server.ts [scene] [port].
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, type Answer } from './mock-route.ts';
import { sceneOf, type Scene, type SceneName } from './mock-scene.ts';

export const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Failure {
  readonly path: string;
  readonly status: number;
  readonly detail: string;
}

export interface Mock {
  readonly role: 'admin' | 'duty' | 'agent' | 'viewer';
  readonly url: string;
  scene: Scene;
  /** Every request that changed something, in order: "POST /ops/v1/…". */
  readonly verbs: string[];
  /** The same with what was sent. */
  readonly sent: { readonly verb: string; readonly body: Record<string, unknown> }[];
  /** Whether the browser holds a session. */
  signedIn: boolean;
  /** Tells all streams that something changed. */
  tell(topic: string, id: string): void;
  /** From now on requests whose path begins so are answered with a problem; null ends it. */
  fail(failure: Failure | null): void;
  /** How many streams are open. */
  listeners(): number;
  /** Ends all open streams and refuses new ones while `down`. */
  cut(down: boolean): void;
  close(): Promise<void>;
}

interface MockOptions {
  role?: Mock['role'];
  scene?: SceneName;
  signedIn?: boolean;
  port?: number;
  /** The present instant in milliseconds. */
  now?: number;
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const streams = new Set<ServerResponse>();
  let failure: Failure | null = null;
  let isDown = false;
  const mock = {
    url: '',
    role: options.role ?? ('admin' as const),
    scene: sceneOf(options.scene ?? 'quiet', options.now ?? Date.now()),
    verbs: [] as string[],
    sent: [] as { verb: string; body: Record<string, unknown> }[],
    signedIn: options.signedIn ?? true,
    tell(topic: string, id: string) {
      for (const stream of streams) stream.write(`data: ${JSON.stringify({ topic, id })}\n\n`);
    },
    fail(next: Failure | null) {
      failure = next;
    },
    listeners: () => streams.size,
    cut(down: boolean) {
      isDown = down;
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    async close() {
      mock.cut(true);
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };

  function stream(response: ServerResponse): void {
    if (isDown) {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 300\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    const method = request.method ?? 'GET';
    if (url.pathname === '/ops/v1/stream' || url.pathname === '/app/v1/stream') return stream(response);
    const isApi = /^\/(?:ops\/v1|api\/v1|status\/data\.json)/u.test(url.pathname);
    if (!isApi) return serveFile(url.pathname, response);
    const body = await bodyOf(request);
    if (failure !== null && url.pathname.startsWith(failure.path)) {
      return send(response, problem(failure.status, failure.detail));
    }
    if (method !== 'GET') {
      mock.verbs.push(`${method} ${url.pathname}`);
      mock.sent.push({ verb: `${method} ${url.pathname}`, body });
    }
    send(response, answer(mock, method, url, body));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => send(response, problem(500, String(error))));
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  // A test that fails before it closes the stand-in must not keep the test run alive.
  if (options.port === undefined) server.unref();
  mock.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return mock;
}

/** An RFC 9457 problem as the API answers it. */
export function problem(status: number, detail: string): Answer {
  const body = { type: 'about:blank', title: detail, status, detail, code: 'mock', retryable: false };
  return { status, body };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const file = normalize(path);
  const type = TYPES[extname(file)];
  const name = type === undefined ? 'index.html' : file;
  try {
    const content = await readFile(join(DIST, name));
    response.writeHead(200, {
      'content-type': type ?? 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scene = (process.argv[2] ?? 'accepted') as SceneName;
  const mock = await startMock({ scene, port: Number(process.argv[3] ?? 8643) });
  console.log(`${scene} at ${mock.url}`);
}
