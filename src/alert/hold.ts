import { DONE, type Handler } from '../core/work.ts';
import { AlertBatch } from './batch.ts';
import { settingsOf, type AlertDeps } from './deps.ts';
import { ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { isQuiet, quietRules } from './quiet.ts';
import { groupKey, routesOf, type Route } from './route.ts';
import { firingEntry } from './tell.ts';

/** How long a group that was told is remembered, ms: longer than any interval that is meant. */
const REMEMBERED = 7 * 24 * 3_600_000;

/**
 * Holds back what begins to fire where its route groups: the first of a group wait `group_wait` for others, and what
 * comes within `group_interval` of the last telling waits until that is over.
 * @returns until when each one held back waits, by its id
 */
export async function holdBack(
  tx: AlertTx,
  route: Route | null,
  batch: AlertBatch,
  ids: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const until = new Map<string, number>();
  if (!route) return until;
  const dues = new Map<string, number>();
  for (const id of ids) {
    const alert = batch.alert(id);
    if (alert.state !== 'firing' || isQuiet(alert)) continue;
    const taken = routesOf(route, alert.labels)[0];
    if (!taken || (taken.groupWait === 0 && taken.groupInterval === null)) continue;
    const group = groupKey(taken, alert.labels);
    let due = dues.get(group);
    if (due === undefined) {
      const toldAt = await tx.alerts.groupToldAt(group);
      const again = toldAt === null || taken.groupInterval === null ? 0 : toldAt + taken.groupInterval;
      due = again > now ? again : now + taken.groupWait;
      dues.set(group, due);
    }
    if (due <= now) continue;
    batch.change(id, { heldBy: group });
    until.set(id, due);
  }
  for (const [group, due] of dues) {
    if (due <= now) await tx.alerts.saveGroupToldAt(group, now);
    else {
      const row = { kind: ALERT_WORK.tellGroup, key: group, dueAt: due, sooner: true, priority: 1 };
      await tx.work.put({ ...row, payload: { group } });
    }
  }
  return until;
}

/** Tells what still fires of a group that was held back, all at once. */
export function tellGroup(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.tellGroup,
    async inside(tx, item) {
      const now = deps.clock.now();
      const rules = await quietRules(tx, now);
      const batch = new AlertBatch();
      const held = await tx.alerts.held(item.key);
      for (const alert of held) {
        batch.know(alert);
        const told = batch.change(alert.id, { heldBy: null });
        const reason = settingsOf(deps).route ? 'told-with-its-group' : 'groups-are-told-no-more';
        batch.write(() => firingEntry(told, rules, { reason, causeId: alert.causeId, at: now }));
      }
      await batch.flush(tx);
      if (held.length > 0) await tx.alerts.saveGroupToldAt(item.key, now);
      await tx.alerts.forgetGroups(now - REMEMBERED);
      return DONE;
    },
  };
}
