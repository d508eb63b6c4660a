/** What the replay found: would it have helped then, and what would it have cost since. */
import type { ImprovementView } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';
import { Panel } from '../shell/panel.tsx';
import { absolute, lengthOf, When } from '../shell/when.tsx';
import { useInstant } from '../shell/clock.ts';

/** As the verdict says it: to a tenth of a minute where that is much of it. */
function sooner(ms: number, language: string): string {
  if (ms >= 600_000 || ms < 60_000) return lengthOf(ms, language);
  return `${new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 }).format(ms / 60_000)} min`;
}

export function ProofPanel({ improvement }: { improvement: ImprovementView }) {
  const { t, language } = useWords();
  const now = useInstant();
  const { proof } = improvement;
  if (proof === null) {
    return (
      <Panel title={t('proof.title')}>
        <p className="quiet">{t(improvement.change === null ? 'proof.noRule' : 'proof.none')}</p>
      </Panel>
    );
  }
  const fired = (at: number | null) => (at === null ? t('proof.silent') : absolute(at, language, now, true));
  return (
    <Panel
      title={t('proof.title')}
      side={
        <span className="small quiet">
          <When at={proof.at} show="relative" />
        </span>
      }
    >
      <p className="verdict sentence">{proof.verdict}</p>
      <table className="proof">
        <thead>
          <tr>
            <td />
            <th scope="col">{t('proof.before')}</th>
            <th scope="col">{t('proof.after')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('proof.fired')}</th>
            <td>{fired(proof.firedBefore)}</td>
            <td>
              {fired(proof.firedAfter)}
              {proof.earlierBy === null || proof.earlierBy <= 0 ? null : (
                <b className="gain">{t('proof.earlier', { length: sooner(proof.earlierBy, language) })}</b>
              )}
            </td>
          </tr>
          <tr>
            <th scope="row">{t('proof.alerts')}</th>
            <td>{proof.alertsBefore}</td>
            <td>
              {proof.alertsAfter}
              <b className={proof.extraAlerts > 0 ? 'loss' : 'gain'}>
                {t('proof.extra', { count: proof.extraAlerts })}
              </b>
            </td>
          </tr>
        </tbody>
      </table>
      <p className="small quiet">
        {t('proof.history')} <When at={proof.historyFrom} show="absolute" /> –{' '}
        <When at={proof.historyTo} show="absolute" />
      </p>
    </Panel>
  );
}
