import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Fault } from '../../core/fault.ts';
import type { Measure } from '../settings.ts';
import { engineOfCalls, type SeenCalls } from '../testing/calls.ts';
import { KIEZ, kiezSettings } from '../testing/kiez.ts';
import { askNormal, explainByMeasures, silenceOf, type MeasureQuestion } from './measured.ts';
import { TooManySeries } from './read-measures.ts';
import { causeMeasures, causeSchema } from './setting.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const ONSET = Date.UTC(2026, 8, 3, 17);
const { topology } = kiezSettings(readFileSync(KIEZ, 'utf8'));
const CALLS = { caller: 'client', callee: 'server', requests: 'requests', failures: 'failures', latency: 'latency' };

/** Calls of the example: members ask booking, which asks telematics, identity and payment. */
const USUAL: Readonly<Record<string, SeenCalls>> = {
  'app->booking': { requests: 20, failures: 0.08, latency: 0.2 },
  'booking->telematics': { requests: 15, failures: 0.03, latency: 0.05 },
  'booking->payment': { requests: 10, failures: 0.04, latency: 0.3 },
  'booking->identity': { requests: 20, failures: 0.02, latency: 0.02 },
};
const PAYMENT_FAILS: Readonly<Record<string, SeenCalls>> = {
  ...USUAL,
  'app->booking': { requests: 20, failures: 3.9, latency: 0.2 },
  'booking->payment': { requests: 10, failures: 3.8, latency: 0.3 },
};

async function ask(
  measure: Measure,
  question: Partial<MeasureQuestion> = {},
  setting: Parameters<typeof causeSchema.parse>[0] = { calls: [CALLS] },
) {
  const settings = causeMeasures(causeSchema.parse(setting));
  const asked = {
    symptoms: ['booking-backend'],
    onset: ONSET,
    now: ONSET + 6 * MINUTE,
    changes: [],
    rejected: () => false,
    ...question,
  };
  const normal = await askNormal(measure, settings, topology, asked.onset);
  return explainByMeasures(measure, settings, topology, asked, normal);
}

const since =
  (fails: Readonly<Record<string, SeenCalls>>, usual = USUAL) =>
  (at: number): Readonly<Record<string, SeenCalls>> =>
    at > ONSET ? fails : usual;

test('a partner that only its callers see fail is the cause, told in figures', async () => {
  const { abstained, explanation } = await ask(engineOfCalls(since(PAYMENT_FAILS)));
  assert.equal(abstained, null);
  const [first, second] = explanation!.causes;
  assert.equal(first?.component, 'payment-vendor');
  assert.deepEqual(first.path, ['booking-backend', 'payment-vendor']);
  assert.equal(
    first.reasons[0],
    "Payment vendor answers 38 % of Booking backend's requests with an error, 0.4 % before",
  );
  assert.ok(first.probability > 0.85, String(first.probability));
  assert.ok((second?.probability ?? 0) < 0.1);
});

test('what fails by itself while its callees are well is the cause, and a deploy elsewhere is not', async () => {
  const fails = { ...USUAL, 'app->booking': { requests: 20, failures: 7.6, latency: 0.2 } };
  const change = { id: 'c', at: ONSET - 3 * MINUTE, kind: 'deploy', component: 'telematics-gateway', title: '7.1' };
  const { explanation } = await ask(engineOfCalls(since(fails)), { changes: [change] });
  const [first] = explanation!.causes;
  assert.deepEqual([first?.component, first?.kind, first?.changeId], ['booking-backend', 'own', null]);
  assert.deepEqual(first?.reasons.slice(0, 2), [
    'Booking backend answers 38 % of its requests with an error, 0.4 % before',
    'its own callees are healthy',
  ]);
});

test('the same with a deploy of it right before is the change', async () => {
  const fails = { ...USUAL, 'app->booking': { requests: 20, failures: 7.6, latency: 0.2 } };
  const change = { id: 'c', at: ONSET - 3 * MINUTE, kind: 'deploy', component: 'booking-backend', title: '7.1' };
  const { explanation } = await ask(engineOfCalls(since(fails)), { changes: [change] });
  assert.deepEqual([explanation?.causes[0]?.kind, explanation?.causes[0]?.changeId], ['change', 'c']);
});

test('who is only seen calling others hands on what these answer', async () => {
  const { 'app->booking': _, ...seen } = PAYMENT_FAILS;
  const { 'app->booking': __, ...usual } = USUAL;
  const { explanation } = await ask(engineOfCalls(since(seen, usual)));
  assert.equal(explanation?.causes[0]?.component, 'payment-vendor');
});

test('a slow callee is told in time', async () => {
  const slow = {
    ...USUAL,
    'app->booking': { requests: 20, failures: 0.08, latency: 1.3 },
    'booking->payment': { requests: 10, failures: 0.04, latency: 2.5 },
  };
  const { explanation } = await ask(engineOfCalls(since(slow)));
  assert.equal(explanation?.metric, 'latency');
  assert.equal(
    explanation.causes[0]?.reasons[0],
    "Payment vendor takes 2.5 s for each of Booking backend's requests, 300 ms before",
  );
});

