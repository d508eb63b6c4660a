import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  actionHandlers,
  actionSchema,
  ACTION_WORK,
  type ActionServices,
  type ActionSetting,
} from '../../src/action/index.ts';
import type { ActionTx, OutgoingMessage } from '../../src/action/ports.ts';
import type { Actor } from '../../src/core/actor.ts';
import { SimulatedClock } from '../../src/core/clock.ts';
import { Fault } from '../../src/core/fault.ts';
import { idSource } from '../../src/core/id.ts';
import { SUBSCRIPTIONS as FLOW_SUBSCRIPTIONS } from '../../src/flow.ts';
import type { Entry } from '../../src/core/journal.ts';
import type { Deps } from '../../src/core/transaction.ts';
import type { WorkItem } from '../../src/core/work.ts';
import { incidentSchema, incidentSettings, INCIDENT_FACTS, type IncidentDeps } from '../../src/incident/index.ts';
import { createSecrets } from '../../src/outside/index.ts';
import { MemoryStore } from './memory-store.ts';

/** What the flow subscribes for this stage, as far as the memory store has what it needs. */
const CARE = Object.fromEntries(
  Object.entries(FLOW_SUBSCRIPTIONS).map(([fact, list]) => [
    fact,
    list.filter(({ kind, per }) => kind === ACTION_WORK.careLook && per === undefined),
  ]),
);
const CHAINS: Readonly<Record<string, readonly { kind: string; priority: number }[]>> = {
  [INCIDENT_FACTS.opened]: [{ kind: ACTION_WORK.startChain, priority: 0 }],
  [INCIDENT_FACTS.reopened]: [{ kind: ACTION_WORK.startChain, priority: 0 }],
  [INCIDENT_FACTS.severityRaised]: [{ kind: ACTION_WORK.startChain, priority: 0 }],
  [INCIDENT_FACTS.accepted]: [{ kind: ACTION_WORK.acceptChain, priority: 0 }],
  [INCIDENT_FACTS.unaccepted]: [{ kind: ACTION_WORK.resumeChain, priority: 0 }],
  [INCIDENT_FACTS.merged]: [{ kind: ACTION_WORK.endChain, priority: 2 }],
  [INCIDENT_FACTS.resolved]: [
    { kind: ACTION_WORK.endChain, priority: 2 },
    { kind: ACTION_WORK.tellRecovery, priority: 4 },
  ],
};

const SUBSCRIPTIONS = Object.fromEntries(
  [...new Set([...Object.keys(CARE), ...Object.keys(CHAINS)])].map((fact) => [
    fact,
    [...(CHAINS[fact] ?? []), ...(CARE[fact] ?? [])],
  ]),
);

export const OFFICER: Actor = { kind: 'person', id: 'amira', name: 'Amira Haddad', roles: ['duty'] };

/** The example operator's configuration, with the defaults of its variables. `change` edits the parsed document. */
export function exampleSetting(change: (document: Record<string, never>) => void = () => undefined): ActionSetting {
  const file = new URL('../../examples/kiez-mobil/lamplighter.yaml', import.meta.url);
  const text = readFileSync(file, 'utf8')
    .replaceAll('${DEMO_WEBHOOK_URL:-}', 'https://phone.example/amira')
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
  const document = parse(text) as Record<string, never>;
  change(document);
  const { topology, partners, incidents } = document;
  const names = Object.keys(actionSchema.shape);
  const own = Object.fromEntries(Object.entries(document).filter(([name]) => names.includes(name)));
  return {
    ...actionSchema.parse(own),
    ...incidentSchema.parse({ topology, partners, incidents }),
    name: String(document['name']),
    url: String(document['url']),
    languages: ['en', 'de'],
    calendars: document['calendars'] ?? [],
  };
}

/** What went out, in order. */
export interface Sent {
  readonly at: number;
  readonly channel: string;
  readonly message: OutgoingMessage;
}

