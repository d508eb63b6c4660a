import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small web server of the story on a free port of this machine. */
interface WebSink {
  readonly url: string;
  close(): Promise<void>;
}

/** What the duty officer's phone was sent. */
export interface PhonePage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function listening(handle: RequestListener): Promise<WebSink> {
  const server = createServer(handle);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${port}`, close });
    });
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Starts the phone: it takes every web hook and keeps it. */
export async function openPhone(): Promise<WebSink & { readonly pages: readonly PhonePage[] }> {
  const pages: PhonePage[] = [];
  const sink = await listening((request, response) => {
    void bodyOf(request).then((body) => {
      pages.push({
        headers: Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)])),
        body,
      });
      response.writeHead(204).end();
    });
  });
  return { ...sink, pages };
}

/**
 * Starts the vehicle router: POST /route {"prefer":"south"} or {"prefer":"north"} moves Berlin's cars.
 * @param moved is told the preferred carrier
 */
export async function openRouter(moved: (prefer: 'north' | 'south') => void): Promise<WebSink & { calls: string[] }> {
  const calls: string[] = [];
  const sink = await listening((request, response) => {
    void bodyOf(request).then((body) => {
      const prefer = /"prefer"\s*:\s*"(north|south)"/.exec(body)?.[1];
      if (request.method !== 'POST' || request.url !== '/route' || prefer === undefined) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":"POST /route with {\\"prefer\\":\\"south\\"} or {\\"prefer\\":\\"north\\"}"}');
        return;
      }
      calls.push(body);
      moved(prefer === 'south' ? 'south' : 'north');
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"prefer":"${prefer}"}`);
    });
  });
  return { ...sink, calls };
}