test('an outage at this hour yesterday, and one two hours ago, do not make it normal', async () => {
  const engine = engineOfCalls((at) => {
    const yesterday = at > ONSET - DAY && at < ONSET - DAY + 40 * MINUTE;
    const earlier = at > ONSET - 180 * MINUTE && at < ONSET - 120 * MINUTE;
    return at > ONSET || yesterday || earlier ? PAYMENT_FAILS : USUAL;
  });
  const { explanation } = await ask(engine);
  assert.equal(explanation?.causes[0]?.component, 'payment-vendor');
  assert.match(explanation.causes[0].reasons[0]!, /38 % .* 0\.4 % before/);
});

test('what happens at this hour of every day is normal', async () => {
  const engine = engineOfCalls((at) => (at > ONSET || (ONSET - at) % DAY > DAY - 60 * MINUTE ? PAYMENT_FAILS : USUAL));
  const { abstained, why } = await ask(engine);
  assert.equal(abstained, 'no-deviation');
  assert.match(why ?? '', /^Booking backend does not deviate from normal \(1\d %, normally 1\d %/);
});

test('an operator whose series are young is measured by what there is', async () => {
  const engine = engineOfCalls((at) => (at < ONSET - 60 * MINUTE ? {} : since(PAYMENT_FAILS)(at)));
  const { explanation } = await ask(engine);
  assert.equal(explanation?.causes[0]?.component, 'payment-vendor');
});

test('nothing deviates, or nothing is measured there: it says so', async () => {
  const calm = await ask(engineOfCalls(() => USUAL));
  assert.equal(calm.abstained, 'no-deviation');
  assert.match(calm.why ?? '', /Booking backend does not deviate from normal \(0\.4 %, normally 0\.4 %/);
  const elsewhere = await ask(
    engineOfCalls(() => USUAL),
    { symptoms: ['call-centre'] },
  );
  assert.deepEqual([elsewhere.abstained, elsewhere.explanation], ['not-measured', null]);
});

test('an alert at the partner itself is asked about at those who call it', async () => {
  const { explanation } = await ask(engineOfCalls(since(PAYMENT_FAILS)), { symptoms: ['payment-vendor'] });
  assert.equal(explanation?.causes[0]?.component, 'payment-vendor');
});

test('a call that the map lacks is followed, unless a person rejected it', async () => {
  const usual = { ...USUAL, 'booking->maps': { requests: 10, failures: 0.02, latency: 0.1 } };
  const fails = {
    ...usual,
    'app->booking': { requests: 20, failures: 3.9, latency: 0.2 },
    'booking->maps': { requests: 10, failures: 3.8, latency: 0.1 },
  };
  const found = await ask(engineOfCalls(since(fails, usual)));
  assert.equal(found.explanation?.causes[0]?.component, 'map-vendor');
  assert.deepEqual(found.calls, [['booking-backend', 'map-vendor']]);
  const refused = await ask(engineOfCalls(since(fails, usual)), { rejected: (_, callee) => callee === 'map-vendor' });
  assert.equal(refused.explanation?.causes[0]?.component, 'booking-backend');
  assert.deepEqual(refused.calls, []);
});

test('calls are counted together where several series stand for one', async () => {
  const split = engineOfCalls(since(PAYMENT_FAILS));
  const doubled: Measure = {
    ...split,
    range: async (expr, from, to, step) => {
      const lines = await split.range(expr, from, to, step);
      const half = (labels: (typeof lines)[number], zone: string) => ({
        labels: { ...labels.labels, zone },
        values: labels.values.map((value) => (expr === 'latency' ? value : value / 2)),
      });
      return lines.flatMap((line) => [half(line, 'a'), half(line, 'b')]);
    },
  };
  const [one, two] = [await ask(split), await ask(doubled)];
  assert.deepEqual(two.explanation, one.explanation);
});

test('an expression with more series than are asked for is not asked', async () => {
  const engine = engineOfCalls(since(PAYMENT_FAILS));
  let ranges = 0;
  const counted: Measure = { ...engine, range: (...given) => (ranges++, engine.range(...given)) };
  await assert.rejects(ask(counted, {}, { calls: [CALLS], series: 3 }), (error) => {
    assert.ok(error instanceof TooManySeries);
    assert.deepEqual(silenceOf(error), {
      abstained: 'too-many-series',
      why: '"requests" has 4 series; at most 3 are asked for',
    });
    return true;
  });
  assert.equal(ranges, 0);
});

test('what the engine says is told by name', () => {
  const named = (fault: Fault): string | undefined => silenceOf(fault)?.abstained;
  assert.equal(named(new Fault('unavailable', { what: 'The engine' })), 'engine-away');
  assert.equal(named(new Fault('query_timeout', { limit: '10s' })), 'engine-slow');
  assert.equal(named(new Fault('query_too_large', { limit: 1 })), 'too-many-series');
  assert.equal(named(new Fault('execution_failed', { what: 'many-to-many' })), 'query-refused');
  assert.equal(silenceOf(new TypeError('a bug')), null);
});
