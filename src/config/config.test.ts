import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { builtInIntegrations } from '../app/integrations.ts';
import { Fault } from '../core/fault.ts';
import { configNotes, readConfig, type Config } from './index.ts';

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
      want: /indicators\[0\]\.expr: .*parse error/,
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
      title: 'a misspelt setting deep within, with other letters in upper case',
      from: 'handover: "09:00", every: 1w }',
      to: 'handOver: "09:00", every: 1w }',
      at: 'rotation: { people',
      want: /duty\.rotation: there is no setting "handOver"\. Did you mean "handover"\?/,
    },
    {
      title: 'a setting that is nothing like one, with those that there are',
      from: 'deputy: next\n',
      to: 'deputy: next\n  colour: red\n',
      want: /duty: there is no setting "colour"\. There are zone, rotation, layers/,
    },
    {
      title: 'a misspelt setting of a step, whose forms differ',
      from: 'do: notify-members, template: interruption',
      to: 'do: notify-members, templte: interruption',
      at: 'do: notify-members',
      want: /there is no setting "templte"\. Did you mean "template"\?/,
    },
    {
      title: 'a text where a list belongs',
      from: 'languages: [en, de]',
      to: 'languages: en',
      at: 'languages:',
      want: /languages: Write a list/,
    },
    {
      title: 'a channel that there is not',
      from: 'by: [email, webhook, log] }',
      to: 'by: [SMS, log] }',
      at: 'target: focal, by',
      want: /There is no channel "SMS"; there are voice, sms/,
    },
    {
      title: 'an expression, with its place as it is written',
      from: 'expr: sum by (city) (kiez_bookings_per_minute)\n',
      to: 'expr: sum by (city) (kiez_bookings_per_minute\n',
      at: 'expr: sum by (city) (kiez_bookings_per_minute)',
      want: /indicators\[0\]\.expr: The expression/,
    },
    {
      title: 'a tab',
      from: '\n  fallback: amira',
      to: '\n\tfallback: amira',
      at: 'fallback: amira',
      want: /A tab stands at the beginning of the line\. Write spaces/,
    },
    {
      title: 'a section that stands twice',
      from: '\nstatus_page:',
      to: '\npeople: []\nstatus_page:',
      at: 'status_page:',
      want: new RegExp(`"people" stands twice in this section, first in line ${lineOf('people:')}`),
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

  it('says once what is missing in the environment', () => {
    const found = mistakes(EXAMPLE.replace('name: Kiez Mobil\n', 'name: ${NO_SUCH_NAME}\n'));
    assert.deepEqual(found.length, 1, found.join('\n'));
  });

  it('tells the first holes of a plan that has one each night, and how many there are', () => {
    const found = mistakes(
      EXAMPLE.replace('starts: "2026-01-05"', 'starts: "2027-01-05"').replace(
        '  deputy: next\n',
        '  layers: [{ name: n, people: [amira], starts: "2026-01-05", every: 1d, only: [{ from: "22:00", to: "06:00" }] }]\n  deputy: next\n',
      ),
    );
    assert.equal(found.length, 4, found.join('\n'));
    assert.match(found.at(-1)!, /And \d\d more times within a year/);
  });

  it('says that an expression of a rule does not parse once, and hands mistakes to programs', () => {
    const broken = RULES.replace(/expr: .*/, 'expr: up = 0');
    assert.match(
      mistakes(EXAMPLE, {}, broken).join('\n'),
      /^rules\/service\.yaml:\d+: The expression "up = 0" does not parse: 1/,
    );
    try {
      read(EXAMPLE, {}, broken);
    } catch (error) {
      assert.ok(error instanceof Fault);
      const [first] = JSON.parse(String(error.params['mistakes'])) as { file: string; line: number }[];
      assert.deepEqual([first?.file, typeof first?.line], ['rules/service.yaml', 'number']);
    }
  });

  it('notes what is no mistake and rarely meant; the example has nothing of it', () => {
    assert.deepEqual(
      configNotes(read(EXAMPLE), () => [1]),
      [],
    );
    const odd = EXAMPLE.replace(
      'match: { service: identity } }',
      'match: { service: identity }, needs: [booking-backend] }',
    )
      .replace('title: { en: Find a car, de: Auto finden }', 'title: { en: Find a car }')
      .replace('    email: noc@carrier-south.example\n', '');
    const notes = configNotes(read(odd), () => []);
    for (const words of [
      /^rules: no file fits "rules\/\*\.yaml"/,
      /^topology: booking-backend needs identity-provider needs booking-backend/,
      /^topology\.functions: "find" has no title in de/,
      /^partners: chains contact "carrier-south", which has neither/,
    ])
      assert.ok(
        notes.some((note) => words.test(note)),
        `${words} is not in\n${notes.join('\n')}`,
      );
  });

  it('names the file and line of a mistake in a rule file', () => {
    const found = mistakes(EXAMPLE, {}, RULES.replace('for: 2m', 'for: 2 minutes'));
    assert.match(found.join('\n'), /^rules\/service\.yaml:\d+: .*2 minutes/m);
  });

  it('says that it is not YAML, and where', () => {
    assert.match(mistakes('name: [unclosed\nurl: x').join('\n'), /^lamplighter\.yaml:\d+: /);
  });
});
