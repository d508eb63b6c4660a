import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Source } from '../config.ts';
import { mapBody } from '../door/prepare.ts';
import { putAside } from '../door/put-aside.ts';
import { storeMapped } from '../door/store-mapped.ts';
import type { Mapped } from '../mapped-events.ts';
import type { MappingRunner, SignalTx } from '../ports.ts';
import type { Taken } from './take-alerts.ts';

export interface WebhookDeps extends Deps<SignalTx> {
  /** The sources as configured now. */
  readonly sources: () => ReadonlyMap<string, Source>;
  readonly mappings: MappingRunner;
}

export interface WebhookInput {
  readonly source: string;
  /** Parsed JSON. */
  readonly body: unknown;
  readonly idempotencyKey: string | null;
  readonly headers?: Labels | undefined;
  /** The body as it came, for the quarantine; the parsed one written anew if left out. */
  readonly raw?: string | undefined;
  /** By which way it came; `webhook` if left out. */
  readonly way?: 'webhook' | 'mail' | undefined;
}

/**
 * Takes a body at the door of a source and maps it to alert events: durable when this resolves. A body that cannot be
 * mapped is kept in quarantine.
 * @throws Fault `forbidden`; `not_found` for an unknown door; `body_invalid` saying what to fix in body or mapping;
 *   `overloaded` when too many wait
 */
export async function takeWebhook(deps: WebhookDeps, actor: Actor, input: WebhookInput): Promise<Taken> {
  permit(actor, 'signal.send');
  const source = sourceOf(deps, input.source);
  const { body, headers = {}, idempotencyKey, way = 'webhook' } = input;
  const now = deps.clock.now();
  const door = `${way}:${input.source}`;
  let mapped: Mapped;
  try {
    mapped = await mapBody(deps.mappings, source, door, { body, headers }, now);
  } catch (error) {
    if (error instanceof Fault && !error.retryable) {
      await refuseBody(deps, actor, { ...input, raw: input.raw ?? JSON.stringify(body), reason: error.message });
    }
    throw error;
  }
  const id = deps.ids.next('sig');
  const signal = { id, source: door, receivedAt: now, idempotencyKey, body };
  const fresh = await deps.store.transact((tx) => storeMapped(tx, actor, source, mapped, signal));
  return { signalId: fresh ? id : null, events: fresh ? mapped.events.length : 0, duplicate: !fresh };
}

/** Keeps a body of a source aside that could not even be parsed. @returns the id under which it is kept */
export async function refuseBody(
  deps: WebhookDeps,
  actor: Actor,
  input: Pick<WebhookInput, 'source' | 'headers' | 'way'> & { readonly raw: string; readonly reason: string },
): Promise<string> {
  permit(actor, 'signal.send');
  const { config } = sourceOf(deps, input.source);
  const door = `${input.way ?? 'webhook'}:${input.source}`;
  const { raw, headers = {}, reason } = input;
  return putAside(deps, actor, { door, title: config.title ?? config.name, raw, headers, reason });
}

function sourceOf(deps: WebhookDeps, name: string): Source {
  const source = deps.sources().get(name);
  if (!source) throw new Fault('not_found', { what: 'source', id: name });
  return source;
}
