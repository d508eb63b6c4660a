import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertProblems, alertSchema } from '../../alert/index.ts';
import { importedFromAlertmanager } from './alertmanager.ts';
import { held } from './testing/held.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const TEXT = `
global: { resolve_timeout: 3m, smtp_from: a@example.org, smtp_smarthost: 'mail.example.org:587', smtp_auth_username: me@x, smtp_auth_password: hush, slack_api_url: https://example.org/secret, http_config: {} }
templates: ['*.tmpl']
route:
  receiver: Team X mails
  group_by: [alertname]
  group_wait: 10s
  routes:
    - match: { severity: critical }
      match_re: { service: "foo|bar" }
      receiver: team-X-pager
      continue: true
      mute_time_intervals: [weekends, december]
    - matchers: ['a!="b"', 'c=~"("']
time_intervals:
  - name: weekends
    time_intervals:
      - weekdays: ['saturday', 'sunday']
        location: Europe/Berlin
      - times: [{ start_time: '22:30', end_time: '24:00' }]
        days_of_month: ['1:2', '-1']
  - name: december
    time_intervals: [{ months: ['december'] }]
inhibit_rules:
  - source_match: { severity: critical }
    target_match_re: { severity: warning|info }
    equal: [alertname]
  - source_matchers: ['severity="critical"']
    target_matchers: ['severity="warning"', 'team!~"x.*"']
receivers:
  - name: Team X mails
    email_configs: [{ to: 'x@example.org, y@example.org' }]
  - name: team-X-pager
    pagerduty_configs: [{ service_key: secret-of-pagerduty }]
  - name: hooks
    webhook_configs: [{ url: 'https://hooks.example.org/y' }, { url_file: /run/secret }]
    email_configs: [{ to: x@example.org }]
    slack_configs: [{ channel: '#ops' }]
    pushover_configs: [{ user_key: a, token: b }]
`;

test('routes, receivers and both forms of inhibition become parts that our configuration takes', () => {
  const { parts } = importedFromAlertmanager(TEXT, 'alertmanager.yml', NOW);
  const { alerts, inhibit, route } = parts;
  const read = alertSchema.parse({ alerts, inhibit, route });
  assert.deepEqual(alertProblems(read, parts['chains'] as { name: string }[]), []);
  assert.deepEqual(inhibit, [
    { source_matchers: ['severity="critical"'], target_matchers: ['severity=~"warning|info"'], equal: ['alertname'] },
    { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"', 'team!~"x.*"'] },
  ]);
  assert.deepEqual(route, {
    receiver: 'team-x-mails',
    group_by: ['alertname'],
    group_wait: '10s',
    group_interval: '5m',
    repeat_interval: '4h',
    routes: [
      { receiver: 'team-x-pager', matchers: ['severity="critical"', 'service=~"foo|bar"'], continue: true },
      { matchers: ['a!="b"'] },
    ],
  });
  assert.deepEqual(parts['people'], [
    { id: 'x', name: 'x@example.org', email: 'x@example.org' },
    { id: 'y', name: 'y@example.org', email: 'y@example.org' },
    { id: 'hooks-example-org', name: 'hooks.example.org', webhook: 'https://hooks.example.org/y' },
    { id: 'ops', name: '#ops', slack: '${SLACK_OPS}' },
  ]);
  const chains = parts['chains'] as { name: string; steps: { target?: string }[] }[];
  assert.deepEqual(
    chains.map(({ name, steps }) => [name, ...steps.flatMap(({ target }) => target ?? [])].join(' ')),
    ['team-x-mails x y', 'team-x-pager focal deputy', 'hooks x hooks-example-org ops'],
  );
});

test('a route that is mute at times becomes announced work; what cannot be said so is left out, not widened', () => {
  assert.deepEqual(importedFromAlertmanager(TEXT, 'alertmanager.yml', NOW).parts['maintenance'], [
    {
      name: 'weekends',
      title: 'weekends',
      matchers: ['severity="critical"', 'service=~"foo|bar"'],
      rule: 'FREQ=WEEKLY;BYDAY=SA,SU',
      starts: '2026-01-05T00:00',
      for: '24h',
      zone: 'Europe/Berlin',
    },
    {
      name: 'weekends-2',
      title: 'weekends',
      matchers: ['severity="critical"', 'service=~"foo|bar"'],
      rule: 'FREQ=MONTHLY;BYMONTHDAY=1,2,-1',
      starts: '2026-01-05T22:30',
      for: '90m',
      zone: 'UTC',
    },
  ]);
});

test('the whole is a configuration that holds, and takes its secrets from the environment', () => {
  const imported = importedFromAlertmanager(TEXT, 'alertmanager.yml', NOW);
  assert.deepEqual(
    imported.needs.map(({ name }) => name),
    ['SMTP_PASSWORD', 'SLACK_OPS'],
  );
  const env = { SLACK_OPS: 'https://hooks.example.org/ops', SMTP_PASSWORD: 'p' };
  const { people, outside, duty } = held(imported, env);
  assert.equal(people[3]?.slack, 'https://hooks.example.org/ops');
  assert.deepEqual(outside.email, { from: 'a@example.org', relays: ['smtp://me%40x:p@mail.example.org:587'] });
  assert.deepEqual(duty.rotation?.people, ['x', 'y'], 'a channel takes no turns');
});

test('what cannot be carried over is told with its place and what to do instead, and no secret leaves the file', () => {
  const imported = importedFromAlertmanager(TEXT, 'alertmanager.yml', NOW);
  for (const words of [
    /^alertmanager\.yml:3: templates: messages are written by/,
    /^alertmanager\.yml:2: global\.http_config: ways out/,
    /^alertmanager\.yml:13: route\.routes\[0\]\.mute_time_intervals: it became announced work/,
    /mute_time_intervals \(december\): months cannot be said/,
    /^alertmanager\.yml:14: route\.routes\[1\]: .*"\(" does not parse/,
    /receivers\[1\]\.pagerduty_configs: Lamplighter pages by itself: chain "team-x-pager"/,
    /receivers\[2\]\.webhook_configs\[1\]: the address is not in the file/,
    /receivers\[2\]\.pushover_configs: this way out has no counterpart/,
    /^duty: Alertmanager has no duty plan/,
  ]) {
    assert.ok(
      imported.left.some((line) => words.test(line)),
      `${words} is not in ${imported.left.join('\n')}`,
    );
  }
  for (const secret of ['secret-of-pagerduty', 'hush', 'example.org/secret'])
    assert.ok(!JSON.stringify(imported).includes(secret), secret);
});

for (const text of ['a: [', 'receivers: []', '- x']) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => importedFromAlertmanager(text, 'x.yml', NOW), /^Fault: x\.yml/);
  });
}
