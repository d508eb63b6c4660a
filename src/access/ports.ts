import type { CoreTx } from '../core/transaction.ts';
import type { Account, Session, Token } from './account.ts';

export interface AccessTx extends CoreTx {
  readonly access: {
    accountByName(name: string): Promise<Account | null>;
    accountById(id: string): Promise<Account | null>;
    accounts(): Promise<Account[]>;
    insertAccount(account: Account): Promise<void>;
    updateAccount(
      id: string,
      change: Partial<Pick<Account, 'passwordHash' | 'role' | 'disabledAt' | 'displayName'>>,
    ): Promise<void>;
    insertSession(session: Session): Promise<void>;
    sessionByHash(secretHash: string): Promise<Session | null>;
    touchSession(id: string, lastSeenAt: number, expiresAt: number): Promise<void>;
    deleteSession(id: string): Promise<void>;
    deleteSessionsOf(accountId: string): Promise<void>;
    insertToken(token: Token): Promise<void>;
    tokenByHash(secretHash: string): Promise<Token | null>;
    tokens(): Promise<Token[]>;
    touchToken(id: string, lastUsedAt: number): Promise<void>;
    revokeToken(id: string, revokedAt: number): Promise<boolean>;
    /** Keeps a value of the program itself unless there is one of that name; returns the one that is kept. */
    setting(name: string, value: string): Promise<string>;
  };
}
