import { z } from 'zod';
import type { Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { PushDevice } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';

/** Browsers of one account that are kept; more are a mistake or an attack. */
const MOST = 20;

/** A browser's subscription, as PushSubscription.toJSON() gives it. */
export const pushDeviceInput = z.strictObject({
  name: z.string().min(1).max(80),
  endpoint: z.url({ protocol: /^https?$/ }).max(1000),
  keys: z.strictObject({
    p256dh: z.string().regex(/^[-\w]{80,100}=*$/, 'Hand over the p256dh key as the browser gives it.'),
    auth: z.string().regex(/^[-\w]{20,32}=*$/, 'Hand over the auth secret as the browser gives it.'),
  }),
});

export type PushDeviceInput = z.output<typeof pushDeviceInput>;

/** What the channel push is handed as the address: the browser's subscription as JSON. */
export function subscriptionOf({ endpoint, p256dh, auth }: PushDevice): string {
  return JSON.stringify({ endpoint, keys: { p256dh, auth } });
}

/**
 * Lets a browser show the pages of the account that is signed in.
 * @throws Fault `bad_request` for anything but a person, `conflict` for more than 20 browsers
 */
export async function addPushDevice(deps: Deps<ActionTx>, actor: Actor, raw: unknown): Promise<PushDevice> {
  const input = pushDeviceInput.parse(raw);
  const account = personOnly(actor);
  return deps.store.transact(async (tx) => {
    const all = await tx.actions.pushDevices(account);
    if (all.length >= MOST) throw new Fault('conflict', { what: `${MOST} browsers show pages already. Remove one.` });
    const { name, endpoint, keys } = input;
    const createdAt = deps.clock.now();
    const device = { id: deps.ids.next('psh'), account, name, endpoint, ...keys, createdAt, lastUsedAt: null };
    await tx.actions.savePushDevice(device);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.deviceAdded,
      subject: { kind: 'account', id: account },
      summary: `${actor.name} lets the browser "${name}" show pages`,
    });
    return device;
  });
}

/** @throws Fault `not_found` when the account has no such browser */
export async function removePushDevice(deps: Deps<ActionTx>, actor: Actor, id: string): Promise<void> {
  const account = actor.id;
  await deps.store.transact(async (tx) => {
    const device = (await tx.actions.pushDevices(account)).find((one) => one.id === id);
    if (!device) throw new Fault('not_found', { what: 'browser', id });
    await tx.actions.deletePushDevice(id);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.deviceRemoved,
      subject: { kind: 'account', id: account },
      summary: `${actor.name} no longer lets the browser "${device.name}" show pages`,
    });
  });
}

function personOnly(actor: Actor): string {
  if (actor.kind === 'person') return actor.id;
  throw new Fault('bad_request', { what: 'A token has no browser. Sign in as a person and allow it there.' });
}
