import type { Actor, Role } from '../../core/actor.ts';
import { SimulatedClock } from '../../core/clock.ts';
import type { IdSource } from '../../core/id.ts';
import { idSource } from '../../core/id.ts';
import type { Entry } from '../../core/journal.ts';
import type { CoreTx, Deps } from '../../core/transaction.ts';
import type { Handler, NewWork } from '../../core/work.ts';
import type { SignalTx } from '../ports.ts';
import type { StatusPage } from '../status-page/entry.ts';
import type { Heartbeat, Observation, Quarantined, Signal, PingUrl } from '../signal.ts';

/** The instant at which tests begin: 2026-01-05T08:00:00Z, a Monday. */
export const START = Date.UTC(2026, 0, 5, 8);

/** Somebody with one role. */
export function person(name: string, role: Role = 'duty'): Actor {
  return { kind: 'person', id: name, name, roles: [role] };
}

interface Row extends NewWork {
  readonly id: string;
  readonly dueAt: number;
}

/**
 * A stand-in for the store in tests of the stages: journal, work and the tables given, in memory, with the facts that
 * lead to work. The real store proves the same ports by its contract suite.
 */
export class Memory<Tx extends CoreTx> {
  readonly clock = new SimulatedClock(START);
  readonly ids: IdSource;
  readonly entries: Entry[] = [];
  readonly quarantined: string[] = [];
  readonly tx: Tx;
  work: Row[] = [];
  #handlers: readonly Handler<Tx>[] = [];
  readonly #flow: Readonly<Record<string, readonly string[]>>;

