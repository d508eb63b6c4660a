import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Maintenance } from '../alert.ts';
import { watchNotice } from '../announce.ts';
import type { AlertDeps } from '../deps.ts';
import { ALERT_FACTS } from '../facts.ts';
import type { AlertTx } from '../ports.ts';
import { watchWindow } from '../requiet.ts';
import { placeWords, readTerms } from '../terms.ts';
import { readSpan } from '../window.ts';
import type { MaintenanceInput } from './maintain.ts';

/**
 * Changes announced work that is not over. Where it runs already, its begin stays: what was quiet when is on record.
 * @throws Fault `forbidden`; `not_found`; `body_invalid`; `state_conflict` when it is over
 */
export async function changeMaintenance(
  deps: AlertDeps,
  actor: Actor,
  input: MaintenanceInput & { readonly id: string },
): Promise<Maintenance> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  const { createdBy: _, ...terms } = readTerms(deps, actor, input);
  return deps.store.transact(async (tx) => {
    const before = await tx.alerts.maintenance(input.id);
    if (!before) throw new Fault('not_found', { what: 'maintenance window', id: input.id });
    if (before.endsAt <= now) {
      throw new Fault('state_conflict', { what: 'maintenance window', id: input.id, state: 'over', verb: 'changed' });
    }
    const startsAt = before.startsAt <= now ? before.startsAt : (input.startsAt ?? before.startsAt);
    const after: Maintenance = { ...before, ...terms, ...readSpan({ startsAt, endsAt: input.endsAt }, now) };
    await reviseWindow(tx, actor, before, after, now);
    return after;
  });
}

/** Writes down what announced work is from now on. */
export async function reviseWindow(
  tx: AlertTx,
  actor: Actor,
  before: Maintenance,
  after: Maintenance,
  now: number,
): Promise<void> {
  await tx.alerts.updateMaintenance(before.id, after);
  const causeId = await tx.journal.append({
    actor,
    fact: ALERT_FACTS.maintenanceChanged,
    subject: { kind: 'maintenance', id: before.id },
    summary: `${actor.name} changed the announced work: ${after.title} (${placeWords(after)}).`,
    data: {
      startsAt: after.startsAt,
      endsAt: after.endsAt,
      announced: after.announced,
      notice: after.notice,
      before: { startsAt: before.startsAt, endsAt: before.endsAt, title: before.title, matchers: before.matchers },
    },
    at: now,
  });
  // At once as well: it may cover other alerts than before.
  await watchWindow(tx, { kind: 'maintenance', ...after }, now, causeId, { anew: true });
  await watchNotice(tx, after, now, causeId);
}
