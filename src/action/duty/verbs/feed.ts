import { upcomingWork } from '../../../alert/index.ts';
import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { DutyFeed } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { calendarOf } from '../calendar.ts';
import { loadPlan } from '../load-plan.ts';
import { shifts } from '../plan.ts';
import { personById } from './who.ts';

const DAY = 86_400_000;

type Services = Pick<ActionServices, 'setting' | 'secrets'>;

/**
 * Makes a secret address under which a calendar program reads the duty plan.
 * @param person only this person's shifts; null for all
 * @throws Fault `forbidden`, `not_found` (person)
 */
export async function createFeed(
  deps: Deps<ActionTx>,
  services: Services,
  actor: Actor,
  person: string | null,
): Promise<{ readonly feed: DutyFeed; readonly secret: string }> {
  permit(actor, 'duty.override');
  if (person !== null) personById(services, person);
  const id = deps.ids.next('cfd');
  const secret = services.secrets.derive(`calendar:${id}`);
  const createdAt = deps.clock.now();
  const secretHash = services.secrets.hash(secret);
  const feed = { id, person, secretHash, createdBy: actor.name, createdAt, lastReadAt: null, revokedAt: null };
  await deps.store.transact(async (tx) => {
    await tx.actions.insertFeed(feed);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.feedCreated,
      subject: { kind: 'feed', id },
      summary: `${actor.name} made a calendar address for ${person === null ? 'the whole duty' : personById(services, person).name}`,
    });
  });
  return { feed, secret };
}

/** @throws Fault `forbidden`, `not_found` */
export async function revokeFeed(deps: Deps<ActionTx>, actor: Actor, id: string): Promise<void> {
  permit(actor, 'duty.override');
  await deps.store.transact(async (tx) => {
    const feed = (await tx.actions.feeds()).find((one) => one.id === id && one.revokedAt === null);
    if (!feed) throw new Fault('not_found', { what: 'calendar address', id });
    await tx.actions.updateFeed(id, { revokedAt: deps.clock.now() });
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.feedRevoked,
      subject: { kind: 'feed', id },
      summary: `${actor.name} revoked a calendar address`,
    });
  });
}

/**
 * The calendar behind a secret address: the shifts of the last month and the coming 13 weeks. That of the whole duty has
 * announced work as well.
 * @throws Fault `not_found` when it was revoked or never made
 */
export async function readFeed(deps: Deps<ActionTx>, services: Services, secret: string): Promise<string> {
  const now = deps.clock.now();
  const setting = services.setting();
  return deps.store.transact(async (tx) => {
    const feed = await tx.actions.feedByHash(services.secrets.hash(secret));
    if (!feed || feed.revokedAt !== null) throw new Fault('not_found', { what: 'calendar', id: 'of this address' });
    await tx.actions.updateFeed(feed.id, { lastReadAt: now });
    const from = now - 28 * DAY;
    const all = shifts(await loadPlan(tx, setting, from), from, now + 91 * DAY);
    if (feed.person !== null)
      return calendarOf(
        setting,
        all.filter(({ focal }) => focal === feed.person),
        [],
        now,
      );
    return calendarOf(setting, all, await upcomingWork(tx, now, now + 91 * DAY), now);
  });
}
