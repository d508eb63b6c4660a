import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { alertHandlers } from '../../src/alert/index.ts';
import type { Actor } from '../../src/core/actor.ts';
import { parseDuration } from '../../src/core/duration.ts';
import { SUBSCRIPTIONS } from '../../src/flow.ts';
import { incidentHandlers, PastKeeper } from '../../src/incident/index.ts';
import type { IncidentTx } from '../../src/incident/ports.ts';
import { KIEZ, kiezSettings } from '../../src/incident/testing/kiez.ts';
import { incidentTables } from '../../src/incident/testing/memory.ts';
import { recordObservation, takeRuleEvents } from '../../src/signal/index.ts';
import { fingerprint } from '../../src/core/labels.ts';
import { Memory, person, START } from '../../src/signal/testing/memory.ts';

const FOLDER = join(import.meta.dirname, 'correlation');
const EXAMPLE = readFileSync(KIEZ, 'utf8');
const agent: Actor = person('Agnes', 'agent');
/** How long after the last line the engine has settled its thoughts: assessing is debounced by one second. */
const PAUSE = 2000;

/** A line that says something about the state, and what was found instead. */
interface Failure {
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

/** Runs one script; the language is described in correlation/README.md. */
async function runScript(text: string): Promise<Failure[]> {
  const settings = kiezSettings(EXAMPLE);
  const tables = incidentTables();
  const flow = Object.fromEntries(
    Object.entries(SUBSCRIPTIONS).map(([fact, all]) => [fact, all.map(({ kind }) => kind)]),
  );
  const memory = new Memory<IncidentTx>(tables, flow);
  const deps = { ...memory.deps, incidents: () => settings };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps)]);
  const past = new PastKeeper(deps);
  const failures: Failure[] = [];
  let expecting = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw.replace(/#.*/, '').trim().split(/\s+/);
    const [verb = '', name = '', ...rest] = words;
    if (verb === '') continue;
    if (verb === 'at') {
      expecting = false;
      await memory.pass(START + parseDuration(name) - memory.clock.now());
    } else if (verb === 'expect') {
      expecting = true;
      await memory.pass(PAUSE);
    } else if (verb === 'learn') {
      await past.refresh();
    } else if (expecting) {
      const found = await find(verb, name, rest);
      const expected = words.join(' ');
      if (found !== expected) failures.push({ line: index + 1, expected, found });
    } else {
      await happen(verb, name, rest, index + 1);
      await memory.drain();
    }
  }
  assert.deepEqual(memory.quarantined, []);
  return failures;

  async function happen(verb: string, name: string, rest: readonly string[], line: number): Promise<void> {
    const pairs = Object.fromEntries(rest.filter((word) => word.includes('=')).map((word) => word.split('=')));
    if (verb === 'fire' || verb === 'pend' || verb === 'end') {
      const labels = { alertname: name, severity: 'critical', ...pairs };
      const status = verb === 'fire' ? 'firing' : verb === 'pend' ? 'pending' : 'resolved';
      const now = memory.clock.now();
      const event = {
        fingerprint: fingerprint(labels),
        source: 'rule:script',
        labels,
        annotations: {},
        generatorUrl: null,
        value: null,
      };
      await takeRuleEvents(memory.tx, deps, [
        { ...event, status, startsAt: now, endsAt: status === 'resolved' ? now : null },
      ]);
    } else if (verb === 'observe') {
      const known = () => ({ functions: [name], cities: [pairs['city'] ?? ''] });
      const input = { text: 'as told', functionName: name, city: pairs['city'], inTrip: rest.includes('in-trip') };
      await recordObservation({ ...deps, known }, agent, input);
    } else {
      throw new Error(`line ${line}: "${verb}" is not a verb. write fire, pend, end, observe, learn, at or expect`);
    }
  }

  /** The present state in the words of the line, with the same fields. */
  async function find(noun: string, name: string, rest: readonly string[]): Promise<string> {
    if (noun === 'incidents') return `incidents ${tables.all.length}`;
    if (noun === 'loose') {
      const loose = tables.rows.filter(({ state, incidentId }) => state === 'firing' && incidentId === null);
      return ['loose', ...loose.map((row) => row.name).sort()].join(' ');
    }
    const incident = tables.all.find(({ number }) => number === Number(name));
    if (noun !== 'incident' || !incident) return `no ${noun} ${name}`;
    const alerts = tables.rows.filter(({ incidentId }) => incidentId === incident.id);
    const observations = await tables.signals.observations({ incidentId: incident.id });
    const fields: Readonly<Record<string, string>> = {
      cause: incident.cause?.component ?? 'none',
      alerts: String(alerts.length),
      observations: String(observations.length),
      functions: incident.functions.join(',') || 'none',
      cities: incident.cities.join(',') || 'none',
    };
    const shown = rest.slice(2).map((word) => {
      const field = word.slice(0, word.indexOf('='));
      return `${field}=${fields[field] ?? '?'}`;
    });
    return ['incident', name, incident.state, incident.severity, ...shown].join(' ');
  }
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
  test(`correlation script ${file}`, async () => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    assert.match(text, /^expect\n\s+\S/m, 'the script expects nothing');
    assert.deepEqual(await runScript(text), []);
  });
}

test('a script that expects what is not so fails with what is', async () => {
  const failures = await runScript('fire A service=payment\nexpect\n  incidents 2\n  incident 1 open minor cause=none');
  assert.deepEqual(failures, [
    { line: 3, expected: 'incidents 2', found: 'incidents 1' },
    { line: 4, expected: 'incident 1 open minor cause=none', found: 'incident 1 open major cause=payment-vendor' },
  ]);
});
