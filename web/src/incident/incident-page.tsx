/** One incident: what is known, what runs by itself, what a person can do, and how it went. */
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { IncidentDetail } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { ObservationRow } from '../observation/observation-page.tsx';
import { Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { TicketRow } from '../ticket/ticket-row.tsx';
import { AtPartners } from './at-partners.tsx';
import { CarePanel } from './care.tsx';
import { ChainPanel } from './chain.tsx';
import { CausePanel } from './cause.tsx';
import { LinkedAlerts, Similar } from './evidence.tsx';
import { IncidentHead } from './incident-head.tsx';
import { Notices, Pages, Partners } from './outgoing.tsx';
import { PlaybookRuns } from './playbook.tsx';
import { LossPanel } from './loss-panel.tsx';
import { Timeline } from './timeline.tsx';
import './incident.css';

export function IncidentPage() {
  const { id } = useParams({ from: '/incidents/$id' });
  const query = useQuery({
    queryKey: ['incident', id],
    queryFn: () => call<IncidentDetail>('GET', `/ops/v1/incidents/${id}`),
  });
  return (
    <Asked query={query} rows={5} height={90}>
      {(detail) => <Detail detail={detail} />}
    </Asked>
  );
}

function Detail({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  return (
    <div className="page">
      <IncidentHead detail={detail} />
      <div className="two incident-two">
        <div>
          <CausePanel detail={detail} />
          <section className="panel" aria-label={t('incident.facts')}>
            <Facts detail={detail} />
          </section>
        </div>
        <div>
          <CarePanel detail={detail} />
          <ChainPanel chains={detail.chains} pages={detail.pages} />
          <Notices incident={detail.incident} notices={detail.notices} />
          <div className="incident-rest">
            <PlaybookRuns runs={detail.playbookRuns} />
            <AtPartners detail={detail} />
            <Similar id={detail.incident.id} />
            <LossPanel losses={detail.losses} />
            {detail.improvements.length === 0 && detail.retroId === null ? null : <Learned detail={detail} />}
          </div>
        </div>
      </div>
    </div>
  );
}

function Facts({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: '/incidents/$id' });
  const tabs = [
    { key: 'timeline', count: detail.timeline.length },
    { key: 'alerts', count: detail.alerts.length },
    { key: 'observations', count: detail.observations.length },
    { key: 'sent', count: detail.pages.length + detail.partnerContacts.length },
    { key: 'tickets', count: detail.tickets.length },
  ] as const;
  return (
    <Tabs
      value={tabs.some(({ key }) => key === tab) ? tab! : 'timeline'}
      onChange={(value) =>
        void navigate({
          to: '/incidents/$id',
          params: (before) => ({ id: before.id ?? detail.incident.id }),
          search: value === null || value === 'timeline' ? {} : { tab: value },
          replace: true,
          resetScroll: false,
        })
      }
      keepMounted={false}
    >
      <Tabs.List className="incident-tabs">
        {tabs.map(({ key, count }) => (
          <Tabs.Tab key={key} value={key}>
            {t(`incident.tab.${key}`)} <span className="count">{count}</span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="timeline">
        <Timeline incidentId={detail.incident.id} entries={detail.timeline} />
      </Tabs.Panel>
      <Tabs.Panel value="alerts">
        <LinkedAlerts detail={detail} />
      </Tabs.Panel>
      <Tabs.Panel value="observations">
        <ul className="list">
          {detail.observations.map((each) => (
            <li key={each.id}>
              <ObservationRow observation={each} inIncident />
            </li>
          ))}
        </ul>
        {detail.observations.length === 0 ? <Empty compact title={t('incident.noObservations')} /> : null}
      </Tabs.Panel>
      <Tabs.Panel value="sent">
        <Pages pages={detail.pages} deliveries={detail.deliveries} />
        <Partners contacts={detail.partnerContacts} />
      </Tabs.Panel>
      <Tabs.Panel value="tickets">
        <ul className="list">
          {detail.tickets.map((ticket) => (
            <li key={ticket.id}>
              <TicketRow ticket={ticket} />
            </li>
          ))}
        </ul>
        {detail.tickets.length === 0 ? <Empty compact title={t('incident.noTickets')} /> : null}
      </Tabs.Panel>
    </Tabs>
  );
}

function Learned({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  return (
    <Panel title={t('incident.learned')}>
      <ul className="stack">
        {detail.retroId === null ? null : (
          <li>
            <Link to="/retros/$id" params={{ id: detail.retroId }}>
              {t('incident.retro')}
            </Link>
          </li>
        )}
        {detail.improvements.map((each) => (
          <li key={each.id}>
            <Link to="/improvements/$id" params={{ id: each.id }}>
              #{each.number} {each.title}
            </Link>{' '}
            <span className="quiet small">{t(`improvementState.${each.state}`)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
