import type { Alert } from '../alert/alert.ts';
import type { NewEntry } from '../core/journal.ts';
import type { NewWork } from '../core/work.ts';
import type { Candidate } from './correlate/correlate.ts';
import type { Signature } from './correlate/sign.ts';
import type { Incident, Link } from './incident.ts';
import type { StoredLesson } from './lesson.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps } from './settings.ts';

type Correlation = IncidentTx['correlation'];
type Standing = Candidate & Incident;

/** A signature that is to be written, with the keys that are new. */
interface Sharpened {
  readonly signature: Signature;
  readonly keys: readonly string[];
}

/**
 * A transaction in which many alerts are placed one after the other: what correlation reads is read once for all of them
 * and kept in step, what it writes is gathered and written together. Whoever uses it sees what he would see without it:
 * a method that is not known here waits until everything gathered is written, and nothing read before counts after it.
 * The correlation lock must be held, so that nobody else changes what is kept.
 */
export class Gathered {
  readonly tx: IncidentTx;
  readonly #real: IncidentTx;
  readonly #deps: IncidentDeps;

  // What is read once.
  readonly #alerts = new Map<string, Alert>();
  readonly #counts = new Map<string, number>();
  readonly #under = new Map<string, Set<string>>();
  readonly #incidents = new Map<string, Standing>();
  readonly #lessons = new Map<string, readonly StoredLesson[]>();
  #incidentCount: number | null = null;
  /** Rows of work that were put in line, or found in line and locked: asking again changes nothing. */
  readonly #inLine = new Set<string>();

  // What is written together.
  #links: Link[] = [];
  #facts: NewEntry[] = [];
  #joined = new Map<string, string>();
  #sharpened = new Map<string, Sharpened>();

  constructor(tx: IncidentTx, deps: IncidentDeps) {
    this.#real = tx;
    this.#deps = deps;
    this.tx = {
      ...tx,
      journal: this.#journal(),
      work: this.#work(),
      alerts: this.#alertRows(),
      incidents: this.#incidentRows(),
      correlation: this.#correlation(),
    };
  }

  /** Reads the alerts with these ids. */
  async look(alertIds: readonly string[]): Promise<void> {
    for (const alert of await this.#real.alerts.byIds([...new Set(alertIds)])) this.#alerts.set(alert.id, alert);
  }

  /** Alerts that were read. */
  alerts(): readonly Alert[] {
    return [...this.#alerts.values()];
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    const facts = this.#facts;
    const links = this.#links;
    const joined = this.#joined;
    this.#facts = [];
    this.#links = [];
    this.#joined = new Map();
    await this.#writeSignatures();
    const byIncident = Map.groupBy(joined, ([, incidentId]) => incidentId);
    for (const [incidentId, pairs] of byIncident) {
      await this.#real.alerts.setIncident(
        pairs.map(([id]) => id),
        incidentId,
      );
    }
    if (links.length > 0) await this.#real.incidents.linkAll(links);
    if (facts.length > 0) await this.#real.journal.appendAll(facts);
  }

  async #writeSignatures(): Promise<void> {
    const sharpened = this.#sharpened;
    this.#sharpened = new Map();
    for (const [id, { signature, keys }] of sharpened) await this.#real.correlation.putSignature(id, signature, keys);
  }

  /** Before a method that nothing is known of: it finds everything written, and what it changes is read anew. */
  async #forget(): Promise<void> {
    await this.flush();
    for (const kept of [this.#alerts, this.#counts, this.#under, this.#incidents, this.#lessons]) kept.clear();
    this.#inLine.clear();
    this.#incidentCount = null;
  }

  #others<T extends object>(part: T, own: Partial<T>): T {
    const made: Record<string, unknown> = { ...own };
    for (const [name, method] of Object.entries(part) as [string, (...args: readonly unknown[]) => unknown][]) {
      made[name] ??= async (...args: readonly unknown[]) => {
        await this.#forget();
        return method(...args);
      };
    }
    return made as T;
  }

