import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { hashPassword, randomSecret } from '../password.ts';
import type { AccessTx } from '../ports.ts';

/**
 * Makes the account `admin` when there is no account at all.
 * @param password the password to give it; a random one if null
 * @returns the password, to be shown once, or null when accounts exist already
 */
export async function firstAdministrator(deps: Deps<AccessTx>, password: string | null): Promise<string | null> {
  const existing = await deps.store.read((tx) => tx.access.accounts());
  if (existing.length > 0) return null;
  const chosen = password ?? randomSecret(12);
  const passwordHash = await hashPassword(chosen);
  return deps.store.transact(async (tx) => {
    if ((await tx.access.accounts()).length > 0) return null;
    const id = deps.ids.next('acc');
    await tx.access.insertAccount({
      id,
      name: 'admin',
      displayName: 'Administrator',
      passwordHash,
      role: 'admin',
      createdAt: deps.clock.now(),
      disabledAt: null,
    });
    await tx.journal.append({
      actor: systemActor('access'),
      fact: 'account.created',
      subject: { kind: 'account', id },
      summary: 'The first administrator "admin" was made',
    });
    return chosen;
  });
}
