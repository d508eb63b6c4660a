import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ActionWorld, exampleSetting, OFFICER } from '../../../test/fakes/action-world.ts';
import type { Incident } from '../../incident/incident.ts';
import { open, resolve } from '../../incident/index.ts';
import { notify } from './notify.ts';
import { writeNotice } from './notice.ts';
import { fillTemplate, templateProblem } from './template.ts';

const setting = exampleSetting();
const template = setting.members.templates[0]!;
const START = Date.UTC(2026, 10, 3, 6, 12);
const incident: Incident = {
  id: 'inc_1',
  number: 42,
  title: 'Vehicles silent',
  summary: '',
  severity: 'major',
  state: 'open',
  phase: 'investigating',
  startedAt: START,
  openedAt: START,
  acceptedAt: null,
  acceptedBy: null,
  resolvedAt: null,
  components: [],
  functions: ['unlock', 'end'],
  cities: ['berlin'],
  cause: null,
  mergedInto: null,
  pinned: [],
  version: 1,
};

describe('the words for members', () => {
  it("name functions and cities in the reader's language, and the start by the city's clock", () => {
    const words = writeNotice(setting, incident, template, START + 60_000);
    assert.equal(words.title['en'], 'Trouble with Unlock and Lock and end in Berlin');
    assert.equal(words.title['de'], 'Störung bei Öffnen und Abschließen in Berlin');
    assert.match(words.body['en']!, /^Since 07:12 some cars in Berlin/);
    assert.match(words.agentWord['de']!, /seit 07:12 nicht erreichbar/);
  });

  it('take the clock of the city that is hurt', () => {
    const words = writeNotice(setting, { ...incident, cities: ['lisbon'] }, template, START);
    assert.match(words.body['en']!, /^Since 06:12 some cars in Lisbon/);
  });

  it('tell the day of what began on another one', () => {
    const words = writeNotice(setting, incident, template, START + 86_400_000);
    assert.match(words.body['en']!, /^Since November 3 at 07:12/);
    assert.match(words.body['de']!, /^Seit 3\. November um 07:12/);
  });

  it('mean every city and the whole service when none is known', () => {
    const words = writeNotice(setting, { ...incident, functions: [], cities: [] }, template, START);
    assert.equal(words.title['en'], 'Trouble with Kiez Mobil in Berlin and Lisbon');
  });
});

describe('templates', () => {
  it('are refused for tags, unknown names and broken braces, with what to write', () => {
    assert.match(templateProblem('{% for x in (1..9) %}{% endfor %}')!, /Take out/);
    assert.match(templateProblem('{{ city }}')!, /no \{\{ city \}\}.*\{\{ cities \}\}/);
    assert.match(templateProblem('{{ cities')!, /does not parse/);
    assert.match(templateProblem('{{ cities | nothing }}')!, /undefined filter|does not parse/);
    assert.equal(templateProblem('{{ functions | upcase }} in {{cities}} since {{ start }}'), null);
  });

  it('cannot reach inherited properties, nor fill in what is written in a value', () => {
    const values = { functions: '{{ cities }}', cities: 'B', start: 's', incident: '1', operator: 'o' };
    assert.equal(fillTemplate('{{ functions }}', values), '{{ cities }}');
    assert.throws(() => fillTemplate('{{ constructor }}', values));
    assert.throws(() => fillTemplate('x'.repeat(20_000), values), /limit/i);
  });
});

describe('telling members', () => {
  it('by hand needs every language, or a template', async () => {
    const world = ActionWorld.open(START);
    const { id } = await open(world.deps, OFFICER, { title: 'x', severity: 'minor', cities: ['berlin'] });
    const input = { incidentId: id, phase: 'identified' as const };
    const half = { ...input, title: { en: 'a' }, body: { en: 'b', de: 'c' } };
    await assert.rejects(notify(world.deps, world.services, OFFICER, half), /title is missing in de/);
    await assert.rejects(
      notify(world.deps, world.services, OFFICER, { ...input, template: 'none' }),
      /no template "none"/,
    );
    const viewer = { ...OFFICER, roles: ['viewer'] as const };
    await assert.rejects(notify(world.deps, world.services, viewer, { ...input, template: 'interruption' }), /may not/);
    const full = { ...half, title: { en: 'a', de: 'A' } };
    const notice = await notify(world.deps, world.services, OFFICER, full);
    assert.deepEqual([notice.agentWord, notice.phase, notice.severity], [half.body, 'identified', 'minor']);
  });

  it('that it is over happens by itself, once, and only when they were told of it', async () => {
    const world = ActionWorld.open(START);
    const told = await open(world.deps, OFFICER, {
      title: 'x',
      severity: 'major',
      functions: ['unlock'],
      cities: ['berlin'],
    });
    const silent = await open(world.deps, OFFICER, { title: 'y', severity: 'minor' });
    await world.pass(60_000);
    for (const { id } of [told, silent]) await resolve(world.deps, OFFICER, { id, reason: 'over' });
    await world.pass(60_000);
    const notices = await world.read((tx) => tx.actions.noticesOf(told.id));
    assert.deepEqual(
      notices.map(({ phase }) => phase),
      ['investigating', 'resolved'],
    );
    assert.equal(notices[1]!.title['de'], 'Behoben: Öffnen in Berlin');
    assert.deepEqual(await world.read((tx) => tx.actions.noticesOf(silent.id)), []);
  });
});
