import type { Actor, Role } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Account } from '../account.ts';
import { hashPassword } from '../password.ts';
import type { AccessTx } from '../ports.ts';

export interface AccountInput {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly password: string;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Makes an account, or gives the one of that name a new password and role (its sessions end).
 * @throws Fault `forbidden`, `bad_request`
 */
export async function saveAccount(deps: Deps<AccessTx>, actor: Actor, input: AccountInput): Promise<Account> {
  permit(actor, 'access.manage');
  if (!NAME.test(input.name)) {
    throw new Fault('bad_request', {
      what: `"${input.name}" cannot be an account's name. Use lower-case letters, digits, ".", "_" or "-".`,
    });
  }
  if (input.password.length < 12)
    throw new Fault('bad_request', { what: 'The password is too short. Use at least 12 characters.' });
  const passwordHash = await hashPassword(input.password);
  return deps.store.transact(async (tx) => {
    const known = await tx.access.accountByName(input.name);
    const account: Account = {
      id: known?.id ?? deps.ids.next('acc'),
      name: input.name,
      displayName: input.displayName,
      passwordHash,
      role: input.role,
      createdAt: known?.createdAt ?? deps.clock.now(),
      disabledAt: null,
    };
    if (known) {
      await tx.access.updateAccount(known.id, {
        passwordHash,
        role: input.role,
        displayName: input.displayName,
        disabledAt: null,
      });
      await tx.access.deleteSessionsOf(known.id);
    } else await tx.access.insertAccount(account);
    await tx.journal.append({
      actor,
      fact: known ? 'account.changed' : 'account.created',
      subject: { kind: 'account', id: account.id },
      summary: `${actor.name} ${known ? 'changed' : 'made'} the account "${input.name}" (${input.role})`,
    });
    return account;
  });
}
