/**
 * How long each answer of the API behind an action of the web part takes with 10,000 open alerts in 500 incidents.
 * Usage: node bench/open-alerts.ts [--alerts 10000] [--incidents 500] [--times 20] [--postgres]
 */
import { parseArgs } from 'node:util';
import { dropSchema, POSTGRES_URL } from '../test/contract/place.ts';
import { eventually, startServer } from '../test/support/server.ts';
import { cpuSeconds } from './intake/subject.ts';

const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '10000' },
    incidents: { type: 'string', default: '500' },
    times: { type: 'string', default: '20' },
    postgres: { type: 'boolean', default: false },
  },
});
const ALERTS = Number(values.alerts);
const INCIDENTS = Number(values.incidents);
const TIMES = Number(values.times);
/** What issue 5 asks for, ms. */
const GOAL = 200;
const CITIES = ['berlin', 'hamburg', 'munich', 'cologne'];

const parts = Array.from({ length: INCIDENTS }, (_, n) => `part-${n}`);
const config = `
name: Bench
url: http://127.0.0.1:PORT
topology:
  cities:
${CITIES.map((city) => `    - { name: ${city}, title: ${city}, zone: Europe/Berlin }`).join('\n')}
  functions:
${Array.from({ length: 8 }, (_, n) => `    - { name: f${n}, title: Function ${n}, needs: [${parts.filter((_, i) => i % 8 === n).join(', ')}] }`).join('\n')}
  components:
${parts.map((part, n) => `    - { name: ${part}, title: Part ${n}, match: { part: "${part}" } }`).join('\n')}
people: [{ id: ada, name: Ada, email: ada@example.org }]
duty:
  zone: Europe/Berlin
  rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: ada
chains:
  - { name: everything, steps: [{ do: open-ticket }] }
outside:
  email: { from: "ops@example.org", relays: ["smtp://127.0.0.1:9"] }
`;
const endsAt = new Date(Date.now() + 12 * 3_600_000).toISOString();

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
interface Named {
  readonly id: string;
  readonly number: number;
  readonly version: number;
}

const schema = `bench_open_${process.pid}`;
const env: Record<string, string> = values.postgres
  ? { LAMPLIGHTER_DATABASE_URL: POSTGRES_URL, LAMPLIGHTER_DATABASE_SCHEMA: schema }
  : {};
const server = await startServer({ config, env });
try {
  await fill();
  await measureAll();
} finally {
  await server.stop();
  server.remove();
  if (values.postgres) await dropSchema(schema);
}

/** Posts the alerts, one of each part first, and waits until every one has its incident. */
async function fill(): Promise<void> {
  const began = performance.now();
  for (let at = 0; at < ALERTS; at += 250) {
    const alerts = Array.from({ length: Math.min(250, ALERTS - at) }, (_, index) => alertOf(at + index));
    await server.ask('POST', '/api/v2/alerts', alerts);
  }
  await eventually(
    'every alert has its incident',
    async () => (await server.ask<Page<unknown>>('GET', '/ops/v1/alerts?loose=true&limit=1')).items.length === 0,
    300_000,
  );
  const { incidents } = await server.admin<{ incidents: unknown[] }>('GET', '/ops/v1/now');
  console.log(
    `${ALERTS} open alerts in ${incidents.length} open incidents, after ${((performance.now() - began) / 1000).toFixed(0)} s, on ${values.postgres ? 'PostgreSQL' : 'the embedded database'}`,
  );
}

function alertOf(number: number): object {
  const part = number % INCIDENTS;
  return {
    labels: {
      alertname: `Errors${part % 50}`,
      severity: number < INCIDENTS || number % 3 > 0 ? 'critical' : 'warning',
      part: `part-${part}`,
      city: CITIES[part % CITIES.length],
      instance: `host-${number}.prod.example:8080`,
      job: `service-${part % 20}`,
    },
    annotations: {
      summary: `Part ${part} answers with errors`,
      description: `More than 5 % of the answers of host-${number} were errors during the last 5 minutes.`,
    },
    startsAt: new Date(Date.now() - 60_000).toISOString(),
    endsAt,
    generatorURL: 'http://prometheus.prod.example:9090/graph?g0.expr=errors',
  };
}

async function measureAll(): Promise<void> {
  const first = await server.admin<Page<Named>>('GET', '/ops/v1/alerts?state=firing,pending&limit=100');
  const { items: incidents } = await server.admin<Page<Named>>('GET', '/ops/v1/incidents?state=open&limit=100');
  const get = (path: string) => () => server.admin<unknown>('GET', path);
  const matcher = (part: number) => [{ name: 'part', value: `part-${part}`, isRegex: false, isEqual: true }];
  const list = '/ops/v1/alerts?state=firing,pending&limit=100';
  const wanted = (matchers: string): string => `${list}&filter=${encodeURIComponent(matchers)}`;
  let turn = 0;
  const actions: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['now', get('/ops/v1/now')],
    ['alerts, first page', get(list)],
    ['alerts, next page', get(`${list}&after=${first.next}`)],
    ['alerts of a label value', get(wanted('part="part-77"'))],
    ['alerts by a regex that fits none', get(wanted('part=~"nothing.*"'))],
    ['alerts by words', get(`${list}&text=host-42.`)],
    ['alerts of a severity', get(`${list}&severity=warning`)],
    ['alerts that are loud', get(`${list}&quiet=false`)],
    ['alerts without an incident', get(`${list}&loose=true`)],
    ['alerts grouped by a label', get('/ops/v1/alerts/groups?by=job')],
    ['a silence, previewed', () => server.admin('POST', '/ops/v1/silences/preview', { matchers: matcher(3) })],
    ['silences', get('/ops/v1/silences')],
    ['incidents', get('/ops/v1/incidents')],
    ['incident', () => server.admin('GET', `/ops/v1/incidents/${incidents[turn++ % incidents.length]!.id}`)],
    [
      'evidence of an incident',
      () => server.admin('GET', `/ops/v1/incidents/${incidents[turn++ % incidents.length]!.id}/evidence`),
    ],
    ['topology', get('/ops/v1/topology')],
    [
      'accept an incident',
      () => server.admin('POST', `/ops/v1/incidents/${incidents[turn++ % incidents.length]!.id}/accept`, {}),
    ],
    [
      'make a silence',
      () =>
        server.admin('POST', '/ops/v1/silences', {
          matchers: matcher(400 + (turn++ % 90)),
          endsAt: Date.now() + 3_600_000,
          comment: 'bench',
        }),
    ],
    ['an answer right after a silence was made', get(list)],
  ];
  console.log(`\n| action | p50, ms | p95, ms | longest, ms | CPU, ms | below ${GOAL} ms |\n|---|---|---|---|---|---|`);
  let above = 0;
  for (const [name, ask] of actions) {
    const took: number[] = [];
    turn = 0;
    const cpu = cpuSeconds(server.child.pid!);
    for (let time = 0; time < TIMES; time++) {
      const began = performance.now();
      await ask();
      took.push(performance.now() - began);
    }
    took.sort((a, b) => a - b);
    const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))]!;
    if (at(0.95) >= GOAL) above++;
    const spent = ((cpuSeconds(server.child.pid!) - cpu) * 1000) / TIMES;
    const row = [at(0.5), at(0.95), took.at(-1)!, spent].map((ms) => ms.toFixed(1)).join(' | ');
    console.log(`| ${name} | ${row} | ${at(0.95) < GOAL ? 'yes' : 'no'} |`);
  }
  console.log(`\n${above === 0 ? 'All' : `All but ${above}`} of ${actions.length} answers are below ${GOAL} ms (p95).`);
}
