import { correlationTables } from '../../src/incident/testing/correlation-memory.ts';
import { emptyCare, memoryCare } from './memory-care.ts';
import { noDuty } from './memory-duty.ts';
import type { ActionTx } from '../../src/action/ports.ts';
import type {
  ChainRun,
  Delivery,
  DutyOverride,
  MemberNotice,
  Page,
  PartnerContact,
  PlaybookRun,
  PushDevice,
} from '../../src/action/nouns.ts';
import type { Alert } from '../../src/alert/alert.ts';
import { isQuiet } from '../../src/alert/quiet.ts';
import type { Entry } from '../../src/core/journal.ts';
import type { Outcome, WorkItem } from '../../src/core/work.ts';
import type { Incident } from '../../src/incident/incident.ts';

interface Row extends WorkItem {
  readonly leased: boolean;
}

/** Everything that is kept, in plain maps: a transaction that throws gets the copy back that was made before it. */
function emptyState() {
  return {
    journal: [] as Entry[],
    work: new Map<string, Row>(),
    incidents: new Map<string, Incident>(),
    alerts: new Map<string, Alert>(),
    overrides: new Map<string, DutyOverride>(),
    chains: new Map<string, ChainRun>(),
    pages: new Map<string, Page>(),
    deliveries: new Map<string, Delivery>(),
    devices: new Map<string, PushDevice>(),
    notices: new Map<string, MemberNotice>(),
    contacts: new Map<string, PartnerContact>(),
    runs: new Map<string, PlaybookRun>(),
    care: emptyCare(),
  };
}
type State = ReturnType<typeof emptyState>;

export interface MemoryStoreOptions {
  readonly clock: { now(): number };
  readonly ids: { next(prefix: string): string };
  readonly subscriptions: Readonly<Record<string, readonly { kind: string; priority: number }[]>>;
}

/**
 * As much of the store as the stage action needs, in memory: transactions one after the other, all or nothing, and work
 * with one open row per kind and key. What the ports do not promise it does not offer.
 */
