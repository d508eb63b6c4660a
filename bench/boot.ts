/**
 * How long a start takes until `/-/ready` on a database that holds much: open alerts, rows of the journal, and rows of work
 * that are due later; and how long the main thread is held up in the first half minute after it.
 * Usage: node bench/boot.ts [--work 1000000] [--alerts 20000]
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemActor } from '../src/core/actor.ts';
import { idSource } from '../src/core/id.ts';
import { openStore, type Tx } from '../src/store/index.ts';
import { alert } from '../test/contract/sample.ts';
import { bareConfig } from '../test/peers/bare-config.ts';
import { pause, startServer } from '../test/support/server.ts';
import { cpuSeconds, memoryOf } from './intake/subject.ts';

const { values } = parseArgs({
  options: { work: { type: 'string', default: '1000000' }, alerts: { type: 'string', default: '20000' } },
});
const WORK = Number(values.work);
const ALERTS = Number(values.alerts);
const AT_ONCE = 2000;
const DAY = 86_400_000;
/** How long the running server is watched, ms. */
const WATCHED = 30_000;

/** Writes the rows of a long storm: each alert with its fact, and work of all kinds that is due within the next days. */
async function fill(directory: string): Promise<void> {
  const clock = { now: () => Date.now() };
  const ids = idSource(() => clock.now(), Math.random);
  const store = await openStore({ sqlite: { directory }, clock, ids, subscriptions: {}, instance: 'fill' });
  const now = clock.now();
  const inBatches = async (count: number, write: (tx: Tx, from: number, to: number) => Promise<void>) => {
    for (let at = 0; at < count; at += AT_ONCE) {
      await store.transact((tx) => write(tx, at, Math.min(count, at + AT_ONCE)));
    }
  };
  await inBatches(ALERTS, async (tx, from, to) => {
    const made = Array.from({ length: to - from }, (_, index) =>
      alert(ids.next('alr'), {
        source: 'alertmanager',
        fingerprint: `f${from + index}`,
        incidentId: null,
        expiresAt: now + DAY,
      }),
    );
    await tx.alerts.insertAll(made);
    const actor = systemActor('alert');
    await tx.journal.appendAll(
      made.map(({ id }) => ({ actor, fact: 'alert.seen', subject: { kind: 'alert', id }, summary: 'filled' })),
    );
  });
  const kinds = ['incident.settle', 'chain.step', 'page.send', 'alert.remind', 'ticket.note', 'duty.remind'];
  await inBatches(WORK, async (tx, from, to) => {
    for (let n = from; n < to; n++) {
      const kind = kinds[n % kinds.length]!;
      await tx.work.enqueue({ kind, key: `k${n}`, dueAt: now + DAY + n, priority: n % 6, payload: { n } });
    }
  });
  await store.close();
}

async function measured(what: string, directory: string): Promise<void> {
  const began = performance.now();
  const server = await startServer({ config: bareConfig(), directory });
  const ready = performance.now() - began;
  const cpu = cpuSeconds(server.child.pid!);
  let longest = 0;
  let asked = 0;
  const end = performance.now() + WATCHED;
  while (performance.now() < end) {
    const sent = performance.now();
    await fetch(`${server.url}/-/healthy`);
    longest = Math.max(longest, performance.now() - sent);
    asked++;
    await pause(20);
  }
  const spent = ((cpuSeconds(server.child.pid!) - cpu) / WATCHED) * 1e5;
  console.log(
    `| ${what} | ${(ready / 1000).toFixed(1)} s | ${longest.toFixed(0)} ms of ${asked} | ${spent.toFixed(0)} % | ${memoryOf(server.child.pid!).toFixed(0)} MB |`,
  );
  await server.stop();
}

const directory = mkdtempSync(join(tmpdir(), 'lamplighter-boot-'));
try {
  console.log(
    '| database | ready after | longest answer of the next 30 s | CPU at rest | memory |\n|---|---|---|---|---|',
  );
  mkdirSync(join(directory, 'empty'));
  await measured('empty', join(directory, 'empty'));
  const full = join(directory, 'full');
  mkdirSync(join(full, 'data'), { recursive: true });
  await fill(join(full, 'data'));
  const size = statSync(join(full, 'data', 'ops.sqlite')).size / 1e6;
  const much = `${WORK.toLocaleString('en')} rows of work and ${ALERTS.toLocaleString('en')} open alerts (${size.toFixed(0)} MB)`;
  await measured(much, full);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