  /** @param flow facts to the kinds of work they lead to */
  constructor(tables: Omit<Tx, keyof CoreTx>, flow: Readonly<Record<string, readonly string[]>> = {}) {
    let turn = 0;
    this.ids = idSource(
      () => this.clock.now(),
      () => (turn++ % 31) / 32,
    );
    this.#flow = flow;
    this.tx = { ...tables, ...this.#core() } as Tx;
  }

  get deps(): Deps<Tx> {
    const run = <R>(body: (tx: Tx) => Promise<R>): Promise<R> => body(this.tx);
    return { store: { transact: run, read: run }, clock: this.clock, ids: this.ids };
  }

  handle(handlers: readonly Handler<Tx>[]): void {
    this.#handlers = handlers;
  }

  /** Does everything that is due now, oldest first, work that it leads to included. */
  async drain(): Promise<void> {
    for (;;) {
      const due = this.work.filter((row) => row.dueAt <= this.clock.now()).sort((a, b) => a.dueAt - b.dueAt);
      const row = due.find(({ kind }) => this.#handlers.some((handler) => handler.kind === kind));
      if (!row) return;
      this.work = this.work.filter(({ id }) => id !== row.id);
      const handler = this.#handlers.find(({ kind }) => kind === row.kind)!;
      const claimed = { attempt: 1, fence: 1, leaseEndsAt: Infinity };
      const item = { ...row, priority: row.priority ?? 5, causeId: row.causeId ?? null, ...claimed };
      const outcome =
        'inside' in handler ? await handler.inside(this.tx, item) : await (await handler.outside(item))(this.tx);
      if (outcome.kind === 'again')
        this.work.push({ ...row, dueAt: outcome.dueAt, payload: outcome.payload ?? row.payload });
      if (outcome.kind === 'quarantine') this.quarantined.push(outcome.reason);
    }
  }

  /** Moves the clock, doing what falls due on the way at its own instant. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.drain();
    for (;;) {
      const kinds = this.#handlers.map(({ kind }) => kind);
      const next = Math.min(...this.work.filter(({ kind }) => kinds.includes(kind)).map(({ dueAt }) => dueAt));
      if (next > end) break;
      this.clock.set(Math.max(next, this.clock.now()));
      await this.drain();
    }
    this.clock.set(end);
  }

  /** The facts written so far, in order. */
  facts(): string[] {
    return this.entries.map(({ fact }) => fact);
  }

  #core(): CoreTx {
    const enqueue = async (row: NewWork): Promise<boolean> => {
      const open = this.work.findIndex(({ kind, key }) => kind === row.kind && key === row.key);
      if (open >= 0) {
        const dueAt = Math.min(this.work[open]!.dueAt, row.dueAt ?? this.clock.now());
        if (row.sooner) this.work[open] = { ...this.work[open]!, dueAt };
        return false;
      }
      this.work.push({ ...row, id: this.ids.next('wrk'), dueAt: row.dueAt ?? this.clock.now() });
      return true;
    };
    return {
      journal: {
        append: async (entry) => {
          const id = entry.id ?? this.ids.next('jrn');
          const { actor, subject, fact, summary } = entry;
          const now = this.clock.now();
          this.entries.push({
            id,
            at: entry.at ?? now,
            recordedAt: now,
            actorKind: actor.kind,
            actorId: actor.id,
            actorName: actor.name,
            fact,
            subject,
            incidentId: entry.incidentId ?? null,
            causeId: entry.causeId ?? null,
            summary,
            reason: entry.reason ?? null,
            data: entry.data ?? {},
            sequence: null,
            hash: null,
          });
          for (const kind of this.#flow[fact] ?? []) {
            await enqueue({
              kind,
              key: id,
              payload: {
                entryId: id,
                subjectKind: subject.kind,
                subjectId: subject.id,
                incidentId: entry.incidentId ?? null,
              },
              causeId: id,
            });
          }
          return id;
        },
        appendAll: async (entries) => {
          const ids: string[] = [];
          for (const entry of entries) ids.push(await this.tx.journal.append(entry));
          return ids;
        },
        ofIncident: async (incidentId) => this.entries.filter((entry) => entry.incidentId === incidentId),
        byId: async (id) => this.entries.find((entry) => entry.id === id) ?? null,
        ofSubject: async (kind, id) => this.entries.filter(({ subject }) => subject.kind === kind && subject.id === id),
      },
      work: {
        enqueue,
        put: async (row) => void (await enqueue(row)),
        isOpen: (kind, key) => Promise.resolve(this.work.some((row) => row.kind === kind && row.key === key)),
        cancel: async (kind, key) => {
          this.work = this.work.filter((row) => row.kind !== kind || row.key !== key);
        },
      },
      afterCommit: (hint) => hint(),
    };
  }
}

/** The tables of the stage signal. */
export function signalTables(): Omit<SignalTx, keyof CoreTx> & {
  readonly kept: Signal[];
  readonly aside: Quarantined[];
} {
  const kept: Signal[] = [];
  const aside: Quarantined[] = [];
  const heartbeats = new Map<string, Heartbeat>();
  const urls = new Map<string, PingUrl>();
  const pages = new Map<string, StatusPage>();
  const observations: Observation[] = [];
  return {
    kept,
    aside,
    signals: {
      insert: async (signal) => {
        const { source, idempotencyKey: key } = signal;
        if (key !== null && kept.some((row) => row.source === source && row.idempotencyKey === key)) return false;
        kept.push(signal);
        return true;
      },
      byId: async (id) => kept.find((signal) => signal.id === id) ?? null,
      byKey: async (source, key) => kept.find((row) => row.source === source && row.idempotencyKey === key) ?? null,
      between: async (from, to) => kept.filter(({ receivedAt }) => receivedAt >= from && receivedAt < to),
      heartbeat: async (id) => heartbeats.get(id) ?? null,
      heartbeats: async () => [...heartbeats.values()],
      saveHeartbeat: async (heartbeat) => void heartbeats.set(heartbeat.id, heartbeat),
      insertPingUrl: async (url) => void urls.set(url.id, url),
      pingUrl: async (hash) =>
        [...urls.values()].find((one) => one.secretHash === hash && one.revokedAt === null) ?? null,
      pingUrls: async () => [...urls.values()].filter(({ revokedAt }) => revokedAt === null),
      revokePingUrl: async (id, at) => {
        const found = urls.get(id);
        if (!found || found.revokedAt !== null) return false;
        urls.set(id, { ...found, revokedAt: at });
        return true;
      },
      insertObservation: async (observation) => void observations.push(observation),
      observations: async ({ incidentId, since, unattached, limit }) =>
        observations
          .filter((row) => incidentId === undefined || row.incidentId === incidentId)
          .filter((row) => since === undefined || row.at >= since)
          .filter((row) => unattached !== true || row.incidentId === null)
          .toReversed()
          .slice(0, limit),
      attachObservation: async (id, incidentId) => {
        const index = observations.findIndex((row) => row.id === id);
        observations[index] = { ...observations[index]!, incidentId };
      },
      statusPage: async (id) => pages.get(id) ?? null,
      statusPages: async () => [...pages.values()],
      saveStatusPage: async (page) => void pages.set(page.id, page),
      quarantine: async (row) =>
        void aside.push({ headers: {}, cut: false, ...row, state: 'open', settledAt: null, settledBy: null }),
      quarantined: async (limit) => aside.filter(({ state }) => state === 'open').slice(0, limit),
      quarantinedPage: async ({ kind, state }) => ({
        items: aside
          .filter((row) => (kind === undefined || row.kind === kind) && (state === undefined || row.state === state))
          .toReversed(),
        next: null,
      }),
      quarantinedById: async (id) => aside.find((row) => row.id === id) ?? null,
      settleQuarantined: async (id, change) => {
        const index = aside.findIndex((row) => row.id === id);
        aside[index] = { ...aside[index]!, ...change };
      },
      quarantineCount: async (kind, since) => {
        const own = aside.filter((row) => row.kind === kind);
        return {
          since: own.filter(({ receivedAt }) => receivedAt >= since).length,
          open: own.filter(({ state }) => state === 'open').length,
        };
      },
      trimQuarantine: async (kind, keep) => {
        const own = aside.filter((row) => row.kind === kind);
        for (const row of own.slice(0, Math.max(0, own.length - keep))) aside.splice(aside.indexOf(row), 1);
      },
      forgetQuarantined: async (before) => {
        const old = aside.filter(({ receivedAt }) => receivedAt < before);
        for (const row of old) aside.splice(aside.indexOf(row), 1);
        return old.length;
      },
      doorStates: async (doors) =>
        doors.map((door) => {
          const own = aside.filter((row) => row.kind === door);
          return {
            door,
            lastReceivedAt: kept.findLast(({ source }) => source === door)?.receivedAt ?? null,
            lastRefusedAt: own.at(-1)?.receivedAt ?? null,
            lastReason: own.at(-1)?.reason ?? null,
            open: own.filter(({ state }) => state === 'open').length,
          };
        }),
    },
  };
}
