/** Transactions: all or nothing, answered when durable, parallel ones do not lose each other's writes. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { fromOutside, onEachDatabase, type Fresh } from './place.ts';
import * as sample from './sample.ts';

onEachDatabase('transactions', (place) => {
  let fresh: Fresh;
  beforeEach(async () => {
    fresh = await place.fresh();
  });
  afterEach(() => fresh.remove());

  test('all of it or nothing, and one that fails takes no other with it', async () => {
    const { store } = fresh;
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        store.transact(async (tx) => {
          await tx.signals.saveHeartbeat(sample.heartbeat(`hb${index}`));
          await tx.signals.insertObservation(sample.observation(`obs_${index}`));
          if (index % 3 === 0) throw new Error(`refused ${index}`);
          return index;
        }),
      ),
    );
    const kept = results.flatMap((result, index) => (result.status === 'fulfilled' ? [`obs_${index}`] : []));
    assert.equal(kept.length, 13);
    await store.read(async (tx) => {
      assert.equal((await tx.signals.heartbeats()).length, kept.length);
      assert.deepEqual((await tx.signals.observations({})).map(({ id }) => id).sort(), kept.sort());
    });
  });

  test('a statement that fails leaves the connection usable', async () => {
    const { store } = fresh;
    const twice = (): Promise<void> =>
      store.transact(async (tx) => {
        await tx.access.insertAccount(sample.account('acc_1', 'ada'));
      });
    await twice();
    await assert.rejects(twice());
    await store.transact((tx) => tx.access.insertAccount(sample.account('acc_2', 'bob')));
    assert.equal((await store.read((tx) => tx.access.accounts())).length, 2);
  });

  test('hints run once, after the commit, and not after a failure', async () => {
    const { store } = fresh;
    const told: string[] = [];
    await store.transact((tx) => {
      tx.afterCommit(() => told.push('one'));
      tx.afterCommit(() => {
        throw new Error('a hint that breaks');
      });
      tx.afterCommit(() => told.push('two'));
      assert.deepEqual(told, []);
      return Promise.resolve();
    });
    assert.deepEqual(told, ['one', 'two']);
    await assert.rejects(
      store.transact((tx) => {
        tx.afterCommit(() => told.push('never'));
        return Promise.reject(new Error('no'));
      }),
    );
    assert.deepEqual(told, ['one', 'two']);
  });

  test('numbers drawn at the same time are all different and without gaps', async () => {
    const other = await fresh.other();
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 ? fresh.store : other).transact((tx) => tx.incidents.nextNumber()),
      ),
    );
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
  });

  test('an alert received by two instances at once is one row that counted both', async () => {
    const stores = [fresh.store, await fresh.other()];
    let tries = 0;
    let hints = 0;
    const receive = (index: number): Promise<void> =>
      stores[index % 2]!.transact(async (tx) => {
        tries++;
        tx.afterCommit(() => hints++);
        const open = await tx.alerts.openByFingerprint('same');
        if (open) await tx.alerts.update(open.id, { count: open.count + 1 });
        else await tx.alerts.insert(sample.alert(`alt_${index}`, { fingerprint: 'same', count: 1 }));
      });
    await Promise.all(Array.from({ length: 16 }, (_, index) => receive(index)));
    const { items } = await fresh.store.read((tx) => tx.alerts.list({}));
    assert.deepEqual(
      items.map(({ count }) => count),
      [16],
    );
    assert.ok(tries >= 16);
    assert.equal(hints, 16, 'a try that was rolled back leaves no hint');
  });

  test('correlation is one at a time', async () => {
    const stores = [fresh.store, await fresh.other()];
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        stores[index % 2]!.transact(async (tx) => {
          await tx.incidents.lockCorrelation();
          const live = await tx.incidents.live();
          if (live.length > 0) return;
          await tx.incidents.insert(sample.incident(`inc_${index}`, await tx.incidents.nextNumber()));
        }),
      ),
    );
    assert.equal((await fresh.store.read((tx) => tx.incidents.live())).length, 1);
  });

  test('of two changes based on the same version one is refused', async () => {
    const stores = [fresh.store, await fresh.other()];
    await fresh.store.transact((tx) => tx.incidents.insert(sample.incident('inc_1', 1)));
    const won = await Promise.all(
      stores.map((store, index) => store.transact((tx) => tx.incidents.update('inc_1', 1, { title: `by ${index}` }))),
    );
    assert.equal(won.filter(Boolean).length, 1);
  });

  test('two that wait for each other are both done in the end', async () => {
    const stores = [fresh.store, await fresh.other()];
    await fresh.store.transact(async (tx) => {
      await tx.alerts.insert(sample.alert('alt_1', { fingerprint: 'one', count: 0 }));
      await tx.alerts.insert(sample.alert('alt_2', { fingerprint: 'two', count: 0 }));
    });
    const raise = (order: readonly string[]) => async (index: number) =>
      stores[index]!.transact(async (tx) => {
        for (const fingerprint of order) {
          const open = await tx.alerts.openByFingerprint(fingerprint);
          await tx.alerts.update(open!.id, { count: open!.count + 1 });
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      });
    await Promise.all([raise(['one', 'two'])(0), raise(['two', 'one'])(1)]);
    const { items } = await fresh.store.read((tx) => tx.alerts.list({}));
    assert.deepEqual(
      items.map(({ count }) => count),
      [2, 2],
    );
  });

  test('a write that nobody waits for fails its transaction, by its own reason', async () => {
    const { store } = fresh;
    await store.transact((tx) => tx.alerts.insert(sample.alert('alr_1')));
    const twice = store.transact(async (tx) => {
      await tx.alerts.insert(sample.alert('alr_2'));
      await tx.alerts.insert(sample.alert('alr_1'));
      await tx.alerts.insert(sample.alert('alr_3'));
    });
    await assert.rejects(twice, /unique/i);
    const looking = store.transact(async (tx) => {
      await tx.alerts.insert(sample.alert('alr_1'));
      await tx.alerts.byId('alr_1');
    });
    await assert.rejects(looking, /unique/i);
    const alerts = await store.read((tx) => tx.alerts.byIds(['alr_1', 'alr_2', 'alr_3']));
    assert.deepEqual(
      alerts.map(({ id }) => id),
      ['alr_1'],
    );
  });

  test('many rows in one statement are the rows that they are one by one', async () => {
    const { store } = fresh;
    const words = 'a \u0000 half \ud800 of "both" \\ \u{1f6b2}';
    const made = [Infinity, -Infinity, 1.5, null].map((value, index) =>
      sample.alert(`alr_${index}`, { value, name: words, labels: { words }, fingerprint: `f${index}` }),
    );
    await store.transact((tx) => tx.alerts.insertAll(made));
    await store.transact((tx) => tx.alerts.insert({ ...made[0]!, id: 'alr_alone', fingerprint: 'alone' }));
    const stored = await store.read((tx) => tx.alerts.byIds(made.map(({ id }) => id)));
    const alone = await store.read((tx) => tx.alerts.byId('alr_alone'));
    assert.deepEqual(
      stored.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ value }) => value),
      [Infinity, -Infinity, 1.5, null],
    );
    const { id: _, fingerprint: __, ...one } = alone!;
    const { id: ___, fingerprint: ____, ...many } = stored.find(({ id }) => id === 'alr_0')!;
    assert.deepEqual(many, one);
  });

  test('a reading sees one state and writes nothing', async () => {
    const { store } = fresh;
    if (place.name !== 'SQLite in memory') {
      const seen = await store.read(async (tx) => {
        const before = (await tx.signals.heartbeats()).length;
        await fromOutside(() => store.transact((other) => other.signals.saveHeartbeat(sample.heartbeat('hb'))));
        return [before, (await tx.signals.heartbeats()).length];
      });
      assert.deepEqual(seen, [0, 0]);
      assert.equal((await store.read((tx) => tx.signals.heartbeats())).length, 1);
    }
    await assert.rejects(
      store.read((tx) => tx.signals.saveHeartbeat(sample.heartbeat('no'))),
      /read-?only/i,
    );
    assert.equal(await store.read((tx) => tx.signals.heartbeat('no')), null);
    await assert.rejects(
      store.read((tx) => tx.alerts.insert(sample.alert('alr_no'))),
      /read-?only/i,
    );
    await store.transact((tx) => tx.signals.saveHeartbeat(sample.heartbeat('yes')));
  });

  test('a transaction inside a transaction is refused instead of waiting for itself', async () => {
    const { store } = fresh;
    await assert.rejects(
      store.transact(() => store.transact(() => Promise.resolve())),
      /inside a transaction/,
    );
    await assert.rejects(
      store.read(() => store.read(() => Promise.resolve())),
      /inside a transaction/,
    );
    await store.transact(() => Promise.resolve());
  });

  test('what one instance was answered another one reads; a database of a newer program is refused', async () => {
    const { store } = fresh;
    await store.transact((tx) => tx.signals.insert(sample.signal('sig_1')));
    const other = await fresh.other();
    assert.ok(await other.read((tx) => tx.signals.byId('sig_1')));
    if (place.name !== 'PostgreSQL') return;
    await fresh.tamper("INSERT INTO schema_version (version, name, applied_at) VALUES (99, 'future', 0)");
    await assert.rejects(fresh.other(), /schema version 99; this program knows versions up to \d+\b/);
  });

  test('an instance of the version before works, and is started again, on a schema that only grew', async () => {
    if (place.name !== 'PostgreSQL') return;
    const { store } = fresh;
    // So often that the server keeps the statement, which names the columns there are.
    for (let n = 0; n < 5; n++) assert.equal(await store.read((tx) => tx.alerts.byId('alr_1')), null);
    // What a newer program does at its start, while this one runs.
    await fresh.tamper('ALTER TABLE alert ADD COLUMN future text; ALTER TABLE work ADD COLUMN later bigint DEFAULT 0');
    await fresh.tamper("INSERT INTO schema_version (version, name, applied_at) VALUES (99, 'future', 0)");
    await fresh.tamper(`UPDATE setting SET value = '{"version":99,"worksFrom":1}' WHERE name = 'schema-compatibility'`);
    await store.transact((tx) => tx.alerts.insert(sample.alert('alr_1')));
    assert.equal((await store.read((tx) => tx.alerts.byId('alr_1')))?.id, 'alr_1');
    const other = await fresh.other();
    await other.transact((tx) => tx.work.enqueue({ kind: 'page.send', key: 'a', payload: {} }));
    const [item] = await store.claim({ kinds: ['page.send'], limit: 1, leaseMs: 1000, now: fresh.clock.now() });
    assert.equal(item?.key, 'a');
    assert.equal((await other.read((tx) => tx.alerts.byId('alr_1')))?.id, 'alr_1');
    await fresh.tamper(
      `UPDATE setting SET value = '{"version":99,"worksFrom":99}' WHERE name = 'schema-compatibility'`,
    );
    await assert.rejects(fresh.other(), /schema version 99/);
  });
});
