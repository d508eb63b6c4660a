import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { ActionWorld, exampleSetting, OFFICER } from '../../test/fakes/action-world.ts';
import { actionProblems, cancelOverride, dutyPlan, onDuty, overrideDuty } from './index.ts';

const AT = Date.UTC(2026, 10, 3);
type Document = Record<string, never>;
type Loose = Record<string, Record<string, unknown>[]> & { duty: Record<string, Record<string, unknown>> };

/** The example with one thing changed. */
function changed(change: (document: Loose) => void) {
  return exampleSetting((document: Document) => change(document as unknown as Loose));
}

describe('the example operator', () => {
  it('has no problems', () => assert.deepEqual(actionProblems(exampleSetting(), AT), []));

  it('is read to milliseconds and nulls', () => {
    const { chains, people } = exampleSetting();
    assert.deepEqual(
      chains[0]!.steps.map(({ after }) => after),
      [0, 0, 60_000, 300_000, 360_000, 480_000],
    );
    assert.deepEqual([people[1]!.webhook, people[2]!.account], [null, null]);
  });
});

describe('what does not fit one field is refused, saying what to write', () => {
  const cases: [string, (document: Loose) => void, RegExp][] = [
    [
      'an unknown step',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'shout' }] }),
      /page, notify-members/,
    ],
    [
      'a step without channels',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'page', target: 'focal', by: [] }] }),
      /at least one channel/,
    ],
    [
      'an unknown condition',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'open-ticket', only: 'x' }] }),
      /only: unaccepted/,
    ],
    [
      'a bad delay',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'open-ticket', after: 'soon' }] }),
      /"soon" is not a duration/,
    ],
    ['an unknown key', (doc) => Object.assign(doc['people']![0]!, { fax: '1' }), /fax/],
    [
      'an address over two lines',
      (doc) => Object.assign(doc['people']![0]!, { email: 'a@b.c\nBcc: x@y.z' }),
      /Write an address/,
    ],
    ['no zone', (doc) => Object.assign(doc.duty, { zone: 'Berlin' }), /"Berlin" is not a time zone/],
    ['five hours', (doc) => Object.assign(doc.duty['rotation']!, { every: '5h' }), /whole days/],
    ['a strange hour', (doc) => Object.assign(doc.duty['rotation']!, { handover: '9 am' }), /such as "09:00"/],
    ['a bad day', (doc) => Object.assign(doc.duty['rotation']!, { starts: '2026-02-30' }), /such as "2026-01-05"/],
    [
      'a long step',
      (doc) =>
        Object.assign(doc['playbooks']![0]!, {
          steps: [{ name: 'x', http: { url: 'https://x.example', timeout: '1m' } }],
        }),
      /at most 10s/,
    ],
    [
      'a step of nothing',
      (doc) => Object.assign(doc['playbooks']![0]!, { steps: [{ name: 'x' }] }),
      /http: or command:/,
    ],
    [
      'a guard without a bound',
      (doc) => Object.assign(doc['playbooks']![0]!, { guard: [{ expr: 'x', why: 'y' }] }),
      /above: or below:/,
    ],
    [
      'a command without its path',
      (doc) => Object.assign(doc, { commands: [{ name: 'x', run: ['reboot'] }] }),
      /full path/,
    ],
  ];
  for (const [title, change, message] of cases) {
    it(title, () => {
      assert.throws(
        () => changed(change),
        (error) => {
          assert.ok(error instanceof z.ZodError);
          assert.match(error.issues.map((issue) => issue.message).join('\n'), message);
          return true;
        },
      );
    });
  }
});

