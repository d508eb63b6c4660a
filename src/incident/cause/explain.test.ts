import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logBinomialTail } from './deviation.ts';
import { explain, type Change } from './explain.ts';
import { graphOf } from './graph.ts';
import { readMeasures, TableFault } from './measures.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 8);
type Row = readonly [requests: number, failures: number, latency: number];

/** A table of an hour of normal rows and ten since; `since` and `usual` by node. Undefined rows are gaps. */
function table(usual: Readonly<Record<string, Row>>, since: Readonly<Record<string, Row | null>>): string {
  const lines = ['time,node,metric,value'];
  for (let row = -60; row < 10; row++) {
    for (const node of new Set([...Object.keys(usual), ...Object.keys(since)])) {
      const values = row < 0 ? usual[node] : node in since ? since[node] : usual[node];
      if (!values) continue;
      const at = (START + row * MINUTE) / 1000;
      for (const [index, metric] of ['requests', 'failures', 'latency'].entries()) {
        lines.push(`${at},${node},${metric},${values[index]! * (index === 2 ? 1 + 0.01 * (row % 3) : 1)}`);
      }
    }
  }
  return lines.join('\n');
}

const EDGES = [
  ['app', 'booking'],
  ['app', 'search'],
  ['booking', 'db'],
  ['booking', 'vendor'],
  ['search', 'db'],
] as const;
const USUAL = {
  app: [1000, 2, 0.1],
  booking: [500, 1, 0.05],
  search: [500, 1, 0.04],
  db: [800, 1, 0.01],
} as const satisfies Record<string, Row>;
const graph = graphOf(['app', 'booking', 'search', 'db', 'vendor'], EDGES);

function ask(
  since: Readonly<Record<string, Row | null>>,
  changes: readonly Change[] = [],
  usual: Readonly<Record<string, Row>> = USUAL,
) {
  const metrics = readMeasures(table(usual, since), 'm.csv');
  const component = (name: string) => ({ title: name, partner: name === 'vendor' ? 'vendor' : null });
  return explain({ graph, metrics, normal: metrics, at: START, symptom: 'app', changes, component });
}

test('failures begin where nothing below explains them', () => {
  const { causes, abstained } = ask({ app: [1000, 102, 0.1], booking: [500, 101, 0.05] });
  assert.equal(abstained, null);
  assert.deepEqual([causes[0]?.component, causes[0]?.kind, causes[0]?.path], ['booking', 'own', ['app', 'booking']]);
});

test('what the database causes is not charged to its callers', () => {
  const { causes } = ask({
    app: [1000, 82, 0.1],
    booking: [500, 41, 0.05],
    search: [500, 41, 0.04],
    db: [800, 81, 0.01],
  });
  assert.equal(causes[0]?.component, 'db');
  assert.ok(causes[0].probability > 0.8);
});

test('waiting is weighed by requests', () => {
  const { causes, metric } = ask({ app: [1000, 2, 0.3], search: [500, 1, 0.44] });
  assert.deepEqual([metric, causes[0]?.component], ['latency', 'search']);
});

test('a component that went dark is looked at, and what it calls too', () => {
  const { causes } = ask({ app: [1000, 202, 0.1], booking: [500, 101, 0.05], search: [500, 101, 0.04], db: null });
  assert.equal(causes[0]?.component, 'db');
  assert.ok(causes[0].reasons.some((reason) => /reports nothing itself/.test(reason)));
});

test('calls of a partner are judged where they are made', () => {
  const usual: Record<string, Row> = { ...USUAL, 'booking->vendor': [300, 1, 0.1] };
  const { causes } = ask(
    { app: [1000, 82, 0.1], booking: [500, 81, 0.05], 'booking->vendor': [300, 81, 0.1] },
    [],
    usual,
  );
  assert.deepEqual([causes[0]?.component, causes[0]?.kind], ['vendor', 'partner']);
});

test('a change counts where its target deviates, and not as a herring elsewhere', () => {
  const change = (component: string): Change => ({
    id: 'c',
    at: START - 5 * MINUTE,
    kind: 'deploy',
    component,
    title: '4.2',
  });
  const since = { app: [1000, 102, 0.1], booking: [500, 101, 0.05] } as const;
  assert.deepEqual(
    [ask(since, [change('booking')]).causes[0]?.kind, ask(since, [change('booking')]).causes[0]?.changeId],
    ['change', 'c'],
  );
  assert.deepEqual(
    [ask(since, [change('search')]).causes[0]?.component, ask(since, [change('search')]).causes[0]?.kind],
    ['booking', 'own'],
  );
});

test('a call that is new speaks for a change in its caller', () => {
  const usual: Record<string, Row> = { ...USUAL, 'search->db': [0, 0, 0.01] };
  const { causes } = ask({ app: [1000, 102, 0.1], search: [500, 101, 0.04], 'search->db': [400, 90, 0.01] }, [], usual);
  assert.deepEqual([causes[0]?.component, causes[0]?.kind], ['search', 'change']);
});

test('a peak without trouble, and a symptom nobody explains, get no cause', () => {
  const peak = Object.fromEntries(
    Object.entries(USUAL).map(([name, [requests, failures, latency]]) => [
      name,
      [requests * 3, failures * 3, latency] as const,
    ]),
  );
  assert.match(ask(peak).abstained ?? '', /does not deviate/);
});

test('the binomial tail is exact', () => {
  // P(X >= 2) of 3 at 0.5 is 1/2.
  assert.ok(Math.abs(logBinomialTail(2, 3, 0.5) - Math.log(0.5)) < 1e-6);
  assert.equal(logBinomialTail(0, 3, 0.5), 0);
});

test('a table says which line cannot be read', () => {
  for (const [text, words] of [
    ['a,b\n', /line 1 must be "time,node,metric,value"/],
    ['time,node,metric,value\n1,a,requests,x', /line 2: "x" is no number/],
    ['time,node,metric,value\nlater,a,requests,1', /line 2: "later" is no time/],
  ] as const) {
    assert.throws(
      () => readMeasures(text, 'm.csv'),
      (error) => error instanceof TableFault && words.test(error.message),
    );
  }
});
