import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, startServer, type TestServer } from '../support/server.ts';

const config = (name: string, fallback = 'ada'): string => `
name: ${name}
url: http://127.0.0.1:PORT
topology: { cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }] }
people: [{ id: ada, name: Ada, email: ada@example.org }]
duty:
  zone: Europe/Berlin
  rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: ${fallback}
outside:
  email: { from: "Ops <ops@example.org>", relays: ["smtp://127.0.0.1:9"] }
`;

let server: TestServer;
const operator = async (): Promise<string> => (await server.ask<{ operator: string }>('GET', '/ops/v1/me')).operator;

before(async () => {
  server = await startServer({ config: config('Before') });
});

after(async () => {
  await server.stop();
  server.remove();
});

function rewrite(text: string): void {
  writeFileSync(join(server.directory, 'lamplighter.yaml'), text.replaceAll('PORT', String(server.port)));
  server.child.kill('SIGHUP');
}

test('a reload with a mistake keeps the running configuration, and says what is wrong and where', async () => {
  rewrite(config('Mistaken', 'nobody-we-know'));
  const line = await eventually('the refusal in the log', async () =>
    server
      .log()
      .split('\n')
      .find((one) => one.includes('the new configuration is refused')),
  );
  assert.match(line, /nobody-we-know/);
  assert.match(line, /lamplighter\.yaml:\d+/);
  assert.equal(await operator(), 'Before');
});

test('a reload without one is taken by the running process', async () => {
  rewrite(config('After'));
  await eventually('the new name', async () => (await operator()) === 'After');
});
