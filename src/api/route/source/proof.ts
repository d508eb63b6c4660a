import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Labels } from '../../../core/labels.ts';
import { proves, sameText, type Source } from '../../../signal/index.ts';

/** The actor behind a source whose secret was shown: it may send signals and nothing else. */
export function sourceActor({ config }: Source): Actor {
  const { name, title, partner } = config;
  return {
    kind: partner === undefined ? 'token' : 'partner',
    id: `source:${name}`,
    name: title ?? name,
    roles: ['agent'],
    scopes: ['signal.send'],
  };
}

/** Headers with one value each, by lower-case name. */
export function headersOf(request: FastifyRequest): Labels {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) headers[name] = text;
  }
  return headers;
}

/** The body as it came; empty when there was none. */
export function rawOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/**
 * Who sends to a source: the token that was shown, or the source itself by one of its secrets. An unknown source is
 * refused like a wrong secret, so that names cannot be guessed.
 * @throws Fault `unauthenticated`
 */
export function senderOf(request: FastifyRequest, source: Source | undefined, now: number): Actor {
  if (request.actor) return request.actor;
  const shown = { headers: headersOf(request), raw: rawOf(request), now };
  if (source?.config.secrets.some((secret) => proves(secret, shown))) return sourceActor(source);
  throw new Fault('unauthenticated');
}

/** The source whose secret of this kind is the one shown; every one is compared, in the same time. */
export function sourceBySecret(
  sources: ReadonlyMap<string, Source>,
  kind: 'routing-key' | 'bearer' | 'mail',
  shown: string,
): Source | null {
  let found: Source | null = null;
  for (const source of sources.values()) {
    for (const secret of source.config.secrets) {
      if (secret.kind === kind && sameText(shown, secret.secret)) found = source;
    }
  }
  return found;
}
