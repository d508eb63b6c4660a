/** The public page: what works where, what is said about it, and what was. */
import { useEffect } from 'react';
import type { PublicStatus } from '../api-types.ts';
import { wordsOf } from '../access/call.ts';
import { LANGUAGES, speak, useWords } from '../language/index.ts';
import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconCircleCheckFilled, IconRss } from '../shell/icon.ts';
import { spanOf, When } from '../shell/when.tsx';
import { Interruptions } from './interruption.tsx';
import './status.css';
import { useStatus } from './use-status.ts';

type State = PublicStatus['state'];
const ICONS = { ok: IconCircleCheckFilled, degraded: IconAlertTriangleFilled, down: IconAlertOctagonFilled };

export function StatusPage() {
  const { t } = useWords();
  const { data, error, again } = useStatus();
  useEffect(() => {
    document.title = data?.title ?? t('status.title');
  }, [data, t]);
  return (
    <>
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <header className="status-top">
        <div>
          <p className="status-name">{data?.title ?? t('status.title')}</p>
          <Languages offered={data?.languages ?? [...LANGUAGES]} />
        </div>
      </header>
      <main id="main" className="status-main">
        <h1 className="hidden-words">{data?.title ?? t('status.title')}</h1>
        {data === null && error === null ? <p role="status">{t('state.loading')}</p> : null}
        {data === null && error !== null ? (
          <div className="banner unknown" role="alert">
            <div>
              <p className="banner-title">{t('state.failed')}</p>
              <p>{wordsOf(error)}</p>
              <button type="button" className="status-button" onClick={again}>
                {t('state.retry')}
              </button>
            </div>
          </div>
        ) : null}
        {data === null ? null : <Content data={data} isStale={error !== null} />}
      </main>
      <footer className="status-foot">
        <p>
          {data?.supportUrl === null || data === null ? null : <a href={data.supportUrl}>{t('status.support')}</a>}
          <a href="/status/atom.xml">
            <IconRss size={15} aria-hidden /> {t('status.feed')}
          </a>
        </p>
        <p className="quiet small">{t('status.made')}</p>
      </footer>
    </>
  );
}

function Languages({ offered }: { offered: readonly string[] }) {
  const { t, language } = useWords();
  const known = LANGUAGES.filter((each) => offered.includes(each));
  return (
    <div className="status-languages" role="group" aria-label={t('account.language')}>
      {known.map((each) => (
        <button key={each} type="button" lang={each} aria-pressed={each === language} onClick={() => void speak(each)}>
          {t(`languageName.${each}`)}
        </button>
      ))}
    </div>
  );
}

function Content({ data, isStale }: { data: PublicStatus; isStale: boolean }) {
  const { t, language } = useWords();
  const Icon = ICONS[data.state];
  const open = data.interruptions.filter((each) => each.open);
  const past = data.interruptions.filter((each) => !each.open);
  return (
    <>
      <section className={`banner ${data.state}`} aria-label={t('status.now')}>
        <Icon size={34} aria-hidden />
        <div>
          <p className="banner-title">{t(`status.overall.${data.state}`)}</p>
          <p className="small">
            {isStale ? `${t('live.lostWords')} ` : ''}
            {t('status.checked')} <When at={data.at} />
          </p>
        </div>
      </section>
      <Interruptions title={t('status.open')} items={open} />
      <Functions data={data} />
      {data.maintenance.length === 0 ? null : (
        <section aria-label={t('status.maintenance')}>
          <h2>{t('status.maintenance')}</h2>
          <ul className="status-card">
            {data.maintenance.map((each) => (
              <li key={each.id} className="status-plan">
                <span className="strong">{each.title}</span>
                <span className="quiet">{spanOf(each.startsAt, each.endsAt, language, data.at)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {past.length === 0 ? (
        <section aria-label={t('status.history')}>
          <h2>{t('status.history')}</h2>
          <p className="quiet">{t('status.noHistory')}</p>
        </section>
      ) : (
        <Interruptions title={t('status.history')} items={past} folded />
      )}
    </>
  );
}

function Functions({ data }: { data: PublicStatus }) {
  const { t, pick } = useWords();
  const stateOf = (functionName: PublicStatus['functions'][number], city: string): State =>
    functionName.cities.find((each) => each.city === city)?.state ?? 'ok';
  return (
    <section aria-label={t('status.functions')}>
      <h2>{t('status.functions')}</h2>
      <div className="status-card status-scroll">
        <table className="status-table">
          <caption className="hidden-words">{t('status.functions')}</caption>
          <thead>
            <tr>
              <td />
              {data.cities.map((city) => (
                <th key={city.name} scope="col">
                  {city.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.functions.map((each) => (
              <tr key={each.name}>
                <th scope="row">{pick(each.title)}</th>
                {data.cities.map((city) => (
                  <td key={city.name}>
                    <Works state={stateOf(each, city.name)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Works({ state }: { state: State }) {
  const { t } = useWords();
  const Icon = ICONS[state];
  return (
    <span className={`works ${state}`}>
      <Icon size={17} aria-hidden />
      {t(`status.works.${state}`)}
    </span>
  );
}
