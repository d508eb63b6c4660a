import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { mapBody } from '../door/prepare.ts';
import { tellMended } from '../door/put-aside.ts';
import { storeMapped } from '../door/store-mapped.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import type { SignalTx } from '../ports.ts';
import type { Quarantined } from '../signal.ts';
import type { Taken } from './take-alerts.ts';
import type { WebhookDeps } from './take-webhook.ts';

/**
 * Takes a body that was put aside after all: with the source's mapping as it is now, or with one that is tried first.
 * It stays aside if it still cannot be read.
 * @throws Fault `forbidden`, `not_found`, `state_conflict`; `conflict` when it was cut or its source is gone;
 *   `body_invalid` as before
 */
export async function retryQuarantined(
  deps: WebhookDeps,
  actor: Actor,
  input: { readonly id: string; readonly mapping?: string | undefined },
): Promise<Taken> {
  permit(actor, 'signal.settle');
  const row = await deps.store.read((tx) => loadOpen(tx, input.id, 'tried again'));
  const [, name = ''] = /^(?:webhook|mail):(.+)$/.exec(row.kind) ?? [];
  const source = deps.sources().get(name);
  if (!source)
    throw new Fault('conflict', {
      what: `"${row.kind}" is no source of the configuration, so it cannot be tried again`,
    });
  if (row.cut)
    throw new Fault('conflict', { what: 'The body was longer than what is kept. Have it sent again, or discard it' });
  const body = parseKept(row.body);
  const now = deps.clock.now();
  const mapped = await mapBody(
    deps.mappings,
    source,
    row.kind,
    { body, headers: row.headers },
    row.receivedAt,
    input.mapping,
  );
  const id = deps.ids.next('sig');
  return deps.store.transact(async (tx) => {
    await loadOpen(tx, row.id, 'tried again');
    const signal = { id, source: row.kind, receivedAt: now, idempotencyKey: `quarantined-${row.id}`, body };
    const fresh = await storeMapped(tx, actor, source, mapped, signal);
    await settle(tx, deps, actor, row, 'retried', `${actor.name} had it read after all.`);
    return { signalId: fresh ? id : null, events: fresh ? mapped.events.length : 0, duplicate: !fresh };
  });
}

/** Throws away what was put aside; it is kept to look at until it is old. @throws Fault `forbidden`, `not_found`, `state_conflict` */
export async function discardQuarantined(
  deps: WebhookDeps,
  actor: Actor,
  input: { readonly id: string },
): Promise<void> {
  permit(actor, 'signal.settle');
  await deps.store.transact(async (tx) => {
    const row = await loadOpen(tx, input.id, 'discarded');
    await settle(tx, deps, actor, row, 'discarded', `${actor.name} discarded it.`);
  });
}

async function settle(
  tx: SignalTx,
  deps: WebhookDeps,
  actor: Actor,
  row: Quarantined,
  state: 'retried' | 'discarded',
  summary: string,
): Promise<void> {
  const now = deps.clock.now();
  await tx.signals.settleQuarantined(row.id, { state, settledAt: now, settledBy: actor.name });
  await tx.journal.append({
    actor,
    fact: state === 'retried' ? SIGNAL_FACTS.signalRetried : SIGNAL_FACTS.signalDiscarded,
    subject: { kind: 'signal', id: row.id },
    summary: `What ${row.kind} sent was put aside; ${summary}`,
  });
  if (/^(webhook|mail):/.test(row.kind)) await tellMended(tx, deps, row.kind);
}

async function loadOpen(tx: SignalTx, id: string, verb: string): Promise<Quarantined> {
  const row = await tx.signals.quarantinedById(id);
  if (!row) throw new Fault('not_found', { what: 'body put aside', id });
  if (row.state !== 'open')
    throw new Fault('state_conflict', { what: 'The body put aside', id, state: row.state, verb });
  return row;
}

function parseKept(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it does not parse';
    throw new Fault('body_invalid', { what: `it is not JSON (${why}). No mapping can help; discard it` });
  }
}
