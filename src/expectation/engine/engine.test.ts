import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimulatedClock } from '../../core/clock.ts';
import { fingerprint } from '../../core/labels.ts';
import { BatchBuilder, openSeriesStore, type SeriesStore } from '../../series/index.ts';
import type { RuleGroup } from '../rule/group.ts';
import { parseRuleFile } from '../rule/rule-file.ts';
import { Engine, type StoredDeviation } from './engine.ts';
import type { EnginePlan } from './plan.ts';

const START = 1_790_000_040_000;
const MINUTE = 60_000;

function groupsOf(text: string): readonly RuleGroup[] {
  const { groups, faults } = parseRuleFile(text, 'rules.yaml', () => null);
  assert.deepEqual(faults, []);
  return groups;
}

function planOf(rules: string, more: Partial<EnginePlan> = {}): EnginePlan {
  const nothing = { watermarks: [], indicators: [], calendars: [], zones: {}, titles: {} };
  return { groups: groupsOf(rules), ...nothing, externalUrl: 'http://ops', interval: MINUTE, ...more };
}

class Bench {
  readonly clock = new SimulatedClock(START);
  readonly store: SeriesStore = openSeriesStore({ path: ':memory:', now: () => this.clock.now(), retentionMs: 1e12 });
  readonly engine = new Engine(this.store, this.clock, () => 0);

  write(name: string, value: number, labels: Record<string, string> = {}): Promise<unknown> {
    return this.store.write(new BatchBuilder().add({ __name__: name, ...labels }, this.clock.now(), value).build());
  }

  /** Moves on by a minute and evaluates. */
  async minute(count = 1): Promise<void> {
    for (let k = 0; k < count; k++) {
      this.clock.advance(MINUTE);
      await this.engine.tick();
    }
  }

