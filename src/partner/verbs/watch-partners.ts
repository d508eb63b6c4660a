import { PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import type { PartnerDeps, PartnerServices } from '../services.ts';

const DAY = 86_400_000;

/**
 * Brings the exchange in line with the configuration, at start and after each reload: each partner with an address is
 * spoken to at once, because what was told while we were away is found only by looking. One that left the configuration
 * is left alone.
 */
export async function watchPartners(deps: PartnerDeps, services: PartnerServices): Promise<void> {
  await deps.store.transact(async (tx) => {
    for (const partner of services.setting().partners) {
      const kinds = [
        ...(partner.alarms?.url === undefined ? [] : [[PARTNER_WORK.syncAlarms, 'alarm'] as const]),
        ...((partner.alarms?.share.length ?? 0) === 0 ? [] : [[PARTNER_WORK.shareAlerts, 'share'] as const]),
        ...(partner.tickets === undefined ? [] : [[PARTNER_WORK.syncTickets, 'ticket'] as const]),
      ];
      for (const [kind, protocol] of kinds) {
        const key = `${partner.name}:${protocol}`;
        // A row that waits for the next comparison is replaced by one that is due now.
        await tx.work.cancel(kind, key);
        await tx.work.put({ kind, key, priority: PARTNER_PRIORITY, payload: { partner: partner.name } });
      }
    }
    await tx.work.put({ kind: PARTNER_WORK.tidy, key: 'all', dueAt: deps.clock.now() + DAY, payload: {} });
  });
}
