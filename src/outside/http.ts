import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Fault } from '../core/fault.ts';
import { allowList, closedAddress, plainHost, type AllowList } from './address.ts';

const RESPONSE_CAP = 1_048_576;

export interface OutRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | null;
  /** For the whole exchange, from the look-up of the name to the last byte, ms. */
  readonly timeout: number;
  /** Most bytes of the answer; 1 MB unless said otherwise. */
  readonly maxBytes?: number;
}

export interface OutResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Resolves a host name to addresses; the machine's resolver unless a test gives another one. */
export type Resolver = (
  host: string,
  done: (error: Error | null, addresses: { address: string; family: number }[]) => void,
) => void;

const machineResolver: Resolver = (host, done) =>
  lookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));

/**
 * Makes a function that calls addresses which users may write, safely: http and https only, every address that is
 * connected to is checked (so that neither an odd literal nor a name that resolves to a private address leads inside),
 * no redirects are followed, the answer is capped, and the whole exchange has one time limit.
 * @param allow entries of `outside.allow`
 * @returns a function that throws Fault `address_refused` or `outside_failed`
 */
export function safeHttp(
  allow: readonly string[],
  resolver: Resolver = machineResolver,
): (request: OutRequest) => Promise<OutResponse> {
  const list = allowList(allow);
  return async (request) => {
    const url = checkUrl(request.url, list);
    return exchange(request, url, list, resolver);
  };
}

/** Refuses what can be seen from the address alone. @throws Fault `address_refused` */
function checkUrl(text: string, list: AllowList): URL {
  if (!URL.canParse(text)) refuse(text, 'it is not an address');
  const url = new URL(text);
  const host = plainHost(url.hostname);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse(host, 'only http and https are called');
  const literal = host.replace(/^\[|\]$/g, '');
  const listed = list.host(host) || (isIP(literal) !== 0 && list.address(literal));
  if (isIP(literal) === 4 && !text.includes(literal)) {
    refuse(literal, 'it is written in an unusual way; write it with four plain numbers');
  }
  if (isIP(literal) !== 0 && !listed) {
    const why = closedAddress(literal);
    if (why !== null) refuse(literal, why);
  }
  if (url.protocol === 'http:' && !listed) refuse(host, 'it is not encrypted; use https');
  return url;
}

function refuse(host: string, why: string): never {
  throw new Fault('address_refused', { host, why });
}

/** Looks the name up and lets only addresses through that may be called. */
function checkedLookup(list: AllowList, resolver: Resolver): LookupFunction {
  return (host, options, done) => {
    resolver(host, (error, addresses) => {
      if (error) return done(error, [], 0);
      const refusals: string[] = [];
      const open = addresses.filter(({ address }) => {
        if (list.host(host) || list.address(address)) return true;
        const why = closedAddress(address);
        if (why !== null) refusals.push(`${address}: ${why}`);
        return why === null;
      });
      // A name with one private address is refused whole: it is either a mistake or an attack.
      if (refusals.length > 0 || open.length === 0) {
        const why = refusals.length > 0 ? `it leads to ${refusals.join(', ')}` : 'it leads nowhere';
        return done(new Fault('address_refused', { host, why }), [], 0);
      }
      if (options.all) return done(null, open);
      done(null, open[0]!.address, open[0]!.family);
    });
  };
}

function exchange(request: OutRequest, url: URL, list: AllowList, resolver: Resolver): Promise<OutResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<OutResponse>();
  const name = `${request.method} ${url.origin}${url.pathname}`;
  const fail = (why: string, cause?: unknown): void => {
    clearTimeout(timer);
    reject(cause instanceof Fault ? cause : new Fault('outside_failed', { what: name, why }, { cause }));
    outgoing.destroy();
  };
  const body = request.body ?? null;
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
    method: request.method,
    headers: { 'user-agent': 'Lamplighter', ...request.headers, ...length },
    lookup: checkedLookup(list, resolver),
    agent: false,
  });
  const timer = setTimeout(() => fail(`no answer within ${request.timeout} ms`), request.timeout);
  outgoing.on('error', (error) => fail(error.message, error));
  outgoing.on('socket', (socket) => {
    socket.on('connect', () => {
      // The last word: whatever was resolved or written, this is who would be talked to.
      const address = socket.remoteAddress ?? '';
      const allowed = list.host(url.hostname) || list.address(address);
      const why = allowed ? null : closedAddress(address);
      if (why !== null) fail(why, new Fault('address_refused', { host: address, why }));
    });
  });
  outgoing.on('response', (incoming) => {
    const cap = request.maxBytes ?? RESPONSE_CAP;
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('error', (error) => fail(error.message, error));
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > cap) return fail(`the answer is longer than ${cap} bytes`);
      chunks.push(chunk);
    });
    incoming.on('end', () => {
      clearTimeout(timer);
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
    });
  });
  outgoing.end(body ?? undefined);
  return promise;
}
