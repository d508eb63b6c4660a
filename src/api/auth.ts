import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTx } from '../access/index.ts';
import { bySession, byToken, looksLikeToken, personActor } from '../access/index.ts';
import type { Actor, Permission } from '../core/actor.ts';
import { permit } from '../core/actor.ts';
import { Fault } from '../core/fault.ts';
import type { Deps } from '../core/transaction.ts';

/**
 * What a route asks for. `public` needs nobody signed in, `signed-in` anybody, `source` a token that may send signals or
 * a secret of the source, which the route itself looks at because it needs the body. There is no default: a route
 * without this is refused when the server starts.
 */
export type Access = 'public' | 'signed-in' | 'source' | Permission;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Who is asking; null only on public routes. */
    actor: Actor | null;
  }
}

const COOKIE = 'lamplighter_session';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Every route with what it asks for, filled while routes are added: for the access test and the documentation. */
export type RouteTable = { readonly method: string; readonly path: string; readonly access: Access }[];

/** Puts the one place that decides in front of every route. */
export function addAuth(
  app: FastifyInstance,
  deps: Deps<AccessTx>,
  extraTokenCheck: (secret: string) => Actor | null,
  secure: boolean,
): RouteTable {
  const table: RouteTable = [];
  app.decorateRequest('actor', null);
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (!access) throw new Error(`route ${String(route.method)} ${route.url} says nothing about access`);
    for (const method of [route.method].flat()) if (method !== 'HEAD') table.push({ method, path: route.url, access });
  });
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (access === 'public' || request.is404) return;
    if (!access) throw new Fault('forbidden', { actor: 'Nobody', verb: 'use this route', roles: 'none' });
    request.actor = await actorOf(request, deps, extraTokenCheck, secure);
    if (access === 'source') {
      if (request.actor) permit(request.actor, 'signal.send');
      return;
    }
    if (!request.actor) throw new Fault('unauthenticated');
    if (access !== 'signed-in') permit(request.actor, access);
  });
  return table;
}

/** The actor of a route that is not public. */
export function actorIn(request: FastifyRequest): Actor {
  if (!request.actor) throw new Fault('unauthenticated');
  return request.actor;
}

async function actorOf(
  request: FastifyRequest,
  deps: Deps<AccessTx>,
  extra: (secret: string) => Actor | null,
  secure: boolean,
): Promise<Actor | null> {
  const token = presentedToken(request);
  if (token !== null) return extra(token) ?? (looksLikeToken(token) ? byToken(deps, token) : null);
  const secret = request.cookies[cookieName(secure)];
  if (!secret) return null;
  if (!SAFE.has(request.method)) refuseForeignOrigin(request);
  const found = await bySession(deps, secret);
  return found ? personActor(found.account) : null;
}

/** A Bearer token, or the password of Basic authentication (for senders that know nothing else). */
function presentedToken(request: FastifyRequest): string | null {
  const header = request.headers.authorization;
  if (!header) return null;
  const bearer = /^(?:Bearer|GenieKey) +(\S+)$/i.exec(header);
  if (bearer) return bearer[1]!;
  const basic = /^Basic +(\S+)$/i.exec(header);
  if (!basic) return '';
  const pair = Buffer.from(basic[1]!, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

/**
 * Refuses a state-changing request that a browser sent on behalf of another site: by Sec-Fetch-Site where the browser
 * sends it, by Origin otherwise.
 */
function refuseForeignOrigin(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') throw new Fault('origin_refused');
    return;
  }
  const origin = request.headers.origin;
  if (origin === undefined) return;
  let host: string | null = null;
  try {
    host = new URL(origin).host;
  } catch {
    throw new Fault('origin_refused');
  }
  if (host !== request.headers.host) throw new Fault('origin_refused');
}

function cookieName(secure: boolean): string {
  return secure ? `__Host-${COOKIE}` : COOKIE;
}

/** Sets the session cookie. On plain http (a local trial) it cannot be `Secure`. */
export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  reply.setCookie(cookieName(secure), secret, { path: '/', httpOnly: true, sameSite: 'strict', secure });
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(cookieName(secure), { path: '/', httpOnly: true, sameSite: 'strict', secure });
}

/** The secret of the session cookie, if the request has one. */
export function sessionSecret(request: FastifyRequest, secure: boolean): string | null {
  return request.cookies[cookieName(secure)] ?? null;
}
