/**
 * The partner of test/fakes as a program of its own, listening on a free port of the loopback interface. It prints its port,
 * tells its hubs of what happens, and is led by `POST /control/raise`, `POST /control/clear?id=&quietly=` and
 * `GET /control/state`. What does not fit the specification is answered with 500 and counted.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Tmf642Partner } from '../fakes/tmf642-partner.ts';

const partner = new Tmf642Partner(() => Date.now());
const misfits: string[] = [];

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function tell(url: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

async function control(verb: string, query: URLSearchParams): Promise<unknown> {
  if (verb === 'raise') partner.raise();
  if (verb === 'clear') partner.clear(Number(query.get('id')), query.get('quietly') === '1');
  await partner.deliver(tell);
  const { alarms, hubs, tasks, heard, calls } = partner;
  return { alarms: [...alarms.values()], hubs: [...hubs.values()], tasks, heard, calls, misfits };
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const verb = /^\/control\/(\w+)$/.exec(url.pathname)?.[1];
  const answer = async (): Promise<void> => {
    const text = await textOf(request);
    if (verb !== undefined) {
      response.writeHead(200).end(JSON.stringify(await control(verb, url.searchParams)));
      return;
    }
    const body = text === '' ? null : text;
    const said = await partner.request({ method: request.method as 'GET', url: url.href, body });
    response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(said.body);
    // What a task changed is told to the hubs.
    await partner.deliver(tell);
  };
  answer().catch((error: unknown) => {
    misfits.push(error instanceof Error ? error.message : String(error));
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
