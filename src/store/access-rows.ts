import type { Kysely } from 'kysely';
import type { Account, Session, Token } from '../access/account.ts';
import type { AccessTx } from '../access/ports.ts';
import { codec } from './codec.ts';
import { writeChange } from './row-change.ts';
import { insertRow } from './prepared.ts';
import type { Database } from './schema.ts';

const ACCOUNT = codec<Account>({
  id: 'text',
  name: 'text',
  displayName: 'text',
  passwordHash: 'text',
  role: 'text',
  createdAt: 'whole',
  disabledAt: 'whole',
});
const SESSION = codec<Session>({
  id: 'text',
  accountId: 'text',
  secretHash: 'text',
  createdAt: 'whole',
  expiresAt: 'whole',
  lastSeenAt: 'whole',
});
const TOKEN = codec<Token>({
  id: 'text',
  name: 'text',
  role: 'text',
  scopes: 'json',
  secretHash: 'text',
  createdBy: 'text',
  createdAt: 'whole',
  expiresAt: 'whole',
  lastUsedAt: 'whole',
  revokedAt: 'whole',
});

/** Accounts, sessions and tokens. */
export function accessRows(db: Kysely<Database>): AccessTx['access'] {
  const account = async (column: 'id' | 'name', value: string): Promise<Account | null> => {
    const row = await db.selectFrom('account').selectAll().where(column, '=', value).executeTakeFirst();
    return row ? ACCOUNT.noun(row) : null;
  };
  return {
    accountByName: (name) => account('name', name),
    accountById: (id) => account('id', id),
    async accounts() {
      return (await db.selectFrom('account').selectAll().orderBy('name').execute()).map(ACCOUNT.noun);
    },
    async insertAccount(noun) {
      await insertRow(db, 'account', ACCOUNT.row(noun));
    },
    async updateAccount(id, change) {
      await writeChange(db, 'account', ACCOUNT, id, change);
    },
    async insertSession(noun) {
      await insertRow(db, 'session', SESSION.row(noun));
    },
    async sessionByHash(secretHash) {
      const row = await db.selectFrom('session').selectAll().where('secret_hash', '=', secretHash).executeTakeFirst();
      return row ? SESSION.noun(row) : null;
    },
    async touchSession(id, lastSeenAt, expiresAt) {
      await writeChange(db, 'session', SESSION, id, { lastSeenAt, expiresAt });
    },
    async deleteSession(id) {
      await db.deleteFrom('session').where('id', '=', id).execute();
    },
    async deleteSessionsOf(accountId) {
      await db.deleteFrom('session').where('account_id', '=', accountId).execute();
    },
    async insertToken(noun) {
      await insertRow(db, 'token', TOKEN.row(noun));
    },
    async tokenByHash(secretHash) {
      const row = await db.selectFrom('token').selectAll().where('secret_hash', '=', secretHash).executeTakeFirst();
      return row ? TOKEN.noun(row) : null;
    },
    async tokens() {
      return (await db.selectFrom('token').selectAll().orderBy('id').execute()).map(TOKEN.noun);
    },
    async touchToken(id, lastUsedAt) {
      await writeChange(db, 'token', TOKEN, id, { lastUsedAt });
    },
    async revokeToken(id, revokedAt) {
      const result = await db
        .updateTable('token')
        .set({ revoked_at: revokedAt })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async setting(name, value) {
      await db
        .insertInto('setting')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      const kept = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirstOrThrow();
      return kept.value;
    },
  };
}
