import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, pause, startServer } from '../support/server.ts';
import { figure } from './support/figure.ts';
import { faultConfig, post } from './support/sender.ts';

const LIBRARY = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
const skip: string | false = LIBRARY === undefined ? 'libfaketime is not installed' : false;

for (const [step, words] of [
  ['-1h', 'back one hour'],
  ['+2h', 'on two hours'],
] as const) {
  test(`the machine's clock is set ${words} between two steps of a chain: both are taken, once`, { skip }, async () => {
    const sink = await SmtpSink.start();
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-clock-'));
    const time = join(directory, 'time');
    writeFileSync(time, '+0');
    const env = {
      LD_PRELOAD: LIBRARY!,
      FAKETIME_TIMESTAMP_FILE: time,
      FAKETIME_NO_CACHE: '1',
      // A stopwatch is not set with the clock, on a real machine either.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
    const server = await startServer({ config: faultConfig(sink.port, 3, { second: '8s' }), directory, env });
    const to = (person: string) => sink.messages.filter((one) => one.to.includes(`${person}@example.org`));
    try {
      const endsAt = new Date(Date.now() + 86_400_000).toISOString();
      const labels = { alertname: 'Down', severity: 'critical', part: '0', id: 'a' };
      assert.equal(await post(server.url, [{ labels, endsAt }]), 200);
      await eventually('the first page', () => Promise.resolve(to('ada').length > 0));
      writeFileSync(time, step);
      const began = performance.now();
      await eventually('the second page', () => Promise.resolve(to('bob').length > 0), 60_000);
      const took = ((performance.now() - began) / 1000).toFixed(0);
      assert.equal(await post(server.url, [{ labels: { ...labels, part: '1', id: 'b' }, endsAt }]), 200);
      await eventually('the page of the next incident', () => Promise.resolve(to('ada').length > 1), 60_000);
      await pause(1000);
      const keys = sink.messages.map(({ headers }) => headers['message-id']);
      assert.equal(new Set(keys).size, keys.length, 'nothing went out twice');
      figure(
        `clock set ${words}`,
        `the step due in 8 s was taken ${took} s after the change; no page lost, none twice`,
      );
    } catch (error) {
      console.log(server.log().slice(-3000));
      throw error;
    } finally {
      await server.kill();
      await sink.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
}
