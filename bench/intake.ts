/**
 * Alert intake beside Debian's Alertmanager, which takes the same alerts in the same run: alerts posted one by one and in
 * batches of 100 over 8 connections, all new and 94 % repeated; how long an event takes to its incident; how long it
 * takes to list 55,000 alerts, and the memory they need. Lamplighter answers when its alerts are durable and applied,
 * Alertmanager when they are in memory.
 *
 *     node bench/intake.ts [--seconds 10] [--held 55000] [--rate 200]
 */
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { pause } from '../test/support/server.ts';
import { alertOf, numbers } from './intake/alerts.ts';
import { Connection, postOf } from './intake/client.ts';
import { cpuSeconds, memoryOf, startAlertmanager, startLamplighter, type Subject } from './intake/subject.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    held: { type: 'string', default: '55000' },
    rate: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
});
const SECONDS = Number(values.seconds);
const HELD = Number(values.held);
const RATE = Number(values.rate);
const CONNECTIONS = 8;
const LATER = new Date(Date.now() + 12 * 3_600_000).toISOString();

interface Flow {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Posts as fast as the answers come. */
async function flow(subject: Subject, batch: number, duplicates: number): Promise<Flow> {
  const run = `${batch}-${duplicates}-${Date.now()}`;
  const next = numbers(duplicates);
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(subject.port)));
  const took: number[] = [];
  let events = 0;
  const cpu = cpuSeconds(subject.pid);
  const began = performance.now();
  const end = began + SECONDS * 1000;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end) {
        const list = Array.from({ length: batch }, () => alertOf(run, next.next().value as number, LATER));
        const request = postOf(JSON.stringify(list), subject.token);
        const sent = performance.now();
        const status = await connection.send(request);
        if (status !== 200) throw new Error(`${subject.name} answered ${status}`);
        took.push(performance.now() - sent);
        events += batch;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const connection of connections) connection.close();
  took.sort((a, b) => a - b);
  return {
    perSecond: events / seconds,
    perCpuSecond: events / (cpuSeconds(subject.pid) - cpu),
    p50: took[Math.floor(took.length * 0.5)]!,
    p99: took[Math.floor(took.length * 0.99)]!,
  };
}

/** How long correlation is given to catch up, s. */
const PATIENCE = 120;

/** Waits until no row of work of alerts and incidents is due any more, and says how long that took. */
async function drained(subject: Subject): Promise<string> {
  if (subject.database === null) return '';
  const began = performance.now();
  const database = new DatabaseSync(subject.database, { readOnly: true });
  const count = database.prepare(
    "SELECT count(*) AS n FROM work WHERE state = 'open' AND priority <= 2 AND due_at <= ?",
  );
  const due = (): number => Number((count.get(Date.now()) as { n: number }).n);
  const passed = (): number => (performance.now() - began) / 1000;
  while (due() > 0 && passed() < PATIENCE) await pause(100);
  const left = due();
  database.close();
  return `, through correlation ${passed().toFixed(1)} s later${left === 0 ? '' : ` but for ${left}`}`;
}

/** From the receipt of an event to its place in an incident, ms, at a steady rate. */
async function toIncident(subject: Subject): Promise<{ p50: number; p99: number; events: number }> {
  const run = `incident-${Date.now()}`;
  const connection = await Connection.open(subject.port);
  const began = performance.now();
  const count = RATE * SECONDS;
  for (let number = 0; number < count; number++) {
    const wait = began + (number * 1000) / RATE - performance.now();
    if (wait > 1) await pause(wait);
    await connection.send(postOf(JSON.stringify([alertOf(run, number, LATER)]), subject.token));
  }
  connection.close();
  await drained(subject);
  const database = new DatabaseSync(subject.database!, { readOnly: true });
  const took = database
    .prepare(
      `SELECT l.linked_at - a.fired_at AS ms FROM alert a JOIN incident_link l ON l.member_id = a.id
       WHERE a.labels LIKE ? ORDER BY ms`,
    )
    .all(`%"run":"${run}"%`)
    .map((row) => Number(row['ms']));
  database.close();
  return {
    events: took.length,
    p50: took[Math.floor(took.length * 0.5)] ?? NaN,
    p99: took[Math.floor(took.length * 0.99)] ?? NaN,
  };
}

/** Posts alerts until so many are held, then lists them. */
async function list(subject: Subject): Promise<{ seconds: number; alerts: number; megabytes: number }> {
  const run = `held-${Date.now()}`;
  const connection = await Connection.open(subject.port);
  for (let number = 0; number < HELD; number += 100) {
    const body = Array.from({ length: 100 }, (_, index) => alertOf(run, number + index, LATER));
    await connection.send(postOf(JSON.stringify(body), subject.token));
  }
  connection.close();
  await drained(subject);
  const began = performance.now();
  const headers: Record<string, string> = subject.token === null ? {} : { authorization: `Bearer ${subject.token}` };
  const response = await fetch(`http://127.0.0.1:${subject.port}/api/v2/alerts`, { headers });
  const text = await response.text();
  const seconds = (performance.now() - began) / 1000;
  const megabytes = memoryOf(subject.pid);
  return { seconds, alerts: (JSON.parse(text) as unknown[]).length, megabytes };
}

async function measured(subject: Subject): Promise<void> {
  const line = (what: string, words: string): void => console.log(`| ${subject.name} | ${what} | ${words} |`);
  try {
    for (const batch of [1, 100]) {
      for (const duplicates of [0, 0.94]) {
        const { perSecond, perCpuSecond, p50, p99 } = await flow(subject, batch, duplicates);
        const rest = await drained(subject);
        line(
          `${batch === 1 ? 'one by one' : `batches of ${batch}`}, ${duplicates * 100} % repeated`,
          `${perSecond.toFixed(0)} events/s, ${perCpuSecond.toFixed(0)} per CPU second, answer p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${rest}`,
        );
      }
    }
    if (subject.database !== null) {
      const { p50, p99, events } = await toIncident(subject);
      line(`event to incident at ${RATE}/s`, `p50 ${p50} ms, p99 ${p99} ms (${events} events)`);
    }
  } finally {
    await subject.stop();
    subject.remove();
  }
}

async function held(subject: Subject): Promise<void> {
  try {
    const { seconds, alerts, megabytes } = await list(subject);
    console.log(
      `| ${subject.name} | ${alerts} alerts held | listed in ${seconds.toFixed(2)} s, memory ${megabytes.toFixed(0)} MB |`,
    );
  } finally {
    await subject.stop();
    subject.remove();
  }
}

console.log('| server | what | measured |\n|---|---|---|');
for (const start of [startLamplighter, startAlertmanager]) {
  if (values.only !== undefined && !start.name.toLowerCase().includes(values.only)) continue;
  await measured(await start());
  await held(await start());
}
