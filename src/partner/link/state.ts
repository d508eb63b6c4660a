import { systemActor } from '../../core/actor.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { PartnerLink } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import type { PartnerConfig } from '../services.ts';

/** So many failures in a row, and the link counts as lost. */
const LOST_AFTER = 3;

/** The link as it is, or a new one. */
export async function linkOf(tx: PartnerTx, partner: string, protocol: PartnerLink['protocol']): Promise<PartnerLink> {
  const id = `${partner}:${protocol}`;
  const known = await tx.partners.link(id);
  if (known) return known;
  const nothing = { hubId: null, callback: null, lastOkAt: null, lastEventAt: null, lastError: null };
  return { id, partner, protocol, state: 'unknown', failures: 0, ...nothing };
}

/** A notification came in. */
export async function noteEvent(
  tx: PartnerTx,
  partner: string,
  protocol: PartnerLink['protocol'],
  at: number,
): Promise<void> {
  await tx.partners.saveLink({ ...(await linkOf(tx, partner, protocol)), lastEventAt: at });
}

/** The partner answered. One that was lost is back: that is told. */
export async function linkUp(
  tx: PartnerTx,
  partner: PartnerConfig,
  link: PartnerLink,
  at: number,
  hub: Pick<PartnerLink, 'hubId' | 'callback'>,
): Promise<void> {
  await tx.partners.saveLink({ ...link, ...hub, state: 'up', lastOkAt: at, lastError: null, failures: 0 });
  if (hub.hubId !== null && hub.hubId !== link.hubId) {
    await tell(
      tx,
      partner,
      PARTNER_FACTS.subscribed,
      `We are registered at ${partner.title} for ${link.protocol}s`,
      'registered',
    );
  }
  if (link.state !== 'down') return;
  await tell(
    tx,
    partner,
    PARTNER_FACTS.linkRestored,
    `The exchange of ${link.protocol}s with ${partner.title} works again`,
    'answered',
  );
}

/** The partner did not answer, or refused. After a few times the link counts as lost: that is told once. */
export async function linkDown(tx: PartnerTx, partner: PartnerConfig, link: PartnerLink, why: string): Promise<void> {
  const failures = link.failures + 1;
  const lost = failures >= LOST_AFTER && link.state !== 'down';
  await tx.partners.saveLink({
    ...link,
    failures,
    lastError: why.slice(0, 500),
    state: failures >= LOST_AFTER ? 'down' : link.state,
  });
  if (!lost) return;
  await tell(
    tx,
    partner,
    PARTNER_FACTS.linkLost,
    `The exchange of ${link.protocol}s with ${partner.title} is broken: ${why.slice(0, 300)}`,
    'failed-in-a-row',
  );
}

async function tell(
  tx: PartnerTx,
  partner: PartnerConfig,
  fact: string,
  summary: string,
  reason: string,
): Promise<void> {
  await tx.journal.append({
    actor: systemActor('partner'),
    fact,
    subject: { kind: 'partner', id: partner.name },
    summary,
    reason,
    data: { partner: partner.name },
  });
}
