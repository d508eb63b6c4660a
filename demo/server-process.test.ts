import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from './place.ts';
import { ServerProcess } from './server-process.ts';

const never = new AbortController().signal;

test('a server that dies early is reported with the last lines of its log', async () => {
  const script = 'console.log("opening the data"); console.error("the disk is full"); process.exitCode = 3;';
  const child = new ServerProcess(['-e', script], {}, '.');
  await assert.rejects(child.ready('http://127.0.0.1:9', 60_000, never), (error: Error) => {
    assert.match(error.message, /did not start: it ended with code 3/);
    assert.match(error.message, /opening the data[\s\S]*the disk is full|the disk is full[\s\S]*opening the data/);
    return true;
  });
  assert.equal(child.died(), 'it ended with code 3');
});

test('a server is waited for until it is ready, and one stopped on purpose has not died', async () => {
  const port = await freePort(0);
  const script =
    'let asked = 0; require("node:http").createServer((_, answer) => {' +
    ' answer.statusCode = ++asked < 3 ? 503 : 200; answer.end(); }).listen(Number(process.env.DEMO_TEST_PORT), "127.0.0.1")';
  const child = new ServerProcess(['-e', script], { DEMO_TEST_PORT: String(port) }, '.');
  await child.ready(`http://127.0.0.1:${port}`, 60_000, never);
  assert.equal(child.died(), null);
  await child.stop();
  await child.ended;
  assert.equal(child.died(), null);
});
