/** PostgreSQL behind a line that breaks at the worst moment: before, or right after the commit reached it. */
import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Fault } from '../../src/core/fault.ts';
import { idSource } from '../../src/core/id.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { dropSchema, POSTGRES_URL, skipPostgres, START } from './place.ts';
import { heartbeat } from './sample.ts';

/** What the line does when it sees a commit: pass it, swallow it and break, or pass it and break before the answer. */
type Mood = 'pass' | 'break-before' | 'break-after';

function isUnavailable(words: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof Fault && error.code === 'unavailable' && error.retryable && words.test(error.message);
}

describe('a connection that breaks', { skip: skipPostgres }, () => {
  const schema = `contract_loss_${process.pid}`;
  const sockets = new Set<Socket>();
  let mood: Mood = 'pass';
  let line: Server;
  let store: Store;

  before(async () => {
    const target = new URL(POSTGRES_URL);
    line = createServer((near) => {
      const far = connect(Number(target.port || 5432), target.hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      let cut = false;
      near.on('data', (bytes) => {
        const commits = /\bCOMMIT\b/.test(bytes.toString('latin1'));
        if (commits && mood === 'break-before') near.destroy();
        else {
          cut = commits && mood === 'break-after';
          far.write(bytes);
        }
      });
      far.on('data', (bytes) => {
        if (cut) near.destroy();
        else near.write(bytes);
      });
    });
    await new Promise<void>((resolve) => {
      line.listen(0, '127.0.0.1', resolve);
    });
    const near = new URL(POSTGRES_URL);
    near.hostname = '127.0.0.1';
    near.port = String((line.address() as AddressInfo).port);
    store = await openStore({
      postgres: { url: near.href, schema },
      clock: { now: () => START },
      ids: idSource(() => START, Math.random),
      subscriptions: {},
      instance: 'far away',
    });
  });
  after(async () => {
    mood = 'pass';
    await store.close();
    for (const socket of sockets) socket.destroy();
    line.close();
    await dropSchema(schema);
  });

  const save = (id: string): Promise<string> => {
    let hinted = 'no hint';
    return store
      .transact(async (tx) => {
        tx.afterCommit(() => {
          hinted = 'hint';
        });
        await tx.signals.saveHeartbeat(heartbeat(id));
      })
      .then(
        () => hinted,
        (error: unknown) => {
          assert.equal(hinted, 'no hint');
          throw error;
        },
      );
  };
  const stored = async (id: string): Promise<boolean> => (await store.read((tx) => tx.signals.heartbeat(id))) !== null;

  test('during the commit: the caller is told that it is not known, and the next one is served', async () => {
    mood = 'break-after';
    await assert.rejects(save('after'), isUnavailable(/may or may not be stored/));
    mood = 'break-before';
    await assert.rejects(save('before'), isUnavailable(/may or may not be stored/));
    mood = 'pass';
    assert.equal(await stored('after'), true);
    assert.equal(await stored('before'), false);
    assert.equal(await save('next'), 'hint');
  });

  test('before the commit: it is run once more, and its hints once', async () => {
    let tries = 0;
    let hints = 0;
    await store.transact(async (tx) => {
      tries++;
      tx.afterCommit(() => hints++);
      await tx.signals.saveHeartbeat(heartbeat(`try ${tries}`));
      if (tries === 1) for (const socket of sockets) socket.destroy();
      await tx.signals.saveHeartbeat(heartbeat('within'));
    });
    assert.deepEqual([tries, hints], [2, 1]);
    assert.deepEqual([await stored('try 1'), await stored('within')], [false, true]);
    await assert.rejects(
      store.transact(async (tx) => {
        for (const socket of sockets) socket.destroy();
        await tx.signals.saveHeartbeat(heartbeat('never'));
      }),
      isUnavailable(/^The database is not available/),
    );
    assert.equal(await stored('never'), false);
  });

  test('while nothing is under way: nobody notices', async () => {
    for (const socket of sockets) socket.destroy();
    assert.equal(await save('idle'), 'hint');
  });

  test('a server that is not there', async () => {
    await assert.rejects(
      openStore({
        postgres: { url: 'postgres://postgres@127.0.0.1:1/test' },
        clock: { now: () => START },
        ids: idSource(() => START, Math.random),
        subscriptions: {},
        instance: 'nowhere',
      }),
      isUnavailable(/^The PostgreSQL at postgres:\/\/postgres@127\.0\.0\.1:1\/test/),
    );
  });
});
