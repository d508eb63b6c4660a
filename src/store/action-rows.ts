import type { Kysely } from 'kysely';
import type { ChainRun, Page } from '../action/nouns.ts';
import type { ActionTx } from '../action/ports.ts';
import { CHAIN, CONTACT, NOTICE, PAGE, PLAYBOOK } from './action-codecs.ts';
import { compareText } from '../core/labels.ts';
import { careRows, slaRows } from './care-rows.ts';
import { deliveryRows } from './delivery-rows.ts';
import { callRows, dutyRows, handoverRows } from './duty-rows.ts';
import type { RowOf } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { insertRow, runPrepared } from './prepared.ts';
import { writeChange } from './row-change.ts';
import type { Database } from './schema.ts';

/** Everything of the action stage. */
export function actionRows(db: Kysely<Database>, flavour: Flavour): ActionTx['actions'] {
  return {
    ...careRows(db, flavour),
    ...slaRows(db),
    ...dutyRows(db),
    ...handoverRows(db),
    ...callRows(db),
    ...chainRows(db),
    ...pageRows(db),
    ...deliveryRows(db),
    ...noticeRows(db),
    ...contactRows(db),
    ...playbookRows(db),
  };
}

type Actions = ActionTx['actions'];

function chainRows(db: Kysely<Database>): Pick<Actions, 'insertChain' | 'chain' | 'chainsOf' | 'updateChain'> {
  return {
    async insertChain(run) {
      await insertRow(db, 'chain_run', CHAIN.row(run));
    },
    async chain(id) {
      const [row] = await runPrepared<RowOf<ChainRun>>(db, 'chain', [id], () =>
        db.selectFrom('chain_run').selectAll().where('id', '=', ''),
      );
      return row ? CHAIN.noun(row) : null;
    },
    async chainsOf(incidentId) {
      const rows = await runPrepared<RowOf<ChainRun>>(db, 'chains of an incident', [incidentId], () =>
        db.selectFrom('chain_run').selectAll().where('incident_id', '=', '').orderBy('id'),
      );
      return rows.map(CHAIN.noun);
    },
    async updateChain(id, change) {
      await writeChange(db, 'chain_run', CHAIN, id, change);
    },
  };
}

function pageRows(
  db: Kysely<Database>,
): Pick<Actions, 'insertPage' | 'page' | 'pageByAcceptHash' | 'pageByReplyHash' | 'pagesOf' | 'updatePage'> {
  return {
    async insertPage(page) {
      const row = PAGE.row(page);
      const added = await runPrepared(db, 'insert page', Object.values(row), () =>
        db
          .insertInto('page')
          .values(row)
          .onConflict((conflict) => conflict.column('key').doNothing())
          .returning('id'),
      );
      return added.length > 0;
    },
    async page(id) {
      const [row] = await runPrepared<RowOf<Page>>(db, 'page', [id], () =>
        db.selectFrom('page').selectAll().where('id', '=', ''),
      );
      return row ? PAGE.noun(row) : null;
    },
    async pageByAcceptHash(hash) {
      const rows = await runPrepared<RowOf<Page>>(db, 'page by accept hash', [hash], () =>
        db.selectFrom('page').selectAll().where('accept_hash', '=', ''),
      );
      // Mostly there is one: sorting whole rows takes the database longer than finding them.
      const [row] = rows.sort((one, other) => compareText(one.id, other.id));
      return row ? PAGE.noun(row) : null;
    },
    async pageByReplyHash(hash) {
      const row = await db
        .selectFrom('page')
        .selectAll()
        .where('reply_hash', '=', hash)
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      return row ? PAGE.noun(row) : null;
    },
    async pagesOf(incidentId) {
      const rows = await runPrepared<RowOf<Page>>(db, 'pages of an incident', [incidentId], () =>
        db.selectFrom('page').selectAll().where('incident_id', '=', '').orderBy('id'),
      );
      return rows.map(PAGE.noun);
    },
    async updatePage(id, change) {
      await writeChange(db, 'page', PAGE, id, change);
    },
  };
}

function noticeRows(db: Kysely<Database>): Pick<Actions, 'insertNotice' | 'noticesOf' | 'notices'> {
  return {
    async insertNotice(notice) {
      await insertRow(db, 'member_notice', NOTICE.row(notice));
    },
    async noticesOf(incidentId) {
      const rows = await db
        .selectFrom('member_notice')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(NOTICE.noun);
    },
    async notices(since, limit) {
      const rows = await db
        .selectFrom('member_notice')
        .selectAll()
        .where('published_at', '>=', since)
        .orderBy('published_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(NOTICE.noun);
    },
  };
}

function contactRows(
  db: Kysely<Database>,
): Pick<Actions, 'insertPartnerContact' | 'partnerContact' | 'partnerContactsOf' | 'updatePartnerContact'> {
  return {
    async insertPartnerContact(contact) {
      const added = await db
        .insertInto('partner_contact')
        .values(CONTACT.row(contact))
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },
    async partnerContact(id) {
      const row = await db.selectFrom('partner_contact').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? CONTACT.noun(row) : null;
    },
    async partnerContactsOf(incidentId) {
      const rows = await db
        .selectFrom('partner_contact')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(CONTACT.noun);
    },
    async updatePartnerContact(id, change) {
      await writeChange(db, 'partner_contact', CONTACT, id, change);
    },
  };
}

function playbookRows(
  db: Kysely<Database>,
): Pick<Actions, 'insertPlaybookRun' | 'playbookRun' | 'playbookRunsOf' | 'updatePlaybookRun'> {
  return {
    async insertPlaybookRun(run) {
      await insertRow(db, 'playbook_run', PLAYBOOK.row(run));
    },
    async playbookRun(id) {
      const row = await db.selectFrom('playbook_run').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? PLAYBOOK.noun(row) : null;
    },
    async playbookRunsOf(incidentId) {
      const rows = await db
        .selectFrom('playbook_run')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(PLAYBOOK.noun);
    },
    async updatePlaybookRun(id, change) {
      await writeChange(db, 'playbook_run', PLAYBOOK, id, change);
    },
  };
}
