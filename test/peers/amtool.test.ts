import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startServer, type TestServer } from '../support/server.ts';
import { bareConfig } from './bare-config.ts';

const missing = spawnSync('which', ['amtool']).status !== 0;

/** Debian's amtool, whose generated client refuses any answer that does not fit Alertmanager's API. */
describe('Debian amtool', { skip: missing ? 'not installed: amtool (prometheus-alertmanager)' : false }, () => {
  let server: TestServer;
  let token = '';

  before(async () => {
    server = await startServer({ config: bareConfig(ROUTING) });
    const made = await server.admin<{ secret: string }>('POST', '/ops/v1/tokens', {
      name: 'amtool',
      role: 'duty',
      scopes: [],
    });
    token = made.secret;
    writeFileSync(join(server.directory, 'http.yml'), `authorization: { credentials: ${token} }\n`);
  });
  after(async () => {
    await server?.stop();
    server?.remove();
  });

  const run = (...words: string[]): { status: number | null; out: string } => {
    const signIn = [`--alertmanager.url=${server.url}`, `--http.config.file=${join(server.directory, 'http.yml')}`];
    const { status, stdout, stderr } = spawnSync('amtool', [...signIn, ...words], { encoding: 'utf8' });
    // It warns on standard error that the versions differ: ours is not Alertmanager's.
    return { status, out: status === 0 ? stdout : stdout + stderr };
  };
  const amtool = (...words: string[]): string => {
    const { status, out } = run(...words);
    assert.equal(status, 0, out);
    return out.trim();
  };

  it('adds an alert and finds it by matchers, with the token in the address too', () => {
    amtool('alert', 'add', 'alertname=Down', 'city=berlin', 'severity=warning', '--annotation=summary=it is down');
    amtool('alert', 'add', 'alertname=Slow', 'city=lisbon', 'severity=warning');
    const found = JSON.parse(amtool('alert', 'query', '-o', 'json', 'city=~"ber.*"')) as { labels: object }[];
    assert.deepEqual(
      found.map(({ labels }) => labels),
      [{ alertname: 'Down', city: 'berlin', severity: 'warning' }],
    );
    const address = server.url.replace('http://', `http://any:${token}@`);
    const plain = spawnSync('amtool', [`--alertmanager.url=${address}`, 'alert', 'query'], { encoding: 'utf8' });
    assert.match(plain.stdout, /Down[\s\S]*Slow/);
  });

  it('adds, finds, updates, expires and imports silences', () => {
    const id = amtool('silence', 'add', '--author=mara', '--comment=known', '--duration=1h', 'city=berlin');
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.match(amtool('silence', 'query', 'city=berlin'), /mara\s+known/);
    assert.match(amtool('alert', 'query', '--silenced', '-o', 'json'), /"silencedBy":\["[0-9a-f-]{36}"\]/);
    const updated = amtool('silence', 'update', '--duration=2h', '--comment=longer', id);
    assert.match(updated, /longer/);
    const file = join(server.directory, 'silences.json');
    writeFileSync(file, amtool('silence', 'query', '-o', 'json'));
    amtool('silence', 'expire', id);
    assert.doesNotMatch(amtool('silence', 'query'), /longer/);
    assert.match(amtool('silence', 'query', '--expired'), /longer/);
    amtool('silence', 'import', '--force', file);
    assert.match(amtool('silence', 'query'), /longer/);
  });

  it('is refused a silence that would keep everything quiet, in words', () => {
    const { status, out } = run('silence', 'add', '--author=mara', '--comment=x', 'city=~.*');
    assert.notEqual(status, 0);
    assert.match(out, /everything would be quiet/);
  });

  it('shows configuration, cluster and routes', () => {
    assert.match(amtool('config', 'show'), /receiver: all/);
    assert.match(amtool('cluster', 'show'), /Cluster Status:\s+disabled/);
    assert.match(amtool('config', 'routes', 'show'), /receiver: maps/);
    assert.equal(amtool('config', 'routes', 'test', 'service=maps'), 'maps');
    assert.equal(amtool('config', 'routes', 'test', 'service=other'), 'all');
  });

  it('is refused without a token', () => {
    const { status } = spawnSync('amtool', [`--alertmanager.url=${server.url}`, 'alert', 'query']);
    assert.notEqual(status, 0);
  });
});

const ROUTING = `
route:
  receiver: all
  group_by: [city]
  routes: [{ receiver: maps, matchers: ['service="maps"'] }]
inhibit:
  - { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: [city] }
`;
