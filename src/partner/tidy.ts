import type { Handler } from '../core/work.ts';
import { PARTNER_WORK } from './facts.ts';
import type { PartnerTx } from './ports.ts';
import type { PartnerDeps } from './services.ts';

const DAY = 86_400_000;
/** Cleared alarms and tasks done are kept this long; the journal and the ledger keep what happened. */
const KEPT = 90 * DAY;

export function tidyWork(deps: PartnerDeps): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.tidy,
    async inside(tx) {
      await tx.partners.tidy(deps.clock.now() - KEPT);
      return { kind: 'again', dueAt: deps.clock.now() + DAY };
    },
  };
}
