import type { Deps } from '../../core/transaction.ts';
import type { UpkeepTx } from '../../core/upkeep.ts';
import { DONE, mustHold, type Handler } from '../../core/work.ts';
import { ACTION_WORK, PRIORITY } from '../facts.ts';
import { textOf } from '../payload.ts';
import type { OutgoingMessage } from '../ports.ts';

/** Where the latency of the newest canary is kept. */
export const CANARY = 'canary';

/** What a canary reaches in place of a person: it takes the message and says so. */
export interface Loopback {
  send(message: OutgoingMessage): Promise<string>;
}

/**
 * Lets a canary go: a page to nobody that takes the way of every page. It is stored and put in line as an alert is, taken
 * under a lease in the database's lane, put in line as a page, taken in the lane of the ways out, handed over to the
 * loopback, and settled. When it does not come back, pages do not get out either. It opens no incident.
 * @param origin names the instance: one canary of each is on its way
 */
export async function releaseCanary(deps: Deps<UpkeepTx>, origin: string): Promise<void> {
  const releasedAt = deps.clock.now();
  await deps.store.transact((tx) =>
    tx.work
      .enqueue({ kind: ACTION_WORK.takeCanary, key: origin, priority: 1, payload: { origin, releasedAt } })
      .then(() => undefined),
  );
}

/** @param onDelivered told the latency in ms of the clock once the hand-over is stored */
export function canaryHandlers(
  deps: Deps<UpkeepTx>,
  loopback: Loopback,
  onDelivered: (latency: number) => void,
): readonly Handler<UpkeepTx>[] {
  return [
    {
      kind: ACTION_WORK.takeCanary,
      async inside(tx, item) {
        const { payload, key } = item;
        await tx.work.put({ kind: ACTION_WORK.sendCanary, key, priority: PRIORITY.page, payload });
        return DONE;
      },
    },
    {
      kind: ACTION_WORK.sendCanary,
      async outside(item) {
        const releasedAt = Number(item.payload['releasedAt']);
        const origin = textOf(item, 'origin');
        mustHold(item, deps.clock.now());
        const key = `canary-${origin}-${releasedAt}`;
        await loopback.send({ key, to: 'loopback', subject: 'Canary', text: 'Pages get out.' });
        return async (tx) => {
          const at = deps.clock.now();
          await tx.upkeep.setVital({ name: CANARY, at, value: at - releasedAt });
          tx.afterCommit(() => onDelivered(at - releasedAt));
          return DONE;
        };
      },
    },
  ];
}
