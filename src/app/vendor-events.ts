import { acceptByReply, receiptWork, replyWords, type ActionServices, type ActionTx } from '../action/index.ts';
import type { Deps } from '../core/transaction.ts';
import type { IncidentDeps } from '../incident/index.ts';
import type { SmppEvents } from '../outside/index.ts';

/** What vendors send by themselves over a standing connection: receipts become rows, answers accept. */
export function vendorEvents(deps: Deps<ActionTx> & IncidentDeps, services: ActionServices): SmppEvents {
  return {
    receipt: (receipt) => deps.store.transact(async (tx) => void (await tx.work.enqueue(receiptWork(receipt)))),
    async reply({ from, text }) {
      const reply = await acceptByReply(deps, services, ['sms'], from, text);
      return reply.kind === 'used' ? replyWords(reply.use) : null;
    },
  };
}
