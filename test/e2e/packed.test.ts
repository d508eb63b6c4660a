import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeWriteRequest } from '../../src/signal/remote-write/index.ts';
import { bareConfig } from '../peers/bare-config.ts';
import { startServer, TOKEN, type TestServer } from '../support/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the packed program', () => {
  let server: TestServer;
  before(async () => {
    execFileSync(process.execPath, ['scripts/pack.mjs'], { cwd: root });
    server = await startServer({ config: bareConfig(), deployed: true });
  });
  after(async () => {
    await server.stop();
    server.remove();
    // What stays would be run in place of sources that are changed within the same instant.
    rmSync(`${root}/dist`, { recursive: true, force: true });
  });

  it('takes samples, answers a heavy query in its thread, and makes a backup', async () => {
    const end = Math.floor(Date.now() / 1000) * 1000;
    const times = Array.from({ length: 1500 }, (_, index) => end - (1499 - index) * 10_000);
    const series = Array.from({ length: 40 }, (_, index) => ({
      labels: { __name__: 'load', host: String(index) },
      times,
      values: Float64Array.from(times, (_, k) => k),
    }));
    const written = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
      },
      body: new Uint8Array(encodeWriteRequest(series)),
    });
    assert.equal(written.status, 204);
    const heavy = `count(sum_over_time(load[1h]))&start=${end / 1000 - 10_000}&end=${end / 1000}&step=1`;
    const answer = await server.ask<{ data: { result: { values: [number, string][] }[] } }>(
      'GET',
      `/api/v1/query_range?query=${heavy}`,
    );
    assert.deepEqual(answer.data.result[0]!.values.at(-1), [end / 1000, '40']);
    assert.match(server.log(), /^(?!.*ERR_)/s);
    const program = [`${root}/bin/main.mjs`, 'backup', `${server.directory}/copy`];
    const places = ['--config', `${server.directory}/lamplighter.yaml`, '--data', `${server.directory}/data`];
    execFileSync(process.execPath, [...program, ...places]);
  });
});
