import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertProblems, alertSchema } from '../alert/index.ts';
import { importedFromAlertmanager } from './import-alertmanager.ts';

const TEXT = `
global: { resolve_timeout: 3m, smtp_from: a@example.org, slack_api_url: https://example.org/x }
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
      mute_time_intervals: [weekends]
    - matchers: ['a!="b"', 'c=~"("']
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
`;

test('routes, receivers and both forms of inhibition become parts that our configuration takes', () => {
  const { parts } = importedFromAlertmanager(TEXT, 'alertmanager.yml');
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
    { id: 'x', name: 'x', email: 'x@example.org' },
    { id: 'y', name: 'y', email: 'y@example.org' },
    { id: 'hooks-example-org', name: 'hooks.example.org', webhook: 'https://hooks.example.org/y' },
  ]);
  assert.equal((parts['chains'] as { steps: unknown[] }[])[2]?.steps.length, 2);
});

test('what cannot be carried over is told with its place and what to do instead, and no secret leaves the file', () => {
  const imported = importedFromAlertmanager(TEXT, 'alertmanager.yml');
  for (const words of [
    /^templates: messages are written by/,
    /^global\.smtp_from: write the relay/,
    /^global\.slack_api_url: ways out/,
    /^route\.routes\[0\]\.mute_time_intervals: plan the work/,
    /^route\.routes\[1\]: .*"\(" does not parse/,
    /^receivers\.team-X-pager\.pagerduty_configs: .*chain "team-x-pager"/,
    /^receivers\.team-X-pager: nobody is left/,
    /^receivers\.hooks\.webhook_configs: the address is not in the file/,
  ]) {
    assert.ok(
      imported.left.some((line) => words.test(line)),
      `${words} is not in ${imported.left.join('\n')}`,
    );
  }
  assert.ok(!JSON.stringify(imported).includes('secret-of-pagerduty'));
});

for (const text of ['a: [', 'receivers: []', '- x']) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => importedFromAlertmanager(text, 'x.yml'), /^Fault: x\.yml/);
  });
}
