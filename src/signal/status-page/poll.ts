import { systemActor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { fingerprint, type Labels } from '../../core/labels.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { SIGNAL_FACTS, SIGNAL_WORK } from '../facts.ts';
import type { AddressReader, SignalTx } from '../ports.ts';
import type { AlertEvent } from '../signal.ts';
import { storeSignal } from '../store-signal.ts';
import type { StatusPageConfig } from './config.ts';
import type { PageEntry, PageReading, StatusPage } from './entry.ts';
import { readPageJson } from './read-json.ts';

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 2 << 20;
const LONGEST_PAUSE = 3_600_000;
const LOUD = ['info', 'warning', 'critical'] as const;

/** What one look at a page gave. */
type Look =
  | {
      readonly kind: 'read';
      readonly reading: PageReading;
      readonly etag: string | null;
      readonly modified: string | null;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly why: string; readonly pause: number };

/** Looks at a partner's status page when it is due, and puts the next look in line. */
export function pollStatusPage(
  deps: Deps<SignalTx>,
  read: AddressReader,
  pages: () => readonly StatusPageConfig[],
): Handler<SignalTx> {
  return {
    kind: SIGNAL_WORK.pollStatusPage,
    async outside(item) {
      const config = pages().find(({ name }) => name === item.key);
      if (!config) return () => Promise.resolve(DONE);
      const before = (await deps.store.read((tx) => tx.signals.statusPage(config.name))) ?? unseen(config.name);
      const look = await lookAt(read, config, before, deps.clock.now());
      return async (tx) => {
        const now = deps.clock.now();
        await settleLook(tx, deps, config, before, look, now);
        const pause = look.kind === 'failed' ? Math.max(config.every, look.pause) : config.every;
        return { kind: 'again', dueAt: now + pause };
      };
    },
  };
}

/** Brings the looks in line with the configuration: at start and after each reload. */
export async function watchStatusPages(deps: Deps<SignalTx>, configs: readonly StatusPageConfig[]): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transact(async (tx) => {
    const gone = new Set((await tx.signals.statusPages()).map(({ id }) => id));
    for (const [index, { name }] of configs.entries()) {
      gone.delete(name);
      // Not all at once: a start with many pages is no burst of requests.
      const dueAt = now + Math.min(index * 500, 30_000);
      await tx.work.put({ kind: SIGNAL_WORK.pollStatusPage, key: name, dueAt, priority: 5, payload: {} });
    }
    for (const id of gone) await tx.work.cancel(SIGNAL_WORK.pollStatusPage, id);
  });
}

function unseen(id: string): StatusPage {
  return {
    id,
    etag: null,
    modified: null,
    form: null,
    askedAt: null,
    readAt: null,
    failingSince: null,
    error: null,
    lost: false,
    open: [],
  };
}

async function lookAt(read: AddressReader, config: StatusPageConfig, before: StatusPage, now: number): Promise<Look> {
  const headers: Record<string, string> = {
    accept: 'application/json, application/atom+xml, application/rss+xml, text/xml',
  };
  if (before.etag !== null) headers['if-none-match'] = before.etag;
  if (before.modified !== null) headers['if-modified-since'] = before.modified;
  try {
    const answer = await read({ method: 'GET', url: config.url, headers, timeout: TIMEOUT_MS, maxBytes: MOST_BYTES });
    if (answer.status === 304) return { kind: 'unchanged' };
    if (answer.status !== 200) {
      const after = Number(first(answer.headers['retry-after']) ?? 0) * 1000;
      return {
        kind: 'failed',
        why: `it answered ${answer.status}`,
        pause: Math.min(Number.isFinite(after) ? after : 0, LONGEST_PAUSE),
      };
    }
    const isFeed = answer.body.trimStart().startsWith('<');
    // Most pages speak JSON: the reader of XML is loaded for the first that does not.
    const reading = isFeed
      ? (await import('./read-feed.ts')).readPageFeed(answer.body, now)
      : readPageJson(answer.body);
    return {
      kind: 'read',
      reading,
      etag: first(answer.headers['etag']),
      modified: first(answer.headers['last-modified']),
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: 'failed', why: error.message, pause: 0 };
  }
}

