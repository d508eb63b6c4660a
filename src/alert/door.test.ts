import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deps } from '../core/transaction.ts';
import { Memory, person } from '../signal/testing/memory.ts';
import type { AlertTx } from './ports.ts';
import { alertTables } from './testing/memory.ts';
import { postAlerts } from './verbs/post-alerts.ts';

const sender = person('Prometheus', 'agent');

function setup() {
  const tables = alertTables();
  const memory = new Memory<AlertTx>(tables);
  let transactions = 0;
  let last: Promise<unknown> = Promise.resolve();
  const deps: Deps<AlertTx> = {
    ...memory.deps,
    store: {
      ...memory.deps.store,
      transact: (run) => {
        // One after the other, as the one writer does it.
        const turn = last.then(() => {
          transactions++;
          return run(memory.tx);
        });
        last = turn.catch(() => undefined);
        return turn;
      },
    },
  };
  const post = (name: string, idempotencyKey: string | null = null) =>
    postAlerts(deps, sender, { body: [{ labels: { alertname: name, severity: 'critical' } }], idempotencyKey });
  return { tables, memory, post, transactions: () => transactions };
}

test('posts that wait at the same time share a transaction, and each is answered', async () => {
  const { tables, memory, post, transactions } = setup();
  const names = Array.from({ length: 20 }, (_, n) => `A${n}`);
  const taken = await Promise.all(names.map((name) => post(name)));
  assert.equal(transactions(), 1);
  assert.deepEqual(
    taken.map(({ events, duplicate }) => [events, duplicate]),
    names.map(() => [1, false]),
  );
  assert.deepEqual(
    tables.rows.map(({ name }) => name),
    names,
  );
  // Each alert names the signal that told it, and each signal is kept.
  assert.deepEqual(
    tables.rows.map(({ causeId }) => causeId),
    taken.map(({ signalId }) => signalId),
  );
  assert.equal(tables.kept.length, 20);
  assert.equal(memory.facts().filter((fact) => fact === 'alert.fired').length, 20);
});

test('the same alert posted twice at once is one alert, and a repeated key is known within the transaction', async () => {
  const { tables, memory, post } = setup();
  const taken = await Promise.all([post('A', 'k1'), post('B'), post('A', 'k1'), post('B')]);
  assert.deepEqual(
    taken.map(({ duplicate }) => duplicate),
    [false, false, true, false],
  );
  assert.deepEqual(
    tables.rows.map(({ name, count }) => [name, count]),
    [
      ['A', 1],
      ['B', 2],
    ],
  );
  assert.equal(memory.facts().filter((fact) => fact === 'alert.fired').length, 2);
});

test('a signal that cannot be applied is kept with its row of work, and stops no other', async () => {
  const { tables, memory, post } = setup();
  const find = tables.alerts.openByFingerprints.bind(tables.alerts);
  const poison = await fingerprintOf(post, tables.rows);
  Object.assign(tables.alerts, {
    openByFingerprints: (prints: readonly string[]) => {
      if (prints.includes(poison)) throw new TypeError('this one cannot be looked for');
      return find(prints);
    },
  });
  const taken = await Promise.all([post('A'), post('poison'), post('B')]);
  assert.deepEqual(
    taken.map(({ events }) => events),
    [1, 1, 1],
  );
  assert.deepEqual(
    tables.rows.map(({ name }) => name),
    ['poison', 'A', 'B'],
  );
  assert.deepEqual(
    memory.work.filter(({ kind }) => kind === 'alert.take').map(({ payload }) => payload['signalId']),
    [taken[1]!.signalId],
  );
});

async function fingerprintOf(
  post: (name: string) => Promise<unknown>,
  rows: readonly { readonly fingerprint: string }[],
): Promise<string> {
  await post('poison');
  return rows[0]!.fingerprint;
}
