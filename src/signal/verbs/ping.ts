import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { SIGNAL_FACTS } from '../facts.ts';
import type { SignalTx } from '../ports.ts';
import type { Heartbeat, PingUrl } from '../signal.ts';
import { heard, type Beat } from './beat.ts';

/**
 * Makes an address with a secret of its own by which a heartbeat is told without a token.
 * @param input.hashOf makes the secret of an address from its id and hashes it
 * @throws Fault `forbidden`; `not_found`
 */
export async function makePingUrl(
  deps: Deps<SignalTx>,
  actor: Actor,
  input: { readonly id: string; readonly hashOf: (urlId: string) => string },
): Promise<PingUrl> {
  permit(actor, 'alert.maintain');
  return deps.store.transact(async (tx) => {
    const heartbeat = await tx.signals.heartbeat(input.id);
    if (!heartbeat) throw new Fault('not_found', { what: 'heartbeat', id: input.id });
    const id = deps.ids.next('png');
    const url: PingUrl = {
      id,
      heartbeatId: heartbeat.id,
      secretHash: input.hashOf(id),
      createdBy: actor.name,
      createdAt: deps.clock.now(),
      revokedAt: null,
    };
    await tx.signals.insertPingUrl(url);
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.pingUrlMade,
      subject: { kind: 'heartbeat', id: heartbeat.id },
      summary: `${actor.name} made an address for pings of ${heartbeat.title}.`,
      data: { address: id },
    });
    return url;
  });
}

/** Revokes an address: pings by it are not found from now on. @throws Fault `forbidden`; `not_found` */
export async function revokePingUrl(deps: Deps<SignalTx>, actor: Actor, input: { readonly id: string }): Promise<void> {
  permit(actor, 'alert.maintain');
  await deps.store.transact(async (tx) => {
    const url = (await tx.signals.pingUrls()).find(({ id }) => id === input.id);
    if (!url || !(await tx.signals.revokePingUrl(input.id, deps.clock.now()))) {
      throw new Fault('not_found', { what: 'address for pings', id: input.id });
    }
    await tx.journal.append({
      actor,
      fact: SIGNAL_FACTS.pingUrlRevoked,
      subject: { kind: 'heartbeat', id: url.heartbeatId },
      summary: `${actor.name} revoked an address for pings.`,
      data: { address: url.id },
    });
  });
}

/**
 * A ping by an address with a secret: begin, end, failure or exit code (0 is an end).
 * @throws Fault `not_found` when the secret is unknown or revoked, or its heartbeat left the configuration
 */
export async function ping(
  deps: Deps<SignalTx>,
  input: { readonly secretHash: string; readonly said: Beat },
): Promise<Heartbeat> {
  return deps.store.transact(async (tx) => {
    const url = await tx.signals.pingUrl(input.secretHash);
    const heartbeat = url && (await tx.signals.heartbeat(url.heartbeatId));
    // The secret is not repeated: refusals are logged.
    if (!url || !heartbeat) throw new Fault('not_found', { what: 'address for pings', id: 'of this secret' });
    const actor: Actor = { kind: 'token', id: url.id, name: `Ping of ${heartbeat.title}`, roles: [] };
    return heard(tx, deps, actor, heartbeat, input.said);
  });
}
