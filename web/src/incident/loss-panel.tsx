/** What the deviations behind an incident cost, in units that the business counts. */
import type { IncidentDetail } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { Panel } from '../shell/panel.tsx';
import { When } from '../shell/when.tsx';

export function LossPanel({ losses }: { losses: IncidentDetail['losses'] }) {
  const { t, language } = useWords();
  const names = useNames();
  if (losses.length === 0) return null;
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(localeOf(language), { style: 'percent', maximumFractionDigits: 0 });
  return (
    <Panel title={t('loss.title')} flush>
      <ul className="list">
        {losses.map((loss) => (
          <li key={loss.id} className="list-row">
            <div>
              <p className="strong">
                {t(loss.side === 'below' ? 'loss.lost' : 'loss.excess', {
                  amount: figure.format(loss.amount),
                  unit: loss.unit,
                })}
                {loss.open ? ` ${t('loss.soFar')}` : ''}
              </p>
              <p className="small quiet">
                {[
                  loss.title,
                  ...Object.entries(loss.labels).map(([name, value]) =>
                    name === 'city' ? names.cityTitle(value) : `${name} ${value}`,
                  ),
                ].join(' · ')}
                {loss.expected > 0
                  ? ` · ${t('loss.share', { percent: percent.format(loss.amount / loss.expected), expected: figure.format(loss.expected) })}`
                  : ''}
              </p>
              <p className="small quiet">
                <When at={loss.startsAt} show="absolute" /> – <When at={loss.endsAt} show="absolute" />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
