/** Who carried a page, and what became of it: one line for each vendor that had it. */
import type { DeliveryView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { Pill } from '../shell/pill.tsx';
import { When } from '../shell/when.tsx';

const TONES = { taken: 'unknown', delivered: 'ok', undelivered: 'critical', silent: 'major' } as const;

export function Receipts({ deliveries, said }: { deliveries: readonly DeliveryView[]; said: string | null }) {
  const { t } = useWords();
  if (deliveries.length === 0) return said === null ? null : <p className="mono quiet break">{said}</p>;
  return (
    <ul className="receipts" aria-label={t('receipt.title')}>
      {deliveries.map((one) => (
        <li key={one.id} className="small">
          <span className="quiet number">
            <When at={one.takenAt} show="absolute" seconds />
          </span>
          <span className="mono break">{one.said}</span>
          {one.state === 'taken' && one.receiptDue === null ? null : (
            <Pill tone={TONES[one.state]}>{t(one.state === 'taken' ? 'receipt.awaited' : `receipt.${one.state}`)}</Pill>
          )}
          {one.receiptAt === null ? null : (
            <span className="quiet">
              <When at={one.receiptAt} show="absolute" seconds /> {one.receipt}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
