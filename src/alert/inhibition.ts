import type { AlertBatch } from './batch.ts';
import { inhibitorOf, sidesOf, type InhibitRule } from './inhibit.ts';
import type { AlertTx, InhibitSide } from './ports.ts';

/** Alerts that began or stopped firing in a batch. */
export interface Moved {
  readonly began: readonly string[];
  readonly ended: readonly string[];
}

/**
 * Keeps the sides of inhibition rules in step with what fires, and decides again for everybody whom that concerns.
 * @returns ids of alerts that fired before and are inhibited no more
 */
export async function inhibit(
  tx: AlertTx,
  rules: readonly InhibitRule[],
  batch: AlertBatch,
  { began, ended }: Moved,
): Promise<string[]> {
  if (rules.length === 0) return [];
  const groups = new SideGroups(tx);
  const gone = ended.length > 0 ? await tx.alerts.removeSides(ended) : [];
  const made = began.flatMap((id) => sidesOf(rules, batch.alert(id)));
  if (made.length > 0) await tx.alerts.insertSides(made);
  const isNew = new Set(began);
  const concerned = new Set(made.filter(({ isTarget }) => isTarget).map(({ alertId }) => alertId));
  for (const side of [...gone, ...made]) {
    if (!side.isSource) continue;
    const group = await groups.of(side);
    // Where another source was there before, its targets are hidden already.
    const covered = group.some((one) => one.isSource && !one.isTarget && !isNew.has(one.alertId));
    if (isNew.has(side.alertId) && covered) continue;
    for (const { isTarget, alertId } of group) if (isTarget) concerned.add(alertId);
  }
  const free: string[] = [];
  for (const id of concerned) {
    if (!batch.has(id)) {
      const alert = await tx.alerts.byId(id);
      if (!alert || alert.state !== 'firing') continue;
      batch.know(alert);
    }
    const before = batch.alert(id);
    const inhibitedBy = await inhibitor(groups, sidesOf(rules, before));
    if (inhibitedBy === before.inhibitedBy) continue;
    batch.change(id, { inhibitedBy });
    if (inhibitedBy === null && !isNew.has(id)) free.push(id);
  }
  return free;
}

async function inhibitor(groups: SideGroups, sides: readonly InhibitSide[]): Promise<string | null> {
  for (const side of sides) {
    const found = inhibitorOf(side, await groups.of(side));
    if (found) return found.fingerprint;
  }
  return null;
}

/** Who stands on the sides of a rule with the same values, read once. */
class SideGroups {
  readonly #tx: AlertTx;
  readonly #known = new Map<string, InhibitSide[]>();

  constructor(tx: AlertTx) {
    this.#tx = tx;
  }

  async of({ rule, equalKey }: InhibitSide): Promise<InhibitSide[]> {
    const key = `${rule}\n${equalKey}`;
    let sides = this.#known.get(key);
    if (!sides) this.#known.set(key, (sides = await this.#tx.alerts.sidesOf(rule, equalKey)));
    return sides;
  }
}
