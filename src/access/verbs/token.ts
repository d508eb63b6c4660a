import type { Actor, Role } from '../../core/actor.ts';
import { permissionList, permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Token } from '../account.ts';
import { hashSecret } from '../password.ts';
import type { AccessTx } from '../ports.ts';
import { newTokenSecret } from '../token-secret.ts';

const TOUCH_MS = 60_000;

export interface TokenInput {
  readonly name: string;
  readonly role: Role;
  /** Permissions to narrow it to; empty for all of the role. */
  readonly scopes: readonly string[];
  /** Lifetime in ms; null for no end. */
  readonly lifetime: number | null;
}

/**
 * Makes an API token. Its secret is in the answer and nowhere else.
 * @param secret only for a secret handed in at start (at least 32 characters); made here otherwise
 * @throws Fault `forbidden`; `bad_request` for an unknown scope
 */
export async function createToken(
  deps: Deps<AccessTx>,
  actor: Actor,
  input: TokenInput,
  secret = newTokenSecret(),
): Promise<{ token: Token; secret: string }> {
  permit(actor, 'access.manage');
  const known = permissionList();
  for (const scope of input.scopes) {
    const permission = known.find((entry) => entry.permission === scope);
    if (!permission) {
      throw new Fault('bad_request', {
        what: `"${scope}" is no permission. Use one of ${known.map((entry) => entry.permission).join(', ')}.`,
      });
    }
    if (!permission.roles.includes(input.role)) {
      throw new Fault('bad_request', {
        what: `The role ${input.role} does not hold "${scope}". Use ${permission.roles.join(' or ')}.`,
      });
    }
  }
  if (secret.length < 32)
    throw new Fault('bad_request', { what: 'A token given at start needs at least 32 characters.' });
  const now = deps.clock.now();
  const token: Token = {
    id: deps.ids.next('tok'),
    name: input.name,
    role: input.role,
    scopes: input.scopes,
    secretHash: hashSecret(secret),
    createdBy: actor.name,
    createdAt: now,
    expiresAt: input.lifetime === null ? null : now + input.lifetime,
    lastUsedAt: null,
    revokedAt: null,
  };
  await deps.store.transact(async (tx) => {
    await tx.access.insertToken(token);
    await tx.journal.append({
      actor,
      fact: 'token.created',
      subject: { kind: 'token', id: token.id },
      summary: `${actor.name} made the token "${input.name}" (${input.role})`,
      data: { scopes: input.scopes },
    });
  });
  return { token, secret };
}

/** Makes a token useless at once. @throws Fault `forbidden`, `not_found` */
export async function revokeToken(deps: Deps<AccessTx>, actor: Actor, id: string): Promise<void> {
  permit(actor, 'access.manage');
  await deps.store.transact(async (tx) => {
    if (!(await tx.access.revokeToken(id, deps.clock.now()))) throw new Fault('not_found', { what: 'token', id });
    await tx.journal.append({
      actor,
      fact: 'token.revoked',
      subject: { kind: 'token', id },
      summary: `${actor.name} revoked a token`,
    });
  });
}

/** The actor behind a token's secret, or null if it is unknown, ended or revoked. */
export async function byToken(deps: Deps<AccessTx>, secret: string): Promise<Actor | null> {
  const token = await deps.store.read((tx) => tx.access.tokenByHash(hashSecret(secret)));
  const now = deps.clock.now();
  if (!token || token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  if (token.lastUsedAt === null || now - token.lastUsedAt > TOUCH_MS) {
    await deps.store.transact((tx) => tx.access.touchToken(token.id, now));
  }
  return { kind: 'token', id: token.id, name: token.name, roles: [token.role], scopes: token.scopes };
}
