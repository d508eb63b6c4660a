import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { resolveTargets, type Target } from '../chain/target.ts';
import { loadPlan } from '../duty/load-plan.ts';
import { onDuty } from '../duty/plan.ts';
import type { PageChannelName, PagePurpose } from '../nouns.ts';
import { insertPages } from '../page/create-page.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';

/** Pages about an incident that come from no step of its chain. */
export interface CarePages {
  readonly purpose: PagePurpose;
  /** Whom: people, teams, roles, words of the duty. A person twice is paged once. */
  readonly targets: readonly string[];
  /** What makes this occasion another one than the last: the same gives the same pages. */
  readonly occasion: string;
  /** Why, in words that stand after "You are paged as". */
  readonly reason: string;
  /** What it is about besides the incident: a hand-over. */
  readonly about?: string;
}

/**
 * Pages people about an incident, by their own rules or every way they have, in the caller's transaction.
 * @returns the ids of the people
 */
export async function pageAbout(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  services: Pick<ActionServices, 'setting' | 'secrets'>,
  incident: Incident,
  { purpose, targets, occasion, reason, about }: CarePages,
  causeId: string | undefined,
): Promise<string[]> {
  const people = await peopleFor(tx, deps, services, incident, targets);
  const { secrets } = services;
  for (const { person, channels } of people) {
    const keyOf = (id: string, channel: PageChannelName): string =>
      `page-${secrets.hash(JSON.stringify([incident.id, purpose, occasion, id, channel])).slice(0, 40)}`;
    const parts = { incidentId: incident.id, chainRunId: null, reason, purpose, about: about ?? null };
    await insertPages(tx, deps, secrets, { ...parts, person, channels, keyOf }, causeId);
  }
  return people.map(({ person }) => person.id);
}

/** The people behind targets at this moment, each once. */
export async function peopleFor(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock'>,
  services: Pick<ActionServices, 'setting'>,
  incident: Pick<Incident, 'severity'>,
  targets: readonly string[],
): Promise<readonly Target[]> {
  const setting = services.setting();
  const now = deps.clock.now();
  const duty = onDuty(await loadPlan(tx, setting, now), now);
  const { people, teams, contacts } = setting;
  const policy = { people, teams, contacts, fallback: setting.duty.fallback };
  const found = targets.flatMap((target) =>
    resolveTargets(target === 'next' ? (duty.next ?? 'deputy') : target, 'own', incident.severity, duty, policy, []),
  );
  return found.filter(({ person }, index) => found.findIndex((one) => one.person.id === person.id) === index);
}