describe('what only the whole shows is told with its place', () => {
  const cases: [string, (document: Loose) => void, string, RegExp][] = [
    [
      'a target',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'page', target: 'bob', by: ['log'] }] }),
      'chains[0].steps[0].target',
      /no target "bob". Write one of: focal/,
    ],
    [
      'a template',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'notify-members', template: 'x' }] }),
      'chains[0].steps[0].template',
      /interruption/,
    ],
    [
      'a partner',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'contact-partner', partner: 'x' }] }),
      'chains[0].steps[0].partner',
      /cause, carrier-north/,
    ],
    [
      'a playbook',
      (doc) => Object.assign(doc['chains']![0]!, { steps: [{ do: 'run-playbook', playbook: 'x' }] }),
      'chains[0].steps[0].playbook',
      /switch-carrier/,
    ],
    [
      'a person in the rotation',
      (doc) => Object.assign(doc.duty['rotation']!, { people: ['amira', 'bob'] }),
      'duty.rotation.people[1]',
      /no person "bob"/,
    ],
    ['a deputy', (doc) => Object.assign(doc.duty, { deputy: 'bob' }), 'duty.deputy', /no person "bob"/],
    [
      'an empty rotation',
      (doc) => Object.assign(doc.duty['rotation']!, { people: [] }),
      'duty.rotation.people',
      /Nobody is on duty from 2026-11-03T00:00:00Z/,
    ],
    [
      'a late start',
      (doc) => Object.assign(doc.duty['rotation']!, { starts: '2026-11-09' }),
      'duty.rotation.starts',
      /from 2026-11-03T00:00:00Z to 2026-11-09T08:00:00Z/,
    ],
    [
      'two people at once',
      (doc) =>
        Object.assign(doc.duty, {
          overrides: [
            { person: 'lena', from: '2026-12-24T00:00Z', to: '2026-12-26T00:00Z' },
            { person: 'jonas', from: '2026-12-25T00:00Z', to: '2026-12-27T00:00Z' },
          ],
        }),
      'duty.overrides',
      /lena and jonas are on duty from 2026-12-25T00:00:00Z to 2026-12-26T00:00:00Z/,
    ],
    [
      'a fallback without address',
      (doc) => Object.assign(doc['people']![0]!, { email: '', webhook: '' }),
      'duty.fallback',
      /neither email nor webhook/,
    ],
    [
      'an id with a meaning',
      (doc) => Object.assign(doc['people']![3]!, { id: 'deputy' }),
      'people[3].id',
      /meaning of its own/,
    ],
    [
      'a command',
      (doc) => Object.assign(doc['playbooks']![0]!, { abort: [{ name: 'x', command: { name: 'y' } }] }),
      'playbooks[0].abort[0].command.name',
      /no command "y"/,
    ],
    [
      'a template twice',
      (doc) =>
        Object.assign(doc, {
          chains: [
            { name: 'a', steps: [{ do: 'open-ticket' }] },
            { name: 'a', steps: [{ do: 'open-ticket' }] },
          ],
        }),
      'chains[1].name',
      /taken/,
    ],
  ];
  for (const [title, change, path, message] of cases) {
    it(title, () => {
      const found = actionProblems(changed(change), AT).find((problem) => problem.path === path);
      assert.match(found?.message ?? 'no such problem', message);
    });
  }

  it('the word that it is over', () => {
    const setting = exampleSetting();
    const templates = setting.members.templates.slice(0, 1);
    const [problem] = actionProblems({ ...setting, members: { templates } }, AT);
    assert.match(problem!.message, /template named recovered/);
  });

  it('a command with too many arguments', () => {
    const setting = changed((doc) => {
      Object.assign(doc, { commands: [{ name: 'y', run: ['/bin/y'], args: 1 }] });
      Object.assign(doc['playbooks']![0]!, { steps: [{ name: 'x', command: { name: 'y', args: ['1', '2'] } }] });
    });
    assert.match(actionProblems(setting, AT)[0]!.message, /at most 1 argument/);
  });
});

describe('standing in', () => {
  it('changes who is on duty until it is cancelled, and both are in the journal', async () => {
    const world = ActionWorld.open(AT);
    const focal = async () => {
      const stored = await world.read((tx) => tx.actions.overrides(AT));
      return onDuty(dutyPlan(world.setting.duty, { overrides: stored }), AT).focal;
    };
    const input = { person: 'lena', startsAt: AT, endsAt: AT + 3_600_000, reason: 'ill' };
    const { id } = await overrideDuty(world.deps, world.services, OFFICER, input);
    assert.equal(await focal(), 'lena');
    await cancelOverride(world.deps, OFFICER, id);
    assert.equal(await focal(), 'marek');
    assert.deepEqual(
      world.store.state.journal.map(({ fact }) => fact),
      ['duty.overridden', 'duty.override-cancelled'],
    );
    await assert.rejects(cancelOverride(world.deps, OFFICER, id), /no override/);
    await assert.rejects(cancelOverride(world.deps, OFFICER, 'config-1'), /configuration file/);
  });

  it('is refused for strangers, for the past, and without the permission', async () => {
    const world = ActionWorld.open(AT);
    const input = { person: 'lena', startsAt: AT, endsAt: AT + 1000, reason: 'ill' };
    const call = (change: object, actor = OFFICER) =>
      overrideDuty(world.deps, world.services, actor, { ...input, ...change });
    await assert.rejects(call({ person: 'bob' }), /no person "bob"/);
    await assert.rejects(call({ endsAt: AT }), /ends before it starts/);
    await assert.rejects(call({ startsAt: AT - 2000, endsAt: AT - 1000 }), /lies in the past/);
    await assert.rejects(call({ endsAt: AT + 100 * 86_400_000 }), /at most 92 days/);
    await assert.rejects(call({}, { ...OFFICER, roles: ['viewer'] }), /may not/);
  });
});
