import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const missing = spawnSync('which', ['amtool']).status !== 0;
const LAMPLIGHTER = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What a team may have: old and new matchers, a tree, inhibition, mute times, receivers of many kinds. */
const TEAM = `
global: { resolve_timeout: 3m, smtp_from: a@example.org, smtp_smarthost: 'mail.example.org:587' }
time_intervals:
  - name: weekends
    time_intervals: [{ weekdays: ['saturday', 'sunday'], location: Europe/Berlin }]
route:
  receiver: ops
  group_by: [alertname, cluster]
  routes:
    - matchers: ['severity="critical"']
      receiver: pager
      continue: true
      routes:
        - matchers: ['team=~"web|app"', 'env!~"dev.*"']
          receiver: web
    - match: { team: web }
      receiver: web
      mute_time_intervals: [weekends]
    - match_re: { service: "foo|bar.*" }
      receiver: hooks
    - matchers: ['env=""', 'note=~"a|b c"']
      receiver: nobody
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_match: { severity: warning }
    equal: [alertname, cluster]
receivers:
  - name: ops
    email_configs: [{ to: 'ops@example.org, ana@example.org' }]
  - name: pager
    pagerduty_configs: [{ routing_key: 0123456789abcdef0123456789abcdef }]
  - name: web
    slack_configs: [{ api_url: 'https://hooks.slack.com/services/a/b/c', channel: '#web' }]
  - name: hooks
    webhook_configs: [{ url: 'http://127.0.0.1:5001/' }]
  - name: nobody
`;
const ENV = { SLACK_WEB: 'https://hooks.slack.com/services/a/b/c' };

const VALUES = {
  severity: ['critical', 'warning'],
  team: ['', 'web', 'app', 'db'],
  env: ['', 'dev1', 'prod'],
  service: ['', 'foo', 'barista', 'food'],
  note: ['', 'b c'],
};

/** What amtool accepts is taken, and an alert takes the chains of the receivers that amtool says it takes. */
describe(
  'Import of what Debian amtool checks',
  { skip: missing ? 'not installed: amtool (prometheus-alertmanager)' : false },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamplighter-import-'));
    after(() => rmSync(folder, { recursive: true }));
    const run = (...words: string[]): { status: number | null; out: string; err: string } => {
      const env = { ...process.env, ...ENV };
      const { status, stdout, stderr } = spawnSync(process.execPath, [LAMPLIGHTER, ...words], {
        encoding: 'utf8',
        env,
      });
      return { status, out: stdout, err: stderr };
    };
    const given = join(folder, 'alertmanager.yml');
    writeFileSync(given, TEAM);

    it('takes the file that amtool takes, and check takes what is printed', () => {
      assert.equal(spawnSync('amtool', ['check-config', given]).status, 0);
      const { status, out, err } = run('import', 'alertmanager', given);
      assert.equal(status, 0, err);
      const made = join(folder, 'lamplighter.yaml');
      writeFileSync(made, out);
      const checked = run('check', '--config', made);
      assert.equal(checked.status, 0, checked.err);
    });

    for (const path of [
      '/etc/prometheus/alertmanager.yml',
      '/usr/share/doc/prometheus-alertmanager/examples/simple.yml',
    ])
      it(`takes ${path}`, { skip: existsSync(path) ? false : 'not there' }, () => {
        const made = join(folder, 'example.yaml');
        const { status, out, err } = run('import', 'alertmanager', path);
        assert.equal(status, 0, err);
        writeFileSync(made, out);
        // Secrets stay out of what is printed: the environment lacks them here, and nothing else may be wrong.
        const { err: wrong } = run('check', '--config', made);
        const others = wrong
          .split('\n')
          .filter((line) => /:\d+: /.test(line) && !line.includes('the environment has no'));
        assert.deepEqual(others, []);
      });

    it('leads every alert to the receivers that amtool names', async () => {
      const { importedFromAlertmanager } = await import('../../src/config/index.ts');
      const { compileRoute, routesOf } = await import('../../src/alert/route.ts');
      const { alertSchema } = await import('../../src/alert/index.ts');
      const { parts } = importedFromAlertmanager(
        readFileSync(given, 'utf8'),
        given,
        Date.parse('2026-11-24T12:00:00Z'),
      );
      const tree = compileRoute(alertSchema.parse({ route: parts['route'] }).route!);
      let sets: Record<string, string>[] = [{}];
      for (const [name, values] of Object.entries(VALUES)) {
        sets = sets.flatMap((set) => values.map((value) => (value === '' ? set : { ...set, [name]: value })));
      }
      // Every third is enough: each is a process of its own.
      for (const labels of sets.filter((_, index) => index % 3 === 0)) {
        const words = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
        const asked = spawnSync('amtool', ['config', 'routes', 'test', `--config.file=${given}`, ...words], {
          encoding: 'utf8',
        });
        assert.equal(asked.status, 0, asked.stderr);
        const ours = routesOf(tree, labels).map(({ receiver }) => receiver);
        assert.equal(ours.join(','), asked.stdout.trim(), JSON.stringify(labels));
      }
    });
  },
);
