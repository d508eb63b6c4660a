import type { Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Account, Session } from '../account.ts';
import { hashPassword, hashSecret, randomSecret, verifyPassword } from '../password.ts';
import type { AccessTx } from '../ports.ts';

const SESSION_MS = 12 * 3_600_000;
const TOUCH_MS = 60_000;

let decoy: Promise<string> | null = null;

/** The person behind an account. */
export function personActor(account: Account): Actor {
  return { kind: 'person', id: account.name, name: account.displayName, roles: [account.role] };
}

/**
 * Signs in with name and password.
 * @returns the account and the secret for the cookie; the session ends after 12 hours without use
 * @throws Fault `credentials_wrong`, after the same work whether the name exists or not
 */
export async function signIn(
  deps: Deps<AccessTx>,
  name: string,
  password: string,
): Promise<{ account: Account; secret: string; session: Session }> {
  const account = await deps.store.read((tx) => tx.access.accountByName(name));
  decoy ??= hashPassword(randomSecret());
  const right = await verifyPassword(password, account?.passwordHash ?? (await decoy));
  if (!account || !right || account.disabledAt !== null) throw new Fault('credentials_wrong');
  const secret = randomSecret();
  const now = deps.clock.now();
  const session: Session = {
    id: deps.ids.next('ses'),
    accountId: account.id,
    secretHash: hashSecret(secret),
    createdAt: now,
    expiresAt: now + SESSION_MS,
    lastSeenAt: now,
  };
  await deps.store.transact(async (tx) => {
    await tx.access.insertSession(session);
    await tx.journal.append({
      actor: personActor(account),
      fact: 'account.signed-in',
      subject: { kind: 'account', id: account.id },
      summary: `${account.displayName} signed in`,
    });
  });
  return { account, secret, session };
}

/** The account of a session cookie, or null. Use within the session's time prolongs it. */
export async function bySession(
  deps: Deps<AccessTx>,
  secret: string,
): Promise<{ account: Account; session: Session } | null> {
  const found = await deps.store.read(async (tx) => {
    const session = await tx.access.sessionByHash(hashSecret(secret));
    const account = session ? await tx.access.accountById(session.accountId) : null;
    return session && account ? { session, account } : null;
  });
  const now = deps.clock.now();
  if (!found || found.session.expiresAt <= now || found.account.disabledAt !== null) return null;
  if (now - found.session.lastSeenAt > TOUCH_MS) {
    await deps.store.transact((tx) => tx.access.touchSession(found.session.id, now, now + SESSION_MS));
  }
  return found;
}

/** Ends a session; a second time is no error. */
export async function signOut(deps: Deps<AccessTx>, secret: string): Promise<void> {
  await deps.store.transact(async (tx) => {
    const session = await tx.access.sessionByHash(hashSecret(secret));
    if (session) await tx.access.deleteSession(session.id);
  });
}