  #journal(): IncidentTx['journal'] {
    const append = async (entry: NewEntry): Promise<string> => {
      const id = this.#deps.ids.next('jrn');
      this.#facts.push({ at: this.#deps.clock.now(), ...entry, id });
      return id;
    };
    return this.#others(this.#real.journal, {
      append,
      appendAll: (entries) => Promise.all(entries.map(append)),
    });
  }

  #work(): IncidentTx['work'] {
    return this.#others(this.#real.work, {
      enqueue: async (work: NewWork) => {
        const name = `${work.kind}\n${work.key}`;
        if (!work.sooner && this.#inLine.has(name)) return false;
        const isNew = await this.#real.work.enqueue(work);
        this.#inLine.add(name);
        return isNew;
      },
      put: async (work: NewWork) => {
        const name = `${work.kind}\n${work.key}`;
        if (!work.sooner && this.#inLine.has(name)) return;
        await this.#real.work.put(work);
        this.#inLine.add(name);
      },
    });
  }

  #alertRows(): IncidentTx['alerts'] {
    return this.#others(this.#real.alerts, {
      byId: async (id) => {
        const known = this.#alerts.get(id);
        if (known) return known;
        await this.flush();
        return this.#real.alerts.byId(id);
      },
      update: async (id, change) => {
        const { incidentId, ...more } = change;
        if (typeof incidentId !== 'string' || Object.keys(more).length > 0) {
          await this.#forget();
          return this.#real.alerts.update(id, change);
        }
        this.#joined.set(id, incidentId);
        const known = this.#alerts.get(id);
        if (known) this.#alerts.set(id, { ...known, incidentId });
      },
      list: async (filter) => {
        await this.flush();
        return this.#real.alerts.list(filter);
      },
    });
  }

  #incidentRows(): IncidentTx['incidents'] {
    const real = this.#real.incidents;
    return this.#others(real, {
      lockCorrelation: () => Promise.resolve(),
      link: async (link) => void this.#links.push(link),
      linkAll: async (links) => void this.#links.push(...links),
      nextNumber: async () => {
        const number = await real.nextNumber();
        this.#incidentCount = number;
        return number;
      },
      insert: async (incident) => {
        await real.insert(incident);
        const signature = await this.#real.correlation.signature(incident.id);
        this.#incidents.set(incident.id, { ...incident, signature });
      },
      update: async (id, version, change) => {
        if (!(await real.update(id, version, change))) return false;
        if (change.state !== undefined) {
          // It may not be live any more, and is not found then.
          this.#under.clear();
          this.#incidents.clear();
        }
        const known = this.#incidents.get(id);
        if (known) this.#incidents.set(id, { ...known, ...change, version: version + 1 });
        return true;
      },
    });
  }

  #correlation(): Correlation {
    const real = this.#real.correlation;
    return this.#others(real, {
      keyCounts: async (keys) => {
        await this.#count(keys);
        return this.#counts;
      },
      incidentCount: async () => (this.#incidentCount ??= await real.incidentCount()),
      lessons: async (kinds) => {
        const missing = kinds.filter((kind) => !this.#lessons.has(kind));
        if (missing.length > 0) {
          const found = await real.lessons(missing);
          for (const kind of missing) this.#lessons.set(kind, found.get(kind) ?? []);
        }
        return this.#lessons;
      },
      candidates: async (keys, resolvedSince, limit) => {
        if (resolvedSince < Number.MAX_SAFE_INTEGER) {
          await this.flush();
          return real.candidates(keys, resolvedSince, limit);
        }
        await this.find(keys);
        const ids = new Set(keys.flatMap((key) => [...(this.#under.get(key) ?? [])]));
        const found = [...ids].map((id) => this.#incidents.get(id)!);
        return found.sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)).slice(0, limit);
      },
      signature: async (id) => {
        const known = this.#incidents.get(id)?.signature ?? this.#sharpened.get(id)?.signature;
        return known ?? real.signature(id);
      },
      putSignature: async (id, signature, keys) => {
        const before = this.#sharpened.get(id)?.keys ?? [];
        this.#sharpened.set(id, { signature, keys: [...before, ...keys] });
        const known = this.#incidents.get(id);
        if (known) this.#incidents.set(id, { ...known, signature });
        for (const key of keys) {
          const under = this.#under.get(key);
          if (under?.has(id)) continue;
          if (!known) {
            // An incident that nothing was read of: the key is read anew when somebody looks under it.
            this.#under.delete(key);
            this.#counts.delete(key);
            continue;
          }
          under?.add(id);
          const count = this.#counts.get(key);
          if (count !== undefined) this.#counts.set(key, count + 1);
        }
      },
    });
  }

  async #count(keys: readonly string[]): Promise<void> {
    const missing = keys.filter((key) => !this.#counts.has(key));
    if (missing.length === 0) return;
    await this.#writeSignatures();
    const counts = await this.#real.correlation.keyCounts(missing);
    for (const key of missing) this.#counts.set(key, counts.get(key) ?? 0);
  }

  /** Reads the live incidents under the keys. */
  async find(keys: readonly string[]): Promise<void> {
    const missing = keys.filter((key) => !this.#under.has(key));
    if (missing.length === 0) return;
    await this.#writeSignatures();
    const { incidents, under } = await this.#real.correlation.liveUnder(missing);
    for (const incident of incidents) {
      if (!this.#incidents.has(incident.id)) this.#incidents.set(incident.id, incident);
    }
    for (const key of missing) this.#under.set(key, new Set(under.get(key)));
  }
}
