/** A process that opens the data directory named by its argument, says so, and stays. */
import { idSource } from '../../src/core/id.ts';
import { openStore } from '../../src/store/index.ts';

const store = await openStore({
  sqlite: { directory: process.argv[2]! },
  clock: { now: () => 0 },
  ids: idSource(() => 0, Math.random),
  subscriptions: {},
  instance: 'holder',
});
await store.transact((tx) =>
  tx.signals.saveHeartbeat({
    id: 'hb',
    title: 'written by the holder',
    every: 1,
    cron: null,
    zone: 'UTC',
    grace: 1,
    runtime: null,
    watchedSince: null,
    labels: {},
    state: 'waiting',
    lastSeenAt: null,
    startedAt: null,
    lastRuntime: null,
    lastExit: null,
  }),
);
process.stdout.write('open\n');
setInterval(() => undefined, 1000);
