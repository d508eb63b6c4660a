import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { EXPECTATION_FACTS } from '../facts.ts';
import type { LossUpdate } from '../loss/loss.ts';
import type { Loss } from '../loss/noun.ts';
import type { ExpectationTx } from '../ports.ts';

/** Writes what open deviations have cost so far, and journals those that ended. For the engine's ticks. */
export async function countLosses(
  tx: ExpectationTx,
  deps: Pick<Deps<ExpectationTx>, 'ids'>,
  updates: readonly LossUpdate[],
): Promise<void> {
  for (const update of updates) {
    const before = await tx.expectations.loss(update.fingerprint, update.from);
    const loss: Loss = {
      id: before?.id ?? deps.ids.next('los'),
      fingerprint: update.fingerprint,
      alert: update.alert,
      indicator: update.indicator,
      labels: update.labels,
      side: update.side,
      startsAt: update.from,
      endsAt: update.to,
      // An instance that took over has seen less of it: the larger sum counts.
      amount: Math.max(update.amount, before?.amount ?? 0),
      expected: Math.max(update.expected, before?.expected ?? 0),
      unit: update.unit,
      open: update.open,
    };
    await tx.expectations.saveLoss(loss);
    if (update.open || before?.open === false) continue;
    await tx.journal.append({
      actor: systemActor('expectation'),
      fact: EXPECTATION_FACTS.lossCounted,
      subject: { kind: 'loss', id: loss.id },
      summary: `${lossWords(loss)} (${loss.alert}).`,
      data: { indicator: loss.indicator, labels: loss.labels, amount: loss.amount, expected: loss.expected },
    });
  }
}

function lossWords({ amount, unit, side }: Loss): string {
  const figure = Number(amount.toPrecision(amount >= 1000 ? 4 : 3));
  return side === 'below' ? `${figure} ${unit} were lost` : `${figure} ${unit} came beyond what was expected`;
}
