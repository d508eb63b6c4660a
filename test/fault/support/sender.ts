import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { pause, TOKEN, type TestServer } from '../../support/server.ts';

const EVERY = 20;

export interface SenderOptions {
  /** Where the ledger is written: each acknowledged alert is on the disk before the next request. */
  readonly ledger: string;
  /** Addresses of the instances, asked anew for each request. */
  readonly urls: () => readonly string[];
  /** Alerts per second. */
  readonly rate: number;
  /** The label `part` of an alert: its cause. */
  readonly partOf: (sent: number) => string;
}

/**
 * Posts alerts at a rate until it is told to stop. What was not acknowledged is given up: a real sender would send it
 * again, and hide a loss.
 */
export class Sender {
  acknowledged = 0;
  refused = 0;
  /** Status by which requests were refused; 0 is none at all. */
  readonly statuses = new Map<number, number>();
  readonly #options: SenderOptions;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#done = this.#send();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }

  /** The ids that the ledger holds. */
  get ids(): string[] {
    return readFileSync(this.#options.ledger, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  async #send(): Promise<void> {
    const { ledger, urls, rate, partOf } = this.#options;
    const file = openSync(ledger, 'a');
    const endsAt = new Date(Date.now() + 7_200_000).toISOString();
    const batch = Math.max(1, Math.round((rate * EVERY) / 1000));
    const started = performance.now();
    let sent = 0;
    for (let round = 0; !this.#ended.signal.aborted; round++) {
      const ids = Array.from({ length: batch }, (_, n) => `${round}-${n}`);
      const part = partOf(sent);
      const body = ids.map((id) => ({ labels: { alertname: 'Down', severity: 'critical', part, id }, endsAt }));
      const all = urls();
      const url = all[round % all.length];
      const status = url === undefined ? 0 : await post(url, body);
      sent += batch;
      if (status === 200) {
        writeSync(file, `${ids.join('\n')}\n`);
        fsyncSync(file);
        this.acknowledged += batch;
      } else {
        this.refused++;
        this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      }
      await pause(Math.max(1, started + (sent / rate) * 1000 - performance.now()));
    }
    closeSync(file);
  }
}

/** Posts alerts; the status, or 0 when there was no answer. */
export function post(url: string, body: unknown, limit = 10_000): Promise<number> {
  return fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(limit),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
}

interface Listed {
  readonly id: string;
  readonly number: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly incidentId: string | null;
}

/** Every item of a list of the API. */
export async function listAll(server: TestServer, path: string): Promise<Listed[]> {
  const items: Listed[] = [];
  for (let after = ''; ;) {
    const url = `${path}?limit=200${after}`;
    const page = await server.ask<{ items: Listed[]; next: string | null }>('GET', url).catch((error: unknown) => {
      // Hundreds of pages in a row are more than the API gives one asker a minute.
      if (String(error).includes(': 429 ')) return null;
      throw error;
    });
    if (page === null) {
      await pause(10_000);
      continue;
    }
    items.push(...page.items);
    if (page.next === null) return items;
    after = `&after=${page.next}`;
  }
}

/** The ids of the ledger that are not among the alerts of the server. */
export async function missing(server: TestServer, ids: readonly string[]): Promise<string[]> {
  const kept = new Set((await listAll(server, '/ops/v1/alerts')).map(({ labels }) => labels['id']));
  return ids.filter((id) => !kept.has(id));
}

/** A configuration with so many causes: each is a component of its own, and is paged to ada, then to bob. */
export function faultConfig(smtp: number, causes: number, more: { hook?: number; second?: string } = {}): string {
  const parts = Array.from(
    { length: causes },
    (_, n) => `    - { name: part-${n}, title: Part ${n}, match: { part: "${n}" } }`,
  );
  const hook = more.hook === undefined ? '' : `, webhook: "http://127.0.0.1:${more.hook}/bob"`;
  const by = more.hook === undefined ? '[email]' : '[email, webhook]';
  return `
name: Fault
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book, needs: [part-0] }]
  components:
${parts.join('\n')}
people:
  - { id: ada, name: Ada, email: ada@example.org }
  - { id: bob, name: Bob, email: bob@example.org${hook} }
duty:
  zone: Europe/Berlin
  rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: bob
  budget: { incidents: 1000 }
chains:
  - name: everything
    steps:
      - { do: page, target: focal, by: [email] }
      - { after: ${more.second ?? '1s'}, do: page, target: bob, by: ${by} }
outside:
  email: { from: "Fault <fault@example.org>", relays: ["smtp://127.0.0.1:${smtp}"] }
  allow: [127.0.0.1]
`;
}
