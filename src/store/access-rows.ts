import type { Account, Session, Token } from '../access/account.ts';
import type { AccessTx } from '../access/ports.ts';
import { codec } from './codec.ts';
import type { TxContext } from './context.ts';
import type { Schema } from './schema.ts';

const accounts = codec<Account, Schema['account']>([]);
const sessions = codec<Session, Schema['session']>([]);
const tokens = codec<Token, Schema['token']>(['scopes']);

export function accessRows({ db }: TxContext): AccessTx['access'] {
  return {
    async accountByName(name) {
      const row = await db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
      return row ? accounts.fromRow(row) : null;
    },
    async accountById(id) {
      const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? accounts.fromRow(row) : null;
    },
    async accounts() {
      return (await db.selectFrom('account').selectAll().orderBy('name').execute()).map(accounts.fromRow);
    },
    async insertAccount(account) {
      await db.insertInto('account').values(accounts.toRow(account)).execute();
    },
    async updateAccount(id, change) {
      await db.updateTable('account').set(accounts.toPart(change)).where('id', '=', id).execute();
    },
    async insertSession(session) {
      await db.insertInto('session').values(sessions.toRow(session)).execute();
    },
    async sessionByHash(secretHash) {
      const row = await db.selectFrom('session').selectAll().where('secretHash', '=', secretHash).executeTakeFirst();
      return row ? sessions.fromRow(row) : null;
    },
    async touchSession(id, lastSeenAt, expiresAt) {
      await db.updateTable('session').set({ lastSeenAt, expiresAt }).where('id', '=', id).execute();
    },
    async deleteSession(id) {
      await db.deleteFrom('session').where('id', '=', id).execute();
    },
    async deleteSessionsOf(accountId) {
      await db.deleteFrom('session').where('accountId', '=', accountId).execute();
    },
    async insertToken(token) {
      await db.insertInto('token').values(tokens.toRow(token)).execute();
    },
    async tokenByHash(secretHash) {
      const row = await db.selectFrom('token').selectAll().where('secretHash', '=', secretHash).executeTakeFirst();
      return row ? tokens.fromRow(row) : null;
    },
    async tokens() {
      return (await db.selectFrom('token').selectAll().orderBy('id', 'desc').execute()).map(tokens.fromRow);
    },
    async touchToken(id, lastUsedAt) {
      await db.updateTable('token').set({ lastUsedAt }).where('id', '=', id).execute();
    },
    async revokeToken(id, revokedAt) {
      const done = await db
        .updateTable('token')
        .set({ revokedAt })
        .where('id', '=', id)
        .where('revokedAt', 'is', null)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
  };
}
