import { labelsKey } from '../../core/labels.ts';
import type { Loss } from './noun.ts';

type Counted = Pick<Loss, 'indicator' | 'labels' | 'side' | 'startsAt' | 'endsAt' | 'amount'>;

/**
 * The losses that add up, most first. Two watches over one series count the same bookings: of those that overlap in time
 * the larger one counts. What came in excess is no loss.
 */
export function countedOnce<L extends Counted>(losses: readonly L[]): L[] {
  const counted: L[] = [];
  for (const loss of losses.filter(({ side }) => side === 'below').sort((a, b) => b.amount - a.amount)) {
    const again = counted.some((other) => seriesOf(other) === seriesOf(loss) && overlap(other, loss));
    if (!again) counted.push(loss);
  }
  return counted;
}

function seriesOf({ indicator, labels }: Counted): string {
  return `${indicator} ${labelsKey(labels)}`;
}

function overlap(a: Counted, b: Counted): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}
