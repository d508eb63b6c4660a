import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { builtInIntegrations } from '../app/integrations.ts';
import { Fault } from '../core/fault.ts';
import { readConfig, type Config } from './index.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const EXAMPLE = readFileSync(new URL('../../examples/kiez-mobil/lamplighter.yaml', import.meta.url), 'utf8');
const RULES = readFileSync(new URL('../../examples/kiez-mobil/rules/service.yaml', import.meta.url), 'utf8');

function read(text: string, env: Record<string, string> = {}, rules = RULES): Config {
  return readConfig({
    file: 'lamplighter.yaml',
    text,
    env,
    now: NOW,
    integrations: builtInIntegrations(),
    filesOf: () => [{ path: 'rules/service.yaml', text: rules }],
  });
}

/** The lines that a mistaken configuration is refused with. */
function mistakes(text: string, env: Record<string, string> = {}, rules = RULES): string[] {
  try {
    read(text, env, rules);
  } catch (error) {
    assert.ok(error instanceof Fault && error.code === 'config_invalid', String(error));
    return error.message.split('\n').slice(1);
  }
  return assert.fail('it was taken');
}

/** The line (from 1) of the example on which the words stand. */
function lineOf(words: string): number {
  const index = EXAMPLE.split('\n').findIndex((line) => line.includes(words));
  assert.ok(index >= 0, `the example has no "${words}"`);
  return index + 1;
}

describe('the configuration', () => {
  it('takes the example operator', () => {
    const config = read(EXAMPLE);
    assert.equal(config.name, 'Kiez Mobil');
    assert.equal(config.groups.length, 1);
    assert.deepEqual(
      config.definitions.map(({ kind, rule }) => `${kind} ${rule}`),
      [
        'watermark vehicle-heartbeats-low',
        'indicator bookings',
        'indicator vehicle-heartbeats',
        'watch BookingsBelowExpected',
        'watch BookingsHalfAtNight',
        'rule booking/UnlockFailures',
        'rule booking/PaymentApprovalsLow',
      ],
    );
    assert.deepEqual(config.plan.zones, { berlin: 'Europe/Berlin', lisbon: 'Europe/Lisbon' });
  });

  it('replaces variables, with a default or without', () => {
    assert.equal(read(EXAMPLE, { LAMPLIGHTER_URL: 'https://ops.example.org' }).url, 'https://ops.example.org');
    const missing = mistakes(EXAMPLE.replace('${LAMPLIGHTER_URL:-http://localhost:8642}', '${NO_SUCH_NAME}'));
    assert.match(
      missing.join('\n'),
      new RegExp(`lamplighter.yaml:${lineOf('url: ${LAMPLIGHTER_URL')}: the environment has no NO_SUCH_NAME`),
    );
  });

  const cases: { title: string; from: string; to: string; at?: string; want: RegExp }[] = [
    {
      title: 'a misspelt section',
      from: '\nheartbeats:',
      to: '\nhartbeats:',
      at: 'heartbeats:',
      want: /no setting "hartbeats". Did you mean "heartbeats"\?/,
    },
    {
      title: 'a duration without a unit',
      from: 'settle: 5m',
      to: 'settle: "5"',
      at: 'settle: 5m',
      want: /"5" is not a duration/,
    },
    {
      title: 'an expression that does not parse',
      from: 'expr: sum by (city) (kiez_bookings_per_minute)',
      to: 'expr: sum by (city (kiez_bookings_per_minute)',
      at: 'expr: sum by (city) (kiez_bookings_per_minute)',
      want: /indicators\.0\.expr: .*parse error/,
    },
    {
      title: 'a person who is not there',
      from: 'fallback: amira',
      to: 'fallback: nobody',
      at: 'fallback: amira',
      want: /nobody/,
    },
    {
      title: 'a duty plan with a gap',
      from: 'starts: "2026-01-05"',
      to: 'starts: "2027-01-05"',
      at: 'rotation: {',
      want: /nobody|gap/i,
    },
    {
      title: 'a function that needs what is not there',
      from: 'needs: [call-centre] }',
      to: 'needs: [call-center] }',
      at: 'name: help',
      want: /call-center/,
    },
    {
      title: 'a playbook that is not there',
      from: 'playbook: switch-carrier }',
      to: 'playbook: switch-carier }',
      at: 'do: run-playbook',
      want: /switch-carier/,
    },
    {
      title: 'a time zone that is none',
      from: 'zone: Europe/Lisbon',
      to: 'zone: Europe/Lissabon',
      at: 'name: lisbon',
      want: /Europe\/Lissabon/,
    },
  ];
  for (const { title, from, to, at, want } of cases) {
    it(`refuses ${title}, with its line and what to write`, () => {
      assert.ok(EXAMPLE.includes(from), from);
      const found = mistakes(EXAMPLE.replace(from, to)).join('\n');
      assert.match(found, want);
      if (at) assert.match(found, new RegExp(`lamplighter\\.yaml:${lineOf(at)}: `));
    });
  }

  it('names the file and line of a mistake in a rule file', () => {
    const found = mistakes(EXAMPLE, {}, RULES.replace('for: 2m', 'for: 2 minutes'));
    assert.match(found.join('\n'), /^rules\/service\.yaml:\d+: .*2 minutes/m);
  });

  it('says that it is not YAML, and where', () => {
    assert.match(mistakes('name: [unclosed\nurl: x').join('\n'), /^lamplighter\.yaml:\d+: /);
  });
});
