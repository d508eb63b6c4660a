/** The journal: rows are written once, sealed into one chain, and whoever changes them is found out. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { onEachDatabase, START, type Fresh, type Place } from './place.ts';
import { entry } from './sample.ts';

/** Takes the guards away, as somebody with the rights of an owner can. */
const UNGUARD: Readonly<Record<Place['name'], readonly string[]>> = {
  'SQLite in memory': [],
  'SQLite in a file': ['DROP TRIGGER journal_no_update', 'DROP TRIGGER journal_no_delete'],
  PostgreSQL: ['ALTER TABLE journal DISABLE TRIGGER ALL'],
};

onEachDatabase('journal', (place) => {
  let fresh: Fresh;
  let ids: string[];
  beforeEach(async () => {
    fresh = await place.fresh();
    ids = [];
    for (let index = 0; index < 6; index++) {
      fresh.clock.advance(1);
      const one = entry({ summary: `row ${index}`, data: { index } });
      ids.push(await fresh.store.transact((tx) => tx.journal.append(one)));
    }
  });
  afterEach(() => fresh.remove());

  const oneWriter = place.name !== 'PostgreSQL';
  const unguarded = (...statements: readonly string[]): Promise<void> =>
    fresh.tamper(...UNGUARD[place.name], ...statements);

  test('a row is read back whole, by id, incident and subject, oldest first', async () => {
    const { store } = fresh;
    const at = START - 1000;
    const actor = { kind: 'person', id: 'ada', name: 'Ada', roles: ['duty'] } as const;
    const id = await store.transact((tx) =>
      tx.journal.append(
        entry({
          actor,
          incidentId: 'inc_1',
          causeId: ids[0],
          reason: 'told so',
          data: { list: [1, { a: 'ü' }] },
          at,
          summary: 'earlier',
        }),
      ),
    );
    await store.transact((tx) => tx.journal.append(entry({ incidentId: 'inc_1', summary: 'later' })));
    await store.read(async ({ journal }) => {
      assert.deepEqual(await journal.byId(id), {
        id,
        at,
        recordedAt: START + 6,
        actorKind: 'person',
        actorId: 'ada',
        actorName: 'Ada',
        fact: 'alert.fired',
        subject: { kind: 'alert', id: 'alt_1' },
        incidentId: 'inc_1',
        causeId: ids[0],
        summary: 'earlier',
        reason: 'told so',
        data: { list: [1, { a: 'ü' }] },
        // Where there is one writer, rows are sealed as they are written; the others wait for the sealer.
        sequence: oneWriter ? 7 : null,
        hash: oneWriter ? (await journal.byId(id))!.hash : null,
      });
      assert.equal(await journal.byId('jrn_none'), null);
      assert.deepEqual(
        (await journal.ofIncident('inc_1')).map(({ summary }) => summary),
        ['earlier', 'later'],
      );
      assert.equal((await journal.ofSubject('alert', 'alt_1'))[0]?.id, id);
      assert.equal((await journal.ofSubject('ticket', 'alt_1')).length, 0);
    });
  });

  test('rows are sealed in order, each once, and the chain holds', async () => {
    const { store } = fresh;
    if (!oneWriter) {
      assert.deepEqual(await store.verifyJournal(), { ok: true, sealed: 0, head: '', unsealed: 6 });
      assert.equal(await store.sealJournal(4), 4);
      assert.equal(await store.sealJournal(4), 2);
    }
    assert.equal(await store.sealJournal(4), 0);
    const entries = await store.read((tx) => tx.journal.ofSubject('alert', 'alt_1'));
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(await store.verifyJournal(), { ok: true, sealed: 6, head: entries[5]?.hash, unsealed: 0 });
  });

  test('two instances that seal at once make one chain', async () => {
    const stores = [fresh.store, await fresh.other()];
    await fresh.store.transact(async (tx) => {
      for (let index = 0; index < 60; index++) await tx.journal.append(entry());
    });
    const sealed = await Promise.all(Array.from({ length: 8 }, (_, index) => stores[index % 2]!.sealJournal(10)));
    assert.equal(
      sealed.reduce((sum, rows) => sum + rows, 0),
      oneWriter ? 0 : 66,
    );
    const check = await fresh.store.verifyJournal();
    assert.deepEqual([check.ok, check.ok && check.sealed], [true, 66]);
  });

  // A database in memory has no second door.
  if (place.name === 'SQLite in memory') return;

  test('the database refuses to change or delete rows, sealed or not', async () => {
    await fresh.store.sealJournal(3);
    for (const id of [ids[0], ids[5]]) {
      for (const statement of [
        `UPDATE journal SET summary = 'nothing happened' WHERE id = '${id}'`,
        `UPDATE journal SET actor_name = 'somebody else' WHERE id = '${id}'`,
        `UPDATE journal SET incident_id = 'inc_9' WHERE id = '${id}'`,
        `UPDATE journal SET sequence = NULL, hash = NULL WHERE id = '${id}'`,
        `DELETE FROM journal WHERE id = '${id}'`,
      ]) {
        await assert.rejects(fresh.tamper(statement), /append-only/, statement);
      }
    }
    if (place.name === 'PostgreSQL') await assert.rejects(fresh.tamper('TRUNCATE journal'), /append-only/);
    assert.equal((await fresh.store.verifyJournal()).ok, true);
  });

  test('an edited row is named', async () => {
    await fresh.store.sealJournal(10);
    await unguarded(`UPDATE journal SET data = '{"index":7}' WHERE id = '${ids[2]}'`);
    const check = await fresh.store.verifyJournal();
    assert.ok(!check.ok);
    assert.deepEqual([check.problem, check.sequence, check.entryId], ['edited', 3, ids[2]]);
  });

  test('a deleted row is named, in the middle and at the end', async () => {
    await fresh.store.sealJournal(10);
    await unguarded(`DELETE FROM journal WHERE id = '${ids[5]}'`);
    let check = await fresh.store.verifyJournal();
    assert.ok(!check.ok);
    assert.deepEqual([check.problem, check.sequence], ['deleted', 6]);
    await fresh.tamper(`DELETE FROM journal WHERE id = '${ids[1]}'`);
    check = await fresh.store.verifyJournal();
    assert.ok(!check.ok);
    assert.deepEqual([check.problem, check.sequence], ['deleted', 2]);
  });

  test('a moved row is named', async () => {
    await fresh.store.sealJournal(10);
    await unguarded(
      `UPDATE journal SET sequence = 100 WHERE id = '${ids[2]}'`,
      `UPDATE journal SET sequence = 3 WHERE id = '${ids[3]}'`,
      `UPDATE journal SET sequence = 4 WHERE id = '${ids[2]}'`,
    );
    const check = await fresh.store.verifyJournal();
    assert.ok(!check.ok);
    assert.deepEqual([check.problem, check.sequence, check.entryId], ['moved', 3, ids[3]]);
  });

  test('an end that was rewritten with hashes that fit is found by the head', async () => {
    await fresh.store.sealJournal(10);
    await unguarded("UPDATE journal_head SET hash = 'abc'");
    const check = await fresh.store.verifyJournal();
    assert.ok(!check.ok);
    assert.equal(check.sequence, 6);
  });
});
