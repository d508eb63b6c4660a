import { systemActor } from '../core/actor.ts';
import type { CoreTx } from '../core/transaction.ts';
import { DONE, type Handler } from '../core/work.ts';
import { AlertBatch } from './batch.ts';
import type { AlertDeps } from './deps.ts';
import { ALERT_FACTS, ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { quietBy, quietRules, type Quiet } from './quiet.ts';
import { coveredBy, watchCovered } from './remind.ts';
import { tellIfUntold } from './told.ts';

const PAGE = 500;

/** A silence or a maintenance window. */
export interface QuietWindow {
  readonly kind: 'silence' | 'maintenance';
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * Puts in line that quietness is decided again when the window begins and when it ends.
 * @param anew its times were changed: what was in line before goes
 */
export async function watchWindow(
  tx: CoreTx,
  window: QuietWindow,
  now: number,
  causeId: string,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<void> {
  if (anew) {
    await tx.work.cancel(ALERT_WORK.requiet, `${window.id}:begin`);
    await tx.work.cancel(ALERT_WORK.requiet, `${window.id}:end`);
  }
  const payload = { kind: window.kind, id: window.id };
  const row = { kind: ALERT_WORK.requiet, priority: 2, causeId };
  const begin = { ...row, key: `${window.id}:begin`, dueAt: Math.max(now, window.startsAt) };
  await tx.work.put({ ...begin, payload: { ...payload, moment: 'begin' } });
  await tx.work.put({
    ...row,
    key: `${window.id}:end`,
    dueAt: window.endsAt,
    payload: { ...payload, moment: 'end' },
  });
}

/** Moves the end of a window to this instant: what it kept quiet is looked at at once. */
export async function endWindowNow(
  tx: CoreTx,
  window: Pick<QuietWindow, 'kind' | 'id'>,
  causeId: string,
  now: number,
): Promise<void> {
  await tx.work.cancel(ALERT_WORK.requiet, `${window.id}:begin`);
  await tx.work.cancel(ALERT_WORK.requiet, `${window.id}:end`);
  await tx.work.put({
    kind: ALERT_WORK.requiet,
    key: `${window.id}:end`,
    dueAt: now,
    priority: 1,
    payload: { kind: window.kind, id: window.id, moment: 'end', told: true },
    causeId,
  });
}

/**
 * Decides for every firing alert again whether it is quiet. One that no longer is and was never told fires now; one that
 * was told before it became quiet is shown as loud again, and wakes its incident if no chain could begin there.
 */
export function requiet(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.requiet,
    async inside(tx, item) {
      const now = deps.clock.now();
      const rules = await quietRules(tx, now);
      const causeId = await tellEnd(tx, item.payload, item.causeId, now);
      const covering = new Set<string>();
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<AlertTx['alerts']['listShort']>> = await tx.alerts.listShort({
          states: ['firing'],
          limit: PAGE,
          ...(after === null ? {} : { after }),
        });
        const batch = new AlertBatch();
        const changes = new Map<string, Quiet>();
        for (const alert of page.items) {
          const quiet = quietBy(alert.labels, rules, now);
          if (quiet.silencedBy === alert.silencedBy && quiet.maintenanceBy === alert.maintenanceBy) continue;
          changes.set(alert.id, quiet);
        }
        const changed = [...changes.keys()];
        for (const alert of await tx.alerts.byIds(changed)) batch.know(alert);
        for (const [id, quiet] of changes) batch.change(id, quiet);
        await tellIfUntold(tx, batch, changed, rules, { causeId, now });
        for (const id of changed) coveredBy(batch.alert(id), covering);
        await batch.flush(tx);
        after = page.next;
      } while (after !== null);
      await watchCovered(tx, covering, now);
      return DONE;
    },
  };
}

/** Writes that the window ended by time, unless the verb that ended it did. Returns the row that causes what follows. */
async function tellEnd(
  tx: AlertTx,
  payload: Readonly<Record<string, unknown>>,
  causeId: string | null,
  now: number,
): Promise<string | null> {
  const { kind, id, moment, told } = payload;
  if (moment !== 'end' || told === true || typeof id !== 'string') return causeId;
  const silence = kind === 'silence';
  return tx.journal.append({
    actor: systemActor('alert'),
    fact: silence ? ALERT_FACTS.silenceEnded : ALERT_FACTS.maintenanceEnded,
    subject: { kind: silence ? 'silence' : 'maintenance', id },
    causeId: causeId ?? undefined,
    summary: silence ? 'A silence ended.' : 'Announced work ended.',
    reason: 'its-time-is-over',
    data: { by: 'time' },
    at: now,
  });
}