async function settleLook(
  tx: SignalTx,
  deps: Deps<SignalTx>,
  config: StatusPageConfig,
  before: StatusPage,
  look: Look,
  now: number,
): Promise<void> {
  if (look.kind === 'failed') {
    const failingSince = before.failingSince ?? now;
    const lost = before.lost || now - failingSince >= config.stale;
    await tx.signals.saveStatusPage({ ...before, askedAt: now, failingSince, error: look.why.slice(0, 500), lost });
    if (lost && !before.lost) await tellReadable(tx, deps, config, look.why, now);
    return;
  }
  const seen = { askedAt: now, readAt: now, failingSince: null, error: null, lost: false };
  if (before.lost) await tellReadable(tx, deps, config, null, now);
  if (look.kind === 'unchanged') return tx.signals.saveStatusPage({ ...before, ...seen });
  const { reading, etag, modified } = look;
  const touching = reading.entries.filter((entry) => concerns(entry, config));
  const open = touching.filter(({ over }) => !over);
  const events = differences(config, before.open, open, touching, now);
  await tx.signals.saveStatusPage({ ...before, ...seen, etag, modified, form: reading.form, open });
  if (events.length === 0) return;
  const body = { page: config.name, form: reading.form, entries: touching };
  const id = deps.ids.next('sig');
  await storeSignal(tx, { id, source: doorOf(config), receivedAt: now, idempotencyKey: null, events, body });
}

/** Sources that speak for a partner carry its name; a page of nobody's is known by its own. */
export function doorOf({ name, partner }: Pick<StatusPageConfig, 'name' | 'partner'>): string {
  return partner === undefined ? `page:${name}` : `status-page:${partner}`;
}

function concerns({ components }: PageEntry, config: StatusPageConfig): boolean {
  return (
    config.components.length === 0 ||
    components.length === 0 ||
    components.some((name) => config.components.includes(name))
  );
}

/** What changed between two looks, as events: new and changed entries fire, those that are over or gone resolve. */
function differences(
  config: StatusPageConfig,
  before: readonly PageEntry[],
  open: readonly PageEntry[],
  told: readonly PageEntry[],
  now: number,
): AlertEvent[] {
  const events: AlertEvent[] = [];
  for (const entry of open) {
    const known = before.find(({ key }) => key === entry.key);
    if (
      !known ||
      known.status !== entry.status ||
      known.text !== entry.text ||
      known.loud !== entry.loud ||
      known.title !== entry.title
    ) {
      events.push(eventOf(config, entry, 'firing', now));
    }
  }
  for (const entry of before) {
    if (open.some(({ key }) => key === entry.key)) continue;
    events.push(eventOf(config, told.find(({ key }) => key === entry.key) ?? entry, 'resolved', now));
  }
  return events;
}

function eventOf(config: StatusPageConfig, entry: PageEntry, status: 'firing' | 'resolved', now: number): AlertEvent {
  const severity = LOUD[Math.min(LOUD.indexOf(entry.loud), LOUD.indexOf(config.at_most))]!;
  const labels: Labels = {
    severity,
    ...config.labels,
    alertname: 'PartnerStatus',
    status_page: config.name,
    ...(config.partner === undefined ? {} : { partner: config.partner }),
  };
  const annotations: Record<string, string> = { summary: `${config.title ?? config.name}: ${entry.title}` };
  if (entry.text !== '') annotations['description'] = entry.text;
  if (entry.status !== '') annotations['status'] = entry.status;
  if (entry.components.length > 0) annotations['components'] = entry.components.slice(0, 20).join(', ');
  return {
    fingerprint: fingerprint({ source: `status-page:${config.name}`, key: entry.key }),
    source: doorOf(config),
    labels,
    annotations,
    status,
    startsAt: Math.min(entry.startedAt ?? now, now),
    endsAt: status === 'resolved' ? now : null,
    generatorUrl: entry.url,
    value: null,
  };
}

/** That a page cannot be read says nothing about the partner: it is an alert about the looking, and never more than a warning. */
async function tellReadable(
  tx: SignalTx,
  deps: Deps<SignalTx>,
  config: StatusPageConfig,
  why: string | null,
  now: number,
): Promise<void> {
  const title = config.title ?? config.name;
  const causeId = await tx.journal.append({
    actor: systemActor('signal'),
    fact: why === null ? SIGNAL_FACTS.statusPageFound : SIGNAL_FACTS.statusPageLost,
    subject: { kind: 'status-page', id: config.name },
    summary: why === null ? `The status page ${title} can be read again.` : `The status page ${title} cannot be read.`,
    ...(why === null ? {} : { reason: why.slice(0, 500) }),
  });
  const labels = { alertname: 'StatusPageUnreadable', status_page: config.name, severity: 'warning' };
  const event: AlertEvent = {
    fingerprint: fingerprint(labels),
    source: 'integration',
    labels,
    annotations: {
      summary: `The status page ${title} cannot be read: what the partner tells is not heard`,
      ...(why === null ? {} : { description: why }),
    },
    status: why === null ? 'resolved' : 'firing',
    startsAt: now,
    endsAt: why === null ? now : null,
    generatorUrl: config.url,
    value: null,
  };
  const id = deps.ids.next('sig');
  await storeSignal(tx, {
    id,
    source: 'integration',
    receivedAt: now,
    idempotencyKey: null,
    events: [event],
    body: { causeId },
  });
}

function first(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}
