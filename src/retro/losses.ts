import type { Alert } from '../alert/alert.ts';
import type { Labels } from '../core/labels.ts';
import { countedOnce, type ExpectationTx } from '../expectation/index.ts';

/** One deviation's cost, as it is kept. */
export type KeptLoss = Awaited<ReturnType<ExpectationTx['expectations']['losses']>>[number];

/** What an incident cost members of one function, in one unit. */
export interface RetroLoss {
  /** The function that the alert named, or null where it named none. */
  readonly functionName: string | null;
  readonly indicator: string;
  readonly unit: string;
  /** Units that were lost, and those that were to be expected in the same time. */
  readonly amount: number;
  readonly expected: number;
}

const MOST = 500;

/** What the deviations behind alerts cost: by the fingerprint of the alert, in its time. */
export async function lossesBehind(
  tx: { readonly expectations: Pick<ExpectationTx['expectations'], 'losses'> },
  alerts: readonly Alert[],
): Promise<KeptLoss[]> {
  const own = alerts.filter(({ source }) => source.startsWith('band:'));
  const fingerprints = [...new Set(own.map(({ fingerprint }) => fingerprint))];
  const losses = await tx.expectations.losses({ fingerprints, limit: MOST });
  return losses.filter((loss) => own.some((alert) => isBehind(loss, alert)));
}

function isBehind(loss: KeptLoss, { fingerprint, startsAt, firedAt, resolvedAt }: Alert): boolean {
  return (
    fingerprint === loss.fingerprint &&
    loss.startsAt <= (resolvedAt ?? Infinity) &&
    loss.endsAt >= Math.min(startsAt, firedAt ?? startsAt)
  );
}

/** What was lost, by function and unit, most first; what two watches saw of one series counts once. */
export function lossesByFunction(losses: readonly KeptLoss[], alerts: readonly Alert[]): RetroLoss[] {
  const functions = new Map(alerts.map(({ fingerprint, labels }) => [fingerprint, functionOf(labels)]));
  const sums = new Map<string, RetroLoss>();
  for (const { fingerprint, indicator, unit, amount, expected } of countedOnce(losses)) {
    const functionName = functions.get(fingerprint) ?? null;
    const key = JSON.stringify([functionName, indicator, unit]);
    const sum = sums.get(key) ?? { functionName, indicator, unit, amount: 0, expected: 0 };
    sums.set(key, { ...sum, amount: sum.amount + amount, expected: sum.expected + expected });
  }
  return [...sums.values()].sort((a, b) => b.amount - a.amount);
}

/** "84 bookings (Book a car, 41 % of what was to be expected)". @param titleOf the words for a function */
export function lossWords(
  { functionName, indicator, unit, amount, expected }: RetroLoss,
  titleOf: (name: string) => string,
): string {
  const share = expected > 0 ? `, ${Math.round((100 * amount) / expected)} % of what was to be expected` : '';
  return `${Math.round(amount)} ${unit} (${functionName === null ? indicator : titleOf(functionName)}${share})`;
}

function functionOf(labels: Labels): string | null {
  return labels['function'] ?? null;
}
