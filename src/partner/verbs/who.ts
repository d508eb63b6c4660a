import type { Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { partnerActor, type PartnerConfig, type PartnerServices } from '../services.ts';

/** The partner whose token asks, or null: then it is one of our own people or programs, who see all partners. */
export function askingPartner(
  services: Pick<PartnerServices, 'setting' | 'mappings'>,
  actor: Actor,
): PartnerConfig | null {
  if (actor.kind !== 'token') return null;
  return services.setting().partners.find(({ token }) => token !== undefined && token === actor.name) ?? null;
}

/** The same for what only a partner can do. @throws Fault `bad_request`, saying how a token becomes a partner's */
export function mustBePartner(services: Pick<PartnerServices, 'setting' | 'mappings'>, actor: Actor): PartnerConfig {
  const partner = askingPartner(services, actor);
  if (partner) return partner;
  throw new Fault('bad_request', {
    what: `"${actor.name}" belongs to no partner. Write the token's name under partners[].token of the partner it was made for.`,
  });
}

/** Who stands in the journal. */
export function actingAs(partner: PartnerConfig | null, actor: Actor): Actor {
  return partner ? partnerActor(partner) : actor;
}
