import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { builtInIntegrations } from '../../src/app/integrations.ts';
import { compileSources, inlineMappings, mapBody, signalSchema } from '../../src/signal/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'integration');
const NOW = Date.UTC(2026, 0, 5, 8);
const folders = globSync('*/', { cwd: FOLDER }).map((name) => name.replace(/\/$/, ''));
const runner = inlineMappings();

type Mapped = Awaited<ReturnType<typeof mapBody>>;

/** What a sample became, in the words of its expectations, with the fingerprints beside them. */
function told({ events, acknowledgements, changes }: Mapped) {
  return [
    ...events.map((event) => ({
      status: event.status as string,
      labels: event.labels,
      summary: event.annotations['summary'],
      startsAt: new Date(event.startsAt).toISOString(),
      fingerprint: event.fingerprint,
    })),
    ...acknowledgements.map(({ fingerprint }) => ({ status: 'acknowledged', fingerprint })),
    ...changes.map(({ summary, labels, at }) => ({
      status: 'change',
      labels,
      summary,
      startsAt: new Date(at).toISOString(),
      fingerprint: '',
    })),
  ];
}

test('every folder of an integration holds its data and its page, and the list of integrations names it', () => {
  assert.ok(folders.length >= 15, `${folders.length} folders`);
  assert.deepEqual(
    builtInIntegrations().map(({ name }) => name),
    folders.toSorted(),
  );
  const list = readFileSync(join(ROOT, 'docs/integrations.md'), 'utf8');
  for (const name of folders) {
    const page = readFileSync(join(FOLDER, name, 'README.md'), 'utf8');
    assert.ok(page.startsWith('# ') && page.length > 300, `${name}: its README.md says how to connect it`);
    assert.ok(list.includes(`../integration/${name}/README.md`), `docs/integrations.md names ${name}`);
  }
});

for (const integration of builtInIntegrations()) {
  const { name, samples } = integration;
  describe(`Integration ${name}`, () => {
    const source = compileSources(signalSchema.parse({ sources: [{ name, integration: name }] }).sources, [
      integration,
    ]).get(name)!;
    const fingerprints = new Map<string, readonly string[]>();
    for (const { name: sample, headers, body, expect, follows } of samples) {
      test(sample, async () => {
        const mapped = await mapBody(runner, source, `webhook:${name}`, { body, headers }, NOW);
        const got = told(mapped);
        fingerprints.set(
          sample,
          got.map(({ fingerprint }) => fingerprint),
        );
        assert.equal(got.length, expect.length, JSON.stringify(got, null, 1));
        expect.forEach((wanted, index) => {
          const one = got[index]!;
          assert.equal(one.status, wanted.status);
          if (wanted.status === 'firing' || wanted.status === 'change')
            assert.deepEqual('labels' in one ? one.labels : {}, wanted.labels);
          if (wanted.summary !== undefined) assert.equal('summary' in one ? one.summary : undefined, wanted.summary);
          if (wanted.startsAt !== undefined) assert.equal('startsAt' in one ? one.startsAt : '', wanted.startsAt);
        });
        if (follows === undefined) return;
        const before = fingerprints.get(follows);
        assert.ok(before, `the sample "${follows}" stands before this one`);
        for (const { fingerprint } of got)
          assert.ok(before.includes(fingerprint), 'it is about the alert of the sample it follows');
      });
    }

    test('samples cover an alert that fires, one that ends, and what is not an alert is nothing', async () => {
      const statuses = samples.flatMap(({ expect }) => expect.map(({ status }) => status));
      assert.ok(statuses.includes('firing') && (statuses.includes('resolved') || name === 'mail'), statuses.join());
      for (const { follows, expect } of samples) {
        if (expect.some(({ status }) => status === 'resolved'))
          assert.ok(follows !== undefined, 'an end follows a begin');
      }
    });

    test('a body that is something else is refused or becomes nothing, never an exception', async () => {
      for (const body of [
        null,
        [],
        {},
        'text',
        7,
        [[]],
        { alerts: 7 },
        { alerts: [{}] },
        { data: null },
        { incident: {} },
      ]) {
        const run = mapBody(runner, source, `webhook:${name}`, { body, headers: {} }, NOW);
        await run.then(
          ({ events }) => assert.ok(events.length <= 1),
          (error: Error) => assert.match(error.message, /mapping|event \d/),
        );
      }
    });
  });
}

test('what is shipped for a sender is where its page says', () => {
  for (const name of folders) {
    const page = readFileSync(join(FOLDER, name, 'README.md'), 'utf8');
    for (const [, path = ''] of page.matchAll(/\]\(((?!https?:)[^)#]+)\)/g)) {
      assert.ok(globSync(join(FOLDER, name, path)).length === 1, `${name}: there is no ${path}`);
    }
    assert.ok(dirname(name) === '.');
  }
});

/** These make an alert of whatever their senders send: their bodies are written by the one who sets them up. */
const TAKE_ALL = ['datadog', 'mail', 'zabbix'];

for (const integration of builtInIntegrations().filter(({ name }) => !TAKE_ALL.includes(name))) {
  test(`${integration.name}: a body of something else is refused, and not taken as one that says nothing`, async () => {
    const { name } = integration;
    const source = compileSources(signalSchema.parse({ sources: [{ name, integration: name }] }).sources, [
      integration,
    ]).get(name)!;
    for (const body of [{ hello: 'world', n: 1 }, 'text', 7]) {
      const made = mapBody(runner, source, `webhook:${name}`, { body, headers: {} }, NOW);
      await assert.rejects(made, /does not fit/, JSON.stringify(body));
    }
  });
}
