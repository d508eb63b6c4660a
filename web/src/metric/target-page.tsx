/** Targets: what the server scrapes, whether it answers, and what went wrong when it did not. */
import { useQuery } from '@tanstack/react-query';
import { useWords } from '../language/index.ts';
import { IconRadar } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import './metric.css';
import { askTargets, type Target } from './prometheus.ts';

const TONES: Record<Target['health'], Tone> = { up: 'ok', down: 'critical', unknown: 'unknown' };

export function TargetsPage() {
  const { t } = useWords();
  const query = useQuery({ queryKey: ['targets'], queryFn: askTargets, refetchInterval: 15_000 });
  return (
    <div className="page">
      <PageHead title={t('nav.targets')} words={t('targets.words')} />
      <Asked query={query}>
        {(targets) =>
          targets.length === 0 ? (
            <div className="panel">
              <Empty title={t('targets.none')} words={t('targets.noneWords')} icon={<IconRadar size={22} />} />
            </div>
          ) : (
            [...Map.groupBy(targets, (each) => each.scrapePool)].map(([job, ofJob]) => (
              <Panel key={job} title={job} count={ofJob.length} flush>
                <Job job={job} targets={ofJob} />
              </Panel>
            ))
          )
        }
      </Asked>
    </div>
  );
}

function Job({ job, targets }: { job: string; targets: readonly Target[] }) {
  const { t } = useWords();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={job}>
      <table className="table stacks">
        <thead>
          <tr>
            <th scope="col">{t('targets.target')}</th>
            <th scope="col">{t('targets.state')}</th>
            <th scope="col">{t('targets.last')}</th>
            <th scope="col" className="right">
              {t('targets.took')}
            </th>
            <th scope="col">{t('targets.error')}</th>
          </tr>
        </thead>
        <tbody>
          {targets.map((target) => (
            <tr key={target.scrapeUrl}>
              <td className="mono break">{target.scrapeUrl}</td>
              <td data-label={t('targets.state')}>
                <Pill tone={TONES[target.health]}>{t(`targets.health.${target.health}`)}</Pill>
              </td>
              <td data-label={t('targets.last')} className="number">
                {target.health === 'unknown' ? '–' : <When at={Date.parse(target.lastScrape)} show="relative" />}
              </td>
              <td
                data-label={t('targets.took')}
                className="number right"
              >{`${Math.round(target.lastScrapeDuration * 1000)} ms`}</td>
              <td data-label={t('targets.error')} className="break">
                {target.lastError === '' ? '–' : target.lastError}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
