import { startServer, TOKEN } from '../test/support/server.ts';
import { bareConfig } from '../test/peers/bare-config.ts';
import { encodeWriteRequest } from '../src/signal/remote-write/index.ts';

/**
 * Prints whether heavy queries delay the taking of alerts: a real server, one client that asks range queries as heavy as
 * the limits allow, and one that posts an alert every 100 ms. The metrics engine has a thread of its own, so the
 * main thread's event loop and the acknowledgement of alerts must not notice.
 * Usage: node bench/paging-beside-query.ts [seconds=15] [series=300]
 */
const SECONDS = Number(process.argv[2] ?? 15);
const SERIES = Number(process.argv[3] ?? 300);
const SAMPLES = 1500;

const authorization = `Bearer ${TOKEN}`;
const server = await startServer({ config: bareConfig() });
try {
  await fill();
  const quiet = await measure(SECONDS / 3, false);
  const busy = await measure(SECONDS, true);
  for (const [name, found] of Object.entries({ 'without queries': quiet, 'beside heavy queries': busy })) {
    console.log(
      `${name}: ${found.alerts} alerts acknowledged, median ${found.median} ms, p99 ${found.p99} ms, longest ${found.longest} ms; event loop p99 ${found.loop} ms; ${found.queries} queries, ${found.queryMs} ms each`,
    );
  }
} finally {
  await server.stop();
  server.remove();
}

async function fill(): Promise<void> {
  const end = Math.floor(Date.now() / 1000) * 1000;
  const times = Array.from({ length: SAMPLES }, (_, index) => end - (SAMPLES - 1 - index) * 10_000);
  for (let from = 0; from < SERIES; from += 50) {
    const series = Array.from({ length: 50 }, (_, index) => ({
      labels: { __name__: 'load', host: String(from + index) },
      times,
      values: Float64Array.from(times, (_, k) => Math.sin(k / (from + index + 1))),
    }));
    const response = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      headers: { authorization, 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
      body: encodeWriteRequest(series) as Uint8Array<ArrayBuffer>,
    });
    if (response.status !== 204) throw new Error(`writing samples: ${response.status} ${await response.text()}`);
  }
}

async function measure(seconds: number, heavy: boolean) {
  const until = performance.now() + seconds * 1000;
  let queries = 0;
  let queryMs = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < until) {
      const end = Date.now() / 1000;
      const query = 'sum by (host) (quantile_over_time(0.9, load[30m]))';
      const began = performance.now();
      const body = new URLSearchParams({ query, start: String(end - 10_000), end: String(end), step: '2' });
      const response = await fetch(`${server.url}/api/v1/query_range`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      await response.arrayBuffer();
      queryMs += performance.now() - began;
      queries++;
    }
  };
  const asking = heavy ? ask() : null;
  const delays: number[] = [];
  while (performance.now() < until) {
    const began = performance.now();
    const response = await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname: `Bench${delays.length % 20}`, city: 'berlin' } }]),
    });
    await response.arrayBuffer();
    delays.push(performance.now() - began);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  await asking;
  const own = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text();
  const loop = Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(own)?.[1] ?? NaN) * 1000;
  delays.sort((a, b) => a - b);
  const at = (share: number): string =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))]!.toFixed(1);
  return {
    alerts: delays.length,
    median: at(0.5),
    p99: at(0.99),
    longest: at(1),
    loop: loop.toFixed(1),
    queries,
    queryMs: queries === 0 ? '-' : (queryMs / queries).toFixed(0),
  };
}
