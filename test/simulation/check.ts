import type { Incident } from '../../src/incident/incident.ts';
import { INCIDENT_FACTS } from '../../src/incident/index.ts';
import type { Tx } from '../../src/store/index.ts';
import { careKept } from './check-care.ts';
import { focalAt, handoversKept } from './check-duty.ts';
import type { Shared } from './instance.ts';

/** What the senders and people outside know. */
export interface Ledger {
  /** Requests that were answered with success, by their key, with how many alerts were in each. */
  readonly acknowledged: Map<string, number>;
  accepted: number;
}

/** Checks what must hold once everything has come to rest. @returns what does not, in words */
export async function check(shared: Shared, ledger: Ledger, faultless: boolean): Promise<string[]> {
  const { database, time, post, chance, errors } = shared;
  const clock = time.clock;
  const ids = { next: (prefix: string) => `${prefix}_check` };
  const store = database.as('check', { clock, ids, subscriptions: {}, random: () => chance.next() });
  const found: string[] = [];
  while ((await store.sealJournal(1000)) > 0);
  const journal = await store.verifyJournal();
  if (!journal.ok) found.push(`the journal's chain is broken: ${JSON.stringify(journal)}`);
  for (const { kind, state, count } of await store.workCounts()) {
    if (state === 'quarantined') found.push(`I2: ${count} rows of ${kind} were put aside`);
    if (state === 'due' && !kind.startsWith('canary'))
      found.push(`I6: ${count} rows of ${kind} are due and nobody does them`);
  }
  const repaired = errors.filter((line) => line.includes('repaired'));
  if (repaired.length > 0) found.push(`I6: the reconciler had to repair: ${repaired[0]}`);
  await store.read(async (tx) => {
    found.push(...(await alertsKept(tx, ledger)));
    found.push(...(await incidentsPaged(tx, shared)));
  });
  const keys = post.delivered.map(({ vendor, message }) => `${vendor} ${message.key}`);
  const repeated = keys.length - new Set(keys).size;
  if (faultless && repeated > 0) found.push(`I3: ${repeated} pages went out twice without a fault`);
  return found;
}

/** I1: what was acknowledged is stored, once. */
async function alertsKept(tx: Tx, { acknowledged }: Ledger): Promise<string[]> {
  const found: string[] = [];
  const counts = new Map<string, number>();
  for (let after: string | undefined; ;) {
    const page = await tx.alerts.list({ limit: 1000, ...(after === undefined ? {} : { after }) });
    for (const { id, name, incidentId, severity, silencedBy } of page.items) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (incidentId !== null || severity !== 'critical' || silencedBy !== null) continue;
      const facts = (await tx.journal.ofSubject('alert', id)).map(({ fact }) => fact);
      // Over before anybody could be paged, or quiet until it was: the reason is stored.
      if (facts.includes(INCIDENT_FACTS.alertPassed)) continue;
      found.push(`I2: the critical alert ${name} belongs to no incident: ${facts.join(', ')}`);
    }
    after = page.next ?? undefined;
    if (after === undefined) break;
  }
  for (const [key, size] of acknowledged) {
    const [id, part] = key.split('-');
    if (part !== 'begin') continue;
    const stored = counts.get(`Down-${id}`) ?? 0;
    if (stored !== size) found.push(`I1: ${size} alerts of ${key} were acknowledged and ${stored} are stored`);
  }
  return found;
}

/** I2, I3, I4, I6: whom each incident reached, and what comes next. */
async function incidentsPaged(tx: Tx, shared: Shared): Promise<string[]> {
  const found: string[] = [];
  const now = shared.time.now();
  const { config, post } = shared;
  const keys = new Set<string>();
  const reached = new Set([...post.delivered.map(({ message }) => message.key), ...post.lied.map(({ key }) => key)]);
  const focal = await focalAt(tx, config, 0);
  found.push(...(await handoversKept(tx, config, now)));
  for (let after: string | undefined; ;) {
    const page = await tx.incidents.list({ limit: 500, ...(after === undefined ? {} : { after }) });
    for (const incident of page.items) {
      const pages = await tx.actions.pagesOf(incident.id);
      for (const one of pages) {
        if (keys.has(one.key)) found.push(`I3: two pages have the key ${one.key}`);
        keys.add(one.key);
        if (one.state === 'handed-over' && !reached.has(one.key) && one.channel !== 'log') {
          found.push(`I2: the page ${one.key} counts as handed over and reached nobody`);
        }
        // The same page by another way, where the first one did not arrive, is for whom it was meant at first.
        const same = pages.filter(({ person, reason }) => person === one.person && reason === one.reason);
        const meantAt = Math.min(...same.map(({ createdAt }) => createdAt));
        if (one.reason.startsWith('focal') && !focal(meantAt).includes(one.person)) {
          const meant = focal(meantAt).join(' or ');
          found.push(`I4: ${one.person} was paged as focal person at ${meantAt}, when ${meant} was on duty`);
        }
      }
      found.push(...(await receiptsAnswered(tx, incident)), ...(await incidentTended(tx, incident, pages, now)));
    }
    after = page.next ?? undefined;
    if (after === undefined) return found;
  }
}

/** I2: an SMS that did not arrive goes by the next vendor, and then by another way, while nobody has accepted. */
async function receiptsAnswered(tx: Tx, incident: Incident): Promise<string[]> {
  if (incident.acceptedAt !== null || incident.state !== 'open') return [];
  const found: string[] = [];
  // What did not arrive while somebody had it went nowhere else, and need not.
  const rows = await tx.journal.ofIncident(incident.id);
  const since = rows.findLast(({ fact }) => fact === 'incident.unaccepted')?.at ?? 0;
  const pages = (await tx.actions.pagesOf(incident.id)).filter(({ createdAt }) => createdAt >= since);
  for (const page of pages) {
    const deliveries = await tx.actions.deliveriesOfPage(page.id);
    const last = deliveries.at(-1);
    if (!last || deliveries.some(({ state }) => state === 'delivered' || state === 'taken')) continue;
    const after = pages.filter((other) => other.id !== page.id && other.person === page.person);
    const otherWay = page.state === 'failed' && after.length > 0;
    if (deliveries.length < 2 && !otherWay) {
      found.push(`I2: the page ${page.key} did not arrive (${last.state}) and no other vendor or way was taken`);
    }
  }
  return found;
}

async function incidentTended(
  tx: Tx,
  incident: Incident,
  pages: readonly { readonly state: string }[],
  now: number,
): Promise<string[]> {
  if (incident.severity === 'minor') return [];
  const { id, number, state } = incident;
  const { items } = await tx.alerts.list({ incidentId: id, limit: 1000 });
  const silenced = items.length > 0 && items.every(({ silencedBy }) => silencedBy !== null);
  const explained = silenced || state === 'merged' || incident.resolvedAt !== null || incident.acceptedAt !== null;
  const handedOver = pages.some((page) => page.state === 'handed-over');
  if (!explained && !handedOver) return [`I2: incident ${number} (${state}) reached nobody, without a reason`];
  const neglected = await careKept(tx, incident, now);
  if (neglected !== null) return [neglected];
  if (state !== 'open' || silenced) return [];
  const runs = (await tx.actions.chainsOf(id)).filter((run) => run.state !== 'ended');
  if (runs.some(({ nextActionAt }) => nextActionAt !== null && nextActionAt > now)) return [];
  return [`I6: incident ${number} is open and has no next action`];
}