  /** The body is taken to be what the test says; its assertions find out. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  async ask<T>(path: string, params: Record<string, string | string[]> = {}): Promise<{ status: number; body: T }> {
    const lists = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, [value].flat()]));
    const { status, body } = await this.engine.prometheus(path, lists);
    return { status, body: JSON.parse(String(body)) as T };
  }

  value(expr: string, at = this.clock.now()): number | undefined {
    return this.engine.values(expr, at)[0]?.value;
  }
}

interface RulesBody {
  data: { groups: { name: string; rules: { name: string; state?: string; health: string; lastError?: string }[] }[] };
}

describe('rules', () => {
  it('what exceeds the limit is dropped whole, with an error and no staleness marker', async () => {
    const bench = new Bench();
    bench.engine.configure(planOf('groups: [{ name: g, limit: 1, rules: [{ record: out, expr: in }] }]'), []);
    await bench.write('in', 1, { a: '1' });
    await bench.minute();
    assert.equal(bench.value('out'), 1);
    await bench.write('in', 1, { a: '1' });
    await bench.write('in', 2, { a: '2' });
    await bench.minute();
    const [run] = bench.engine.rules().groups[0]!.rules[0]!.runs;
    assert.equal(run!.error, 'exceeded limit of 1 with 2 series');
    assert.equal(bench.value('count(out)'), 1, 'the one before still stands');
  });

  it('a rule sees what the rules before it recorded, by name, by a regex and in a template', async () => {
    const bench = new Bench();
    bench.engine.configure(
      planOf(`groups:
- name: g
  rules:
    - { record: first, expr: in * 2 }
    - { record: apart, expr: in }
    - { record: second, expr: first + 1 }
    - { record: third, expr: 'sum({__name__=~"first|second"})' }
    - { alert: A, expr: in > 0, annotations: { text: '{{ query "third" | first | value }}' } }
    - { record: firing, expr: 'count(ALERTS{alertname="A"})' }`),
      [],
    );
    await bench.write('in', 5);
    bench.clock.advance(MINUTE);
    const { events } = await bench.engine.tick();
    assert.deepEqual(
      ['first', 'apart', 'second', 'third', 'firing'].map((name) => bench.value(name)),
      [10, 5, 11, 21, 1],
    );
    assert.equal(events.at(-1)!.annotations['text'], '21');
  });

  it('a group with an offset asks about the past and writes there', async () => {
    const bench = new Bench();
    bench.engine.configure(
      planOf('groups: [{ name: g, query_offset: 1m, labels: { team: red }, rules: [{ record: out, expr: in }] }]'),
      [],
    );
    await bench.write('in', 1);
    await bench.minute();
    await bench.write('in', 2);
    assert.equal(bench.value('out{team="red"}'), 1);
    assert.equal(bench.value('timestamp(out)'), START / 1000);
  });

  it('a series that a rule no longer gives ends at once, and so do those of a rule that is gone', async () => {
    const bench = new Bench();
    const both = 'groups: [{ name: g, rules: [{ record: one, expr: in > 0 }, { record: two, expr: in }] }]';
    bench.engine.configure(planOf(both), []);
    await bench.write('in', 1);
    await bench.minute();
    assert.equal(bench.value('count(one)'), 1);
    await bench.write('in', -1);
    await bench.minute();
    assert.equal(bench.value('count(one)'), undefined);
    assert.equal(bench.value('two'), -1);
    bench.engine.configure(planOf('groups: [{ name: g, rules: [{ record: one, expr: in > 0 }] }]'), []);
    await bench.minute();
    assert.equal(bench.value('two'), undefined);
    assert.equal(bench.engine.rules().groups[0]!.rules[0]!.runs.length, 3, 'its runs are kept');
  });

  it('the last ten runs are kept, newest first', async () => {
    const bench = new Bench();
    bench.engine.configure(planOf('groups: [{ name: g, rules: [{ record: out, expr: vector(1) }] }]'), []);
    await bench.minute(12);
    const { runs } = bench.engine.rules().groups[0]!.rules[0]!;
    assert.equal(runs.length, 10);
    assert.equal(runs[0]!.at, START + 12 * MINUTE);
    assert.equal(runs[9]!.at, START + 3 * MINUTE);
    assert.equal(runs[0]!.samples, 1);
  });

  it('evaluations that were slept through are counted, not made up for', async () => {
    const bench = new Bench();
    bench.engine.configure(planOf('groups: [{ name: g, rules: [{ record: out, expr: vector(1) }] }]'), []);
    await bench.engine.tick();
    await bench.minute();
    bench.clock.advance(4 * MINUTE);
    await bench.engine.tick();
    assert.deepEqual(bench.engine.stats().missed, { g: 3 });
    assert.equal(bench.engine.rules().groups[0]!.missed, 3);
    assert.equal(bench.value('count_over_time(out[10m])'), 3);
  });

  it('what was pending before a restart goes on waiting, and ALERTS_FOR_STATE says since when', async () => {
    const bench = new Bench();
    const rules = 'groups: [{ name: g, rules: [{ alert: A, expr: in > 0, for: 5m, keep_firing_for: 2m }] }]';
    bench.engine.configure(planOf(rules), []);
    await bench.write('in', 1);
    await bench.minute(3);
    const [alert] = bench.engine.rules().groups[0]!.rules[0]!.alerts;
    assert.equal(alert!.state, 'pending');
    const stored: StoredDeviation = {
      source: 'rule:g/A',
      deviation: { ...alert!, fingerprint: fingerprint(alert!.labels), value: 1, resolvedAt: null },
    };
    const again = new Engine(bench.store, bench.clock, () => 0);
    again.configure(planOf(rules), [stored]);
    await bench.write('in', 1);
    for (let k = 0; k < 3; k++) {
      bench.clock.advance(MINUTE);
      await again.tick();
    }
    const [after] = again.rules().groups[0]!.rules[0]!.alerts;
    assert.equal(after!.state, 'firing');
    assert.equal(after!.firedAt, START + 6 * MINUTE, 'five minutes after it began, not after the restart');
    assert.equal(bench.value('ALERTS_FOR_STATE{alertname="A"}'), (START + MINUTE) / 1000);
    assert.equal(bench.value('ALERTS{alertname="A",alertstate="firing"}'), 1);
  });

  it('after a restart, rules of one name for several severities do not resolve the alerts of each other', async () => {
    const bench = new Bench();
    const rules =
      'groups: [{ name: g, rules: [{ alert: A, expr: in > 10, labels: { severity: minor } }, { alert: A, expr: in > 0, labels: { severity: page } }] }]';
    bench.engine.configure(planOf(rules), []);
    await bench.write('in', 5);
    await bench.minute();
    const [alert] = bench.engine.rules().groups[0]!.rules[1]!.alerts;
    const deviation = { ...alert!, fingerprint: fingerprint(alert!.labels), value: 5, resolvedAt: null };
    const again = new Engine(bench.store, bench.clock, () => 0);
    again.configure(planOf(rules), [{ source: 'rule:g/A', deviation }]);
    await bench.write('in', 5);
    bench.clock.advance(MINUTE);
    assert.deepEqual((await again.tick()).events, []);
    assert.equal(again.rules().groups[0]!.rules[1]!.state, 'firing');
    await bench.write('in', -5);
    bench.clock.advance(MINUTE);
    const { events } = await again.tick();
    assert.deepEqual(
      events.map(({ labels, status }) => [labels['severity'], status]),
      [['page', 'resolved']],
    );
  });

  it('what was found reaches the alert stage also when nothing can be written', async () => {
    const bench = new Bench();
    bench.engine.configure(planOf('groups: [{ name: g, rules: [{ alert: A, expr: vector(1) }] }]'), []);
    bench.store.write = () => Promise.reject(new Error('the disk is full'));
    bench.clock.advance(MINUTE);
    const { events } = await bench.engine.tick();
    assert.deepEqual(
      events.map(({ labels, status }) => [labels['alertname'], status]),
      [['A', 'firing']],
    );
    assert.match(bench.engine.stats().writeFault ?? '', /the disk is full/);
  });
});

describe('the query API', () => {
  const rules = `
groups:
  - name: first
    rules:
      - { record: out, expr: sum(in) }
      - { alert: A, expr: in > 0, labels: { severity: page } }
  - name: second
    rules: [{ alert: B, expr: 'in + on () in' }]
`;
  async function ready(): Promise<Bench> {
    const bench = new Bench();
    bench.engine.configure(planOf(rules), []);
    for (const city of ['berlin', 'cologne']) await bench.write('in', 1, { city });
    await bench.write('other', 1, { city: 'munich' });
    await bench.minute();
    return bench;
  }

  it('rules by type, name, group and file, with states and errors', async () => {
    const bench = await ready();
    const names = async (params: Record<string, string | string[]>): Promise<string[]> =>
      (await bench.ask<RulesBody>('rules', params)).body.data.groups.flatMap((group) =>
        group.rules.map(({ name }) => `${group.name}/${name}`),
      );
    assert.deepEqual(await names({}), ['first/out', 'first/A', 'second/B']);
    assert.deepEqual(await names({ type: 'alert' }), ['first/A', 'second/B']);
    assert.deepEqual(await names({ type: 'record' }), ['first/out']);
    assert.deepEqual(await names({ 'rule_name[]': ['A', 'out'] }), ['first/out', 'first/A']);
    assert.deepEqual(await names({ 'rule_group[]': 'second' }), ['second/B']);
    assert.deepEqual(await names({ 'file[]': 'elsewhere.yaml' }), []);
    assert.equal((await bench.ask('rules', { type: 'both' })).status, 400);
    const { groups } = (await bench.ask<RulesBody>('rules')).body.data;
    assert.equal(groups[0]!.rules[1]!.state, 'firing');
    assert.equal(groups[1]!.rules[0]!.health, 'err');
    assert.match(groups[1]!.rules[0]!.lastError ?? '', /many-to-many|duplicate|multiple/i);
    const alerts = await bench.ask<{ data: { alerts: { labels: object; state: string; value: string }[] } }>('alerts');
    assert.equal(alerts.body.data.alerts.length, 2);
    assert.equal(alerts.body.data.alerts[0]!.value, '1e+00');
  });

  it('several match[] are joined, and a limit says what it left out', async () => {
    const bench = await ready();
    const list = (path: string, params: Record<string, string | string[]>) =>
      bench.ask<{ data: string[]; warnings?: string[] }>(path, params);
    const both = { 'match[]': ['in{city="berlin"}', 'other'] };
    assert.deepEqual((await list('label/city/values', both)).body.data, ['berlin', 'munich']);
    assert.deepEqual((await list('labels', both)).body.data, ['__name__', 'city']);
    assert.equal((await list('series', both)).body.data.length, 2);
    assert.equal((await list('series', {})).status, 400);
    const cut = await list('label/city/values', { limit: '1' });
    assert.deepEqual(cut.body.data, ['berlin']);
    assert.deepEqual(cut.body.warnings, ['results truncated due to limit']);
    assert.deepEqual((await list('label/U__city/values', {})).body.data, ['berlin', 'cologne', 'munich']);
  });

  it('wrong parameters are told apart from what cannot be evaluated', async () => {
    const bench = await ready();
    const wrong: [string, Record<string, string>, number, string][] = [
      ['query', {}, 400, 'bad_data'],
      ['query', { query: 'sum(' }, 400, 'bad_data'],
      ['query', { query: 'in', time: 'yesterday' }, 400, 'bad_data'],
      ['query', { query: 'in + on () in' }, 422, 'execution'],
      ['query_range', { query: 'in', start: '0', end: '10', step: '0' }, 400, 'bad_data'],
      ['query_range', { query: 'in', start: '10', end: '0', step: '1' }, 400, 'bad_data'],
      ['query_range', { query: 'in', start: '0', end: '99999', step: '1' }, 400, 'bad_data'],
      ['query', { query: 'in', timeout: 'soon' }, 400, 'bad_data'],
      ['labels', { limit: '-1' }, 400, 'bad_data'],
      ['status/unheard', {}, 404, 'not_found'],
    ];
    for (const [path, params, status, errorType] of wrong) {
      const answer = await bench.ask<{ status: string; errorType: string; error: string }>(path, params);
      assert.deepEqual([answer.status, answer.body.status, answer.body.errorType], [status, 'error', errorType], path);
      assert.notEqual(answer.body.error, '');
    }
  });

  it('a query whose client went away ends', async () => {
    const bench = await ready();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    flag[0] = 1;
    const { status, body } = await bench.engine.prometheus('query', { query: ['in'] }, flag);
    assert.equal(status, 499);
    assert.match(String(body), /canceled/);
  });

  it('statistics, the tree of an expression, and the pages about the server', async () => {
    const bench = await ready();
    const { body } = await bench.ask<{ data: { stats: { samples: { totalQueryableSamples: number } } } }>('query', {
      query: 'sum(in)',
      stats: 'all',
    });
    assert.ok(body.data.stats.samples.totalQueryableSamples >= 2);
    const tree = await bench.ask<{ data: unknown }>('parse_query', { query: 'rate(in{city="x"}[5m] offset 1m)' });
    assert.deepEqual(tree.body.data, {
      type: 'call',
      func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
      args: [
        {
          type: 'matrixSelector',
          range: 300_000,
          name: 'in',
          offset: MINUTE,
          matchers: [
            { name: '__name__', value: 'in', type: '=' },
            { name: 'city', value: 'x', type: '=' },
          ],
          timestamp: null,
          startOrEnd: null,
        },
      ],
    });
    for (const page of ['buildinfo', 'config', 'flags', 'runtimeinfo', 'tsdb'])
      assert.equal((await bench.ask(`status/${page}`)).status, 200, page);
    const config = await bench.ask<{ data: { yaml: string } }>('status/config');
    assert.equal(config.body.data.yaml, 'global:\n  evaluation_interval: 60s\nrule_files:\n  - "rules.yaml"\n');
    assert.deepEqual((await bench.ask<{ data: unknown }>('query_exemplars', { query: 'in' })).body.data, []);
  });
});
