/** The duty officer's one screen: what is hurt, who has it, what to do next, what to say. */
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Now } from '../api-types.ts';
import { useMay } from '../access/role.ts';
import { IncidentCard } from '../incident/incident-card.tsx';
import { LastDay } from '../incident/last-day.tsx';
import { useAccept } from '../incident/accept.ts';
import { useWords } from '../language/index.ts';
import { ObservationForm } from '../observation/observation-form.tsx';
import { Say } from '../observation/say.tsx';
import { useKey } from '../shell/keys.tsx';
import { Panel } from '../shell/panel.tsx';
import { Asked } from '../shell/state.tsx';
import { useTitle } from '../shell/title.ts';
import { DutyStrip } from './duty-strip.tsx';
import { HealthMatrix } from './health-matrix.tsx';
import { LooseAlerts } from './loose-alerts.tsx';
import { useNow } from './names.ts';
import { Quiet } from './quiet.tsx';
import './now.css';

const ORDER = ['critical', 'major', 'minor'] as const;

export function NowPage() {
  const query = useNow();
  return (
    <Asked query={query} rows={5} height={84}>
      {(now) => <Screen now={now} />}
    </Asked>
  );
}

function Screen({ now }: { now: Now }) {
  const { t } = useWords();
  const may = useMay();
  const accept = useAccept();
  const box = useRef<HTMLTextAreaElement>(null);
  // The key takes the most severe incident nobody has, the oldest of those.
  const next = now.incidents
    .filter((each) => each.state === 'open')
    .toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.startedAt - b.startedAt)[0];
  useKey('a', may.act && next !== undefined ? () => accept.run(next) : null);
  useKey('o', () => box.current?.focus());
  const unaccepted = now.incidents.filter((each) => each.state === 'open').length;
  const headline =
    now.incidents.length === 0
      ? t('now.calm')
      : unaccepted > 0
        ? t('now.waiting', { count: unaccepted })
        : t('now.running', { count: now.incidents.length });
  useTitle(headline);
  return (
    <div className="page now">
      <header className="now-head">
        <div>
          <h1>{headline}</h1>
          <p className="quiet">
            <Link to="/alerts">{t('now.firing', { count: now.alerts.firing })}</Link>
            {' · '}
            {t('now.pending', { count: now.alerts.pending })}
            {' · '}
            {t('now.silenced', { count: now.alerts.silenced })}
            {now.quarantined > 0 ? ` · ${t('now.quarantined', { count: now.quarantined })}` : ''}
          </p>
        </div>
        <DutyStrip duty={now.duty} />
      </header>
      <div className="two">
        <div>
          {now.incidents.length === 0 ? (
            <>
              <Quiet now={now} />
              <LastDay />
            </>
          ) : (
            <section className="stack" aria-label={t('now.incidents')}>
              {now.incidents.map((each) => (
                <IncidentCard key={each.id} incident={each} isNext={each.id === next?.id} />
              ))}
            </section>
          )}
          <Panel title={t('now.health')} side={<Legend />} flush>
            <HealthMatrix now={now} />
          </Panel>
          {now.looseAlerts.length === 0 ? null : <LooseAlerts alerts={now.looseAlerts} />}
          {now.recentlyResolved.length === 0 || now.incidents.length === 0 ? null : <Recent now={now} />}
        </div>
        <div>
          <Say notices={now.words} />
          {may.observe ? (
            <Panel title={t('observation.record')} side={<kbd title={t('keys.observe')}>o</kbd>}>
              <ObservationForm inputRef={box} />
            </Panel>
          ) : null}
        </div>
      </div>
    </div>
  );
}

function Legend() {
  const { t } = useWords();
  return <span className="quiet small">{t('now.healthLegend')}</span>;
}

function Recent({ now }: { now: Now }) {
  const { t } = useWords();
  return (
    <section className="stack" aria-label={t('now.recent')}>
      <h2 className="now-label">{t('now.recent')}</h2>
      {now.recentlyResolved.map((each) => (
        <IncidentCard key={each.id} incident={each} isNext={false} />
      ))}
    </section>
  );
}