export class MemoryStore {
  /** What is kept. Tests may look at it, and put alerts in. */
  state: State = emptyState();
  readonly #options: MemoryStoreOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
  }

  transact<R>(run: (tx: ActionTx) => Promise<R>): Promise<R> {
    const turn = this.#last.then(async () => {
      const before = structuredClone(this.state);
      try {
        return await run(this.#tx());
      } catch (error) {
        this.state = before;
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  read<R>(run: (tx: ActionTx) => Promise<R>): Promise<R> {
    return run(this.#tx());
  }

  /** The most urgent row that is due now, leased, or null. */
  claim(kinds: readonly string[]): WorkItem | null {
    const now = this.#options.clock.now();
    const due = [...this.state.work.values()]
      .filter((row) => !row.leased && row.dueAt <= now && kinds.includes(row.kind))
      .toSorted((a, b) => a.priority - b.priority || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))[0];
    if (!due) return null;
    const leaseEndsAt = now + 15_000;
    const held: Row = { ...due, leased: true, fence: due.fence + 1, attempt: due.attempt + 1, leaseEndsAt };
    this.state.work.set(held.id, held);
    return held;
  }

  /** Runs the settlement and writes what becomes of the row, if it is still held. */
  settle(item: WorkItem, run: (tx: ActionTx) => Promise<Outcome>): Promise<void> {
    return this.transact(async (tx) => {
      if (this.state.work.get(item.id)?.fence !== item.fence) throw new Error('the lease was lost');
      const outcome = await run(tx);
      if (outcome.kind !== 'again') this.state.work.delete(item.id);
      else {
        const payload = outcome.payload ?? item.payload;
        this.state.work.set(item.id, { ...item, payload, dueAt: outcome.dueAt, attempt: 0, leased: false });
      }
    });
  }

  /** When the next free row is due, ms, or null. */
  nextDue(kinds: readonly string[]): number | null {
    const due = [...this.state.work.values()].filter((row) => !row.leased && kinds.includes(row.kind));
    return due.length === 0 ? null : Math.min(...due.map((row) => row.dueAt));
  }

  #tx(): ActionTx {
    const made: Partial<ActionTx> = {
      journal: this.#journal(),
      work: this.#work(),
      incidents: this.#incidents(),
      correlation: correlationTables([]),
      actions: this.#actions(),
      afterCommit: () => undefined,
      alerts: this.#only<ActionTx['alerts']>({
        list: ({ incidentId, loud, fits, limit = 100 }) => {
          const found = [...this.state.alerts.values()]
            .filter((alert) => alert.incidentId === incidentId)
            .filter((alert) => loud !== true || !isQuiet(alert))
            .filter((alert) => fits?.(alert) ?? true);
          return Promise.resolve({ items: found.slice(0, limit), next: null });
        },
        byId: (id) => Promise.resolve(this.state.alerts.get(id) ?? null),
        update: (id, change) => put(this.state.alerts, id, change),
      }),
      signals: this.#only<ActionTx['signals']>({ observations: () => Promise.resolve([]) }),
    };
    return made as ActionTx;
  }

  /** Methods that are not there fail loudly instead of being undefined. */
  #only<T extends object>(part: Partial<T>): T {
    return new Proxy(part as T, {
      get(target, name) {
        const method = Reflect.get(target, name) as unknown;
        if (method === undefined) throw new Error(`the memory store has no ${String(name)}`);
        return method;
      },
    });
  }

  #journal(): ActionTx['journal'] {
    const { clock, ids, subscriptions } = this.#options;
    const rows = (keep: (entry: Entry) => boolean) => Promise.resolve(this.state.journal.filter(keep));
    const append: ActionTx['journal']['append'] = async ({
      actor,
      fact,
      subject,
      incidentId = null,
      causeId = null,
      summary,
      reason = null,
      data,
      at,
    }) => {
      const id = ids.next('ent');
      const recordedAt = clock.now();
      const who = { actorKind: actor.kind, actorId: actor.id, actorName: actor.name };
      const what = { fact, subject, incidentId, causeId, summary, reason, data: data ?? {} };
      this.state.journal.push({ id, at: at ?? recordedAt, recordedAt, ...who, ...what, sequence: null, hash: null });
      for (const { kind, priority } of subscriptions[fact] ?? []) {
        const payload = { entryId: id, subjectKind: subject.kind, subjectId: subject.id, incidentId };
        await this.#work().enqueue({ kind, key: id, priority, payload, causeId: id });
      }
      return id;
    };
    return {
      append,
      appendAll: async (entries) => {
        const ids: string[] = [];
        for (const entry of entries) ids.push(await append(entry));
        return ids;
      },
      ofIncident: (incidentId) => rows((entry) => entry.incidentId === incidentId),
      byId: async (id) => (await rows((entry) => entry.id === id))[0] ?? null,
      ofSubject: (kind, id) => rows(({ subject }) => subject.kind === kind && subject.id === id),
    };
  }

  #work(): ActionTx['work'] {
    const find = (kind: string, key: string): Row | undefined =>
      [...this.state.work.values()].find((row) => row.kind === kind && row.key === key);
    const enqueue: ActionTx['work']['enqueue'] = ({ kind, key, dueAt, priority = 5, payload, causeId = null }) => {
      if (find(kind, key)) return Promise.resolve(false);
      const id = this.#options.ids.next('wrk');
      const due = dueAt ?? this.#options.clock.now();
      const row = {
        id,
        kind,
        key,
        dueAt: due,
        priority,
        payload,
        causeId,
        attempt: 0,
        fence: 0,
        leaseEndsAt: 0,
        leased: false,
      };
      this.state.work.set(id, row);
      return Promise.resolve(true);
    };
    return {
      enqueue,
      put: async (work) => void (await enqueue(work)),
      isOpen: (kind, key) =>
        Promise.resolve([...this.state.work.values()].some((row) => row.kind === kind && row.key === key)),
      cancel: (kind, key) => {
        const row = find(kind, key);
        if (row) this.state.work.delete(row.id);
        return Promise.resolve();
      },
    };
  }

  #incidents(): ActionTx['incidents'] {
    return this.#only<ActionTx['incidents']>({
      nextNumber: () => Promise.resolve(this.state.incidents.size + 1),
      insert: (incident) => keep(this.state.incidents, incident),
      byId: (id) => Promise.resolve(this.state.incidents.get(id) ?? null),
      update: async (id, version, change) => {
        if (this.state.incidents.get(id)?.version !== version) return false;
        await put(this.state.incidents, id, { ...change, version: version + 1 });
        return true;
      },
      live: () =>
        Promise.resolve(
          [...this.state.incidents.values()].filter(({ state }) => state === 'open' || state === 'accepted'),
        ),
      lockCorrelation: () => Promise.resolve(),
      links: () => Promise.resolve([]),
      link: () => Promise.resolve(),
    });
  }

  #actions(): ActionTx['actions'] {
    const { overrides, chains, pages, deliveries, devices, notices, contacts, runs } = this.state;
    const of = <T extends { incidentId: string }>(map: Map<string, T>, id: string): Promise<T[]> =>
      Promise.resolve([...map.values()].filter((row) => row.incidentId === id));
    return {
      ...noDuty(),
      ...memoryCare(this.state.care),
      insertOverride: (override) => keep(overrides, override),
      cancelOverride: async (id, cancelledAt) => {
        if (overrides.get(id)?.cancelledAt !== null) return false;
        await put(overrides, id, { cancelledAt });
        return true;
      },
      overrides: (after) =>
        Promise.resolve([...overrides.values()].filter((one) => one.cancelledAt === null && one.endsAt > after)),
      insertChain: (run) => keep(chains, run),
      chain: (id) => Promise.resolve(chains.get(id) ?? null),
      chainsOf: (id) => of(chains, id),
      updateChain: (id, change) => put(chains, id, change),
      insertPage: (page) => keepOnce(pages, page),
      page: (id) => Promise.resolve(pages.get(id) ?? null),
      pageByAcceptHash: (hash) => Promise.resolve([...pages.values()].find((one) => one.acceptHash === hash) ?? null),
      pageByReplyHash: (hash) => Promise.resolve([...pages.values()].find((one) => one.replyHash === hash) ?? null),
      pagesOf: (id) => of(pages, id),
      updatePage: (id, change) => put(pages, id, change),
      pagesTo: (channels, address, since) =>
        Promise.resolve(
          [...pages.values()]
            .filter((one) => channels.includes(one.channel) && one.address === address && one.createdAt >= since)
            .toReversed(),
        ),
      pagesOfPerson: (person, since) =>
        Promise.resolve([...pages.values()].filter((one) => one.person === person && one.createdAt >= since)),
      bundledPages: (person, channel) =>
        Promise.resolve(
          [...pages.values()].filter(
            (one) => one.person === person && one.channel === channel && one.state === 'bundled',
          ),
        ),
      insertDelivery: (delivery) => keep(deliveries, delivery),
      delivery: (id) => Promise.resolve(deliveries.get(id) ?? null),
      deliveriesOf: (id) => of(deliveries, id),
      deliveriesOfPage: (id) => Promise.resolve([...deliveries.values()].filter((one) => one.pageId === id)),
      deliveryByReference: (vendor, references) =>
        Promise.resolve(
          [...deliveries.values()].findLast(
            (one) => one.vendor === vendor && one.reference !== null && references.includes(one.reference),
          ) ?? null,
        ),
      updateDelivery: (id, change) => put(deliveries, id, change),
      savePushDevice: (device) => keep(devices, device),
      pushDevices: (account) =>
        Promise.resolve([...devices.values()].filter((one) => account === null || one.account === account)),
      deletePushDevice: (id) => Promise.resolve(devices.delete(id)),
      touchPushDevice: (id, lastUsedAt) => put(devices, id, { lastUsedAt }),
      insertNotice: (notice) => keep(notices, notice),
      noticesOf: (id) => of(notices, id),
      notices: (since, limit) =>
        Promise.resolve(
          [...notices.values()]
            .filter((one) => one.publishedAt >= since)
            .slice(-limit)
            .toReversed(),
        ),
      insertPartnerContact: (contact) => keepOnce(contacts, contact),
      partnerContact: (id) => Promise.resolve(contacts.get(id) ?? null),
      partnerContactsOf: (id) => of(contacts, id),
      updatePartnerContact: (id, change) => put(contacts, id, change),
      insertPlaybookRun: (run) => keep(runs, run),
      playbookRun: (id) => Promise.resolve(runs.get(id) ?? null),
      playbookRunsOf: (id) => of(runs, id),
      updatePlaybookRun: (id, change) => put(runs, id, change),
    };
  }
}

function keep<T extends { id: string }>(map: Map<string, T>, row: T): Promise<void> {
  // Rows are copied, as a database would: nobody changes a stored row by changing the object.
  map.set(row.id, structuredClone(row));
  return Promise.resolve();
}

async function keepOnce<T extends { id: string; key: string }>(map: Map<string, T>, row: T): Promise<boolean> {
  if ([...map.values()].some(({ key }) => key === row.key)) return false;
  await keep(map, row);
  return true;
}

function put<T>(map: Map<string, T>, id: string, change: Partial<T>): Promise<void> {
  const row = map.get(id);
  if (row !== undefined) map.set(id, { ...row, ...structuredClone(change) });
  return Promise.resolve();
}
