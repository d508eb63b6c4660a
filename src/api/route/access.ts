import { z } from 'zod';
import { createToken, revokeToken, signIn, signOut, type Token } from '../../access/index.ts';
import type { Actor } from '../../core/actor.ts';
import { allowed, permissionList } from '../../core/actor.ts';
import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import { actorIn, clearSessionCookie, sessionSecret, setSessionCookie } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

/** Sign-in, who am I, tokens. */
export function addAccessRoutes(app: Api, context: ApiContext): void {
  const { deps, secure } = context;

  app.post(
    '/ops/v1/session',
    {
      config: { access: 'public', rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: { body: contract.signInBody, response: { 200: contract.me }, summary: 'Sign in with name and password' },
    },
    async (request, reply) => {
      const site = request.headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Fault('origin_refused');
      const { account, secret } = await signIn(deps, request.body.name, request.body.password);
      setSessionCookie(reply, secret, secure);
      return meView(context, { kind: 'person', id: account.name, name: account.displayName, roles: [account.role] });
    },
  );

  app.delete(
    '/ops/v1/session',
    { config: { access: 'signed-in' }, schema: { summary: 'Sign out' } },
    async (request, reply) => {
      const secret = sessionSecret(request, secure);
      if (secret) await signOut(deps, secret);
      clearSessionCookie(reply, secure);
      return reply.code(204).send();
    },
  );

  app.get(
    '/ops/v1/me',
    {
      config: { access: 'signed-in' },
      schema: { response: { 200: contract.me }, summary: 'Who is asking, and what they may do' },
    },
    async (request) => meView(context, actorIn(request)),
  );

  app.get(
    '/ops/v1/tokens',
    {
      config: { access: 'access.manage' },
      schema: { response: { 200: z.object({ items: z.array(contract.tokenView) }) }, summary: 'API tokens' },
    },
    async () => ({ items: (await deps.store.read((tx) => tx.access.tokens())).map(tokenView) }),
  );

  app.post(
    '/ops/v1/tokens',
    {
      config: { access: 'access.manage' },
      schema: {
        body: contract.tokenBody,
        response: { 201: contract.tokenCreated },
        summary: 'Make a token; its secret is shown once',
      },
    },
    async (request, reply) => {
      const { name, role, scopes, expiresIn } = request.body;
      const lifetime = expiresIn === undefined ? null : parseDuration(expiresIn);
      const { token, secret } = await createToken(deps, actorIn(request), { name, role, scopes, lifetime });
      return reply.code(201).send({ ...tokenView(token), secret });
    },
  );

  app.delete(
    '/ops/v1/tokens/:id',
    {
      config: { access: 'access.manage' },
      schema: { params: z.object({ id: z.string() }), summary: 'Revoke a token' },
    },
    async (request, reply) => {
      await revokeToken(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );
}

function tokenView({ secretHash: _, ...shown }: Token): z.infer<typeof contract.tokenView> {
  return { ...shown, scopes: [...shown.scopes] };
}

function meView(context: ApiContext, actor: Actor): z.infer<typeof contract.me> {
  const config = context.config();
  return {
    kind: actor.kind === 'token' ? 'token' : 'person',
    id: actor.id,
    name: actor.name,
    role: actor.roles[0] ?? 'viewer',
    permissions: permissionList()
      .filter(({ permission }) => allowed(actor, permission))
      .map(({ permission }) => permission),
    person: actor.kind === 'person' ? (config.people.find(({ account }) => account === actor.id)?.id ?? null) : null,
    operator: config.name,
    languages: [...config.languages],
    version: context.version,
  };
}
