import type { ChainRun, DutyOverride, MemberNotice, Page, PartnerContact, PlaybookRun } from '../action/nouns.ts';
import type { ActionTx } from '../action/ports.ts';
import { codec } from './codec.ts';
import type { TxContext } from './context.ts';
import type { Schema } from './schema.ts';

const overrides = codec<DutyOverride, Schema['dutyOverride']>([]);
const chains = codec<ChainRun, Schema['chainRun']>(['snapshot']);
const pages = codec<Page, Schema['page']>([]);
const notices = codec<MemberNotice, Schema['memberNotice']>(['title', 'body', 'agentWord', 'functions', 'cities']);
const contacts = codec<PartnerContact, Schema['partnerContact']>([]);
const runs = codec<PlaybookRun, Schema['playbookRun']>(['results']);

export function actionRows(context: TxContext): ActionTx['actions'] {
  return { ...dutyAndChainRows(context), ...pageRows(context), ...noticeRows(context), ...playbookRows(context) };
}

type Actions = ActionTx['actions'];

function dutyAndChainRows({
  db,
}: TxContext): Pick<
  Actions,
  'insertOverride' | 'cancelOverride' | 'overrides' | 'insertChain' | 'chain' | 'chainsOf' | 'updateChain'
> {
  return {
    async insertOverride(override) {
      await db.insertInto('dutyOverride').values(overrides.toRow(override)).execute();
    },
    async cancelOverride(id, at) {
      const done = await db
        .updateTable('dutyOverride')
        .set({ cancelledAt: at })
        .where('id', '=', id)
        .where('cancelledAt', 'is', null)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
    async overrides(endingAfter) {
      const rows = await db
        .selectFrom('dutyOverride')
        .selectAll()
        .where('cancelledAt', 'is', null)
        .where('endsAt', '>', endingAfter)
        .orderBy('id')
        .execute();
      return rows.map(overrides.fromRow);
    },
    async insertChain(run) {
      await db.insertInto('chainRun').values(chains.toRow(run)).execute();
    },
    async chain(id) {
      const row = await db.selectFrom('chainRun').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? chains.fromRow(row) : null;
    },
    async chainsOf(incidentId) {
      return (
        await db.selectFrom('chainRun').selectAll().where('incidentId', '=', incidentId).orderBy('id').execute()
      ).map(chains.fromRow);
    },
    async updateChain(id, change) {
      await db.updateTable('chainRun').set(chains.toPart(change)).where('id', '=', id).execute();
    },
  };
}

function pageRows({
  db,
}: TxContext): Pick<Actions, 'insertPage' | 'page' | 'pageByAcceptHash' | 'pagesOf' | 'updatePage'> {
  return {
    async insertPage(page) {
      const done = await db
        .insertInto('page')
        .values(pages.toRow(page))
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async page(id) {
      const row = await db.selectFrom('page').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? pages.fromRow(row) : null;
    },
    async pageByAcceptHash(hash) {
      const row = await db.selectFrom('page').selectAll().where('acceptHash', '=', hash).executeTakeFirst();
      return row ? pages.fromRow(row) : null;
    },
    async pagesOf(incidentId) {
      return (await db.selectFrom('page').selectAll().where('incidentId', '=', incidentId).orderBy('id').execute()).map(
        pages.fromRow,
      );
    },
    async updatePage(id, change) {
      await db.updateTable('page').set(pages.toPart(change)).where('id', '=', id).execute();
    },
  };
}

function noticeRows({
  db,
}: TxContext): Pick<
  Actions,
  | 'insertNotice'
  | 'noticesOf'
  | 'notices'
  | 'insertPartnerContact'
  | 'partnerContact'
  | 'partnerContactsOf'
  | 'updatePartnerContact'
> {
  return {
    async insertNotice(notice) {
      await db.insertInto('memberNotice').values(notices.toRow(notice)).execute();
    },
    async noticesOf(incidentId) {
      return (
        await db.selectFrom('memberNotice').selectAll().where('incidentId', '=', incidentId).orderBy('id').execute()
      ).map(notices.fromRow);
    },
    async notices(since, limit) {
      const rows = await db
        .selectFrom('memberNotice')
        .selectAll()
        .where('publishedAt', '>=', since)
        .orderBy('publishedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(notices.fromRow);
    },
    async insertPartnerContact(contact) {
      const done = await db
        .insertInto('partnerContact')
        .values(contacts.toRow(contact))
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async partnerContact(id) {
      const row = await db.selectFrom('partnerContact').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? contacts.fromRow(row) : null;
    },
    async partnerContactsOf(incidentId) {
      return (
        await db.selectFrom('partnerContact').selectAll().where('incidentId', '=', incidentId).orderBy('id').execute()
      ).map(contacts.fromRow);
    },
    async updatePartnerContact(id, change) {
      await db.updateTable('partnerContact').set(contacts.toPart(change)).where('id', '=', id).execute();
    },
  };
}

function playbookRows({
  db,
}: TxContext): Pick<Actions, 'insertPlaybookRun' | 'playbookRun' | 'playbookRunsOf' | 'updatePlaybookRun'> {
  return {
    async insertPlaybookRun(run) {
      await db.insertInto('playbookRun').values(runs.toRow(run)).execute();
    },
    async playbookRun(id) {
      const row = await db.selectFrom('playbookRun').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? runs.fromRow(row) : null;
    },
    async playbookRunsOf(incidentId) {
      return (
        await db.selectFrom('playbookRun').selectAll().where('incidentId', '=', incidentId).orderBy('id').execute()
      ).map(runs.fromRow);
    },
    async updatePlaybookRun(id, change) {
      await db.updateTable('playbookRun').set(runs.toPart(change)).where('id', '=', id).execute();
    },
  };
}