/** The stage action on an in-memory store, a simulated clock and an outside world that does what it is told. */
export class ActionWorld {
  readonly clock: SimulatedClock;
  readonly store: MemoryStore;
  readonly deps: IncidentDeps & Deps<ActionTx>;
  readonly services: ActionServices;
  setting: ActionSetting;
  readonly sent: Sent[] = [];
  /** Calls of playbook steps: method and address, or the command's name; with their key. */
  readonly calls: { what: string; key: string }[] = [];
  /** Whether a channel refuses a message. */
  refuses: (channel: string, message: OutgoingMessage) => boolean = () => false;
  /** What a query answers. */
  values: (expr: string) => number[] = () => [];
  /** The status that playbook steps get. */
  status: (url: string) => number = () => 200;

  static open(at: number, setting = exampleSetting()): ActionWorld {
    const clock = new SimulatedClock(at);
    let seed = 1;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const ids = idSource(() => clock.now(), random);
    const store = new MemoryStore({ clock, ids, subscriptions: SUBSCRIPTIONS });
    return new ActionWorld(clock, store, ids, setting);
  }

  private constructor(clock: SimulatedClock, store: MemoryStore, ids: IncidentDeps['ids'], setting: ActionSetting) {
    this.clock = clock;
    this.store = store;
    this.setting = setting;
    // Durations of partners are read already; the topology reads the same twice.
    const partners = setting.partners.map(({ name, title }) => ({ name, title }));
    const plain = incidentSchema.parse(JSON.parse(JSON.stringify({ topology: setting.topology, partners })));
    const incidents = incidentSettings(plain, new Map());
    this.deps = { store, clock, ids, incidents: () => incidents };
    this.services = {
      setting: () => this.setting,
      channel: (name) => ({
        name,
        vendors: 1,
        send: (message) => {
          if (this.refuses(name, message)) {
            return Promise.reject(new Fault('outside_failed', { what: name, why: 'refused by the test' }));
          }
          this.sent.push({ at: clock.now(), channel: name, message });
          return Promise.resolve({ said: '250 taken', vendor: name, reference: null, receipt: false });
        },
      }),
      measure: { values: async (expr) => this.values(expr).map((value) => ({ labels: {}, value })) },
      steps: {
        http: ({ key, method, url }) => {
          this.calls.push({ what: `${method} ${url}`, key });
          return Promise.resolve({ status: this.status(url), body: '' });
        },
        command: ({ key, name }) => {
          this.calls.push({ what: name, key });
          return Promise.resolve({ code: 0, output: '' });
        },
      },
      secrets: createSecrets('the server secret of the tests, long enough'),
      holidays: () => [],
    };
  }

  /** Does everything that is due now. */
  async drain(): Promise<void> {
    const handlers = new Map(actionHandlers(this.deps, this.services).map((handler) => [handler.kind, handler]));
    for (;;) {
      const item = this.store.claim([...handlers.keys()]);
      if (!item) return;
      await this.#handle(item, handlers.get(item.kind)!);
    }
  }

  async #handle(item: WorkItem, handler: ReturnType<typeof actionHandlers>[number]): Promise<void> {
    if ('inside' in handler) await this.store.settle(item, (tx) => handler.inside(tx, item));
    else await this.store.settle(item, await handler.outside(item));
  }

  /** Lets time pass, doing what is due at the instant it is due. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    const kinds = Object.values(ACTION_WORK);
    for (;;) {
      await this.drain();
      const next = this.store.nextDue(kinds);
      if (next === null || next > until) break;
      this.clock.set(Math.max(next, this.clock.now() + 1));
    }
    this.clock.set(until);
    await this.drain();
  }

  read<R>(run: (tx: ActionTx) => Promise<R>): Promise<R> {
    return this.store.read(run);
  }

  /** The facts of an incident's journal in order, without those of the incident itself. */
  async facts(incidentId: string): Promise<string[]> {
    return (await this.journal(incidentId)).map(({ fact }) => fact).filter((fact) => !fact.startsWith('incident.'));
  }

  journal(incidentId: string): Promise<Entry[]> {
    return this.read((tx) => tx.journal.ofIncident(incidentId));
  }

  /** Whom the messages went to by the channel, in order. */
  to(channel: string): string[] {
    return this.sent.filter((one) => one.channel === channel).map(({ message }) => message.to);
  }
}
