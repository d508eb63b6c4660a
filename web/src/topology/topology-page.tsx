/** What hangs together: the map with health and the way to the probable cause, learnt edges to decide on, and a table. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { TopologyView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconBolt, IconChevronRight, IconSitemap } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { Asked, Empty, Loading } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import './topology.css';

const TopologyMap = lazy(() => import('./map.tsx').then(({ TopologyMap: map }) => ({ default: map })));
const TONES: Record<TopologyView['components'][number]['state'], Tone> = {
  ok: 'ok',
  degraded: 'major',
  down: 'critical',
  unknown: 'unknown',
};

export function TopologyPage() {
  const { t } = useWords();
  const query = useQuery({ queryKey: ['topology'], queryFn: () => call<TopologyView>('GET', '/ops/v1/topology') });
  return (
    <div className="page">
      <PageHead title={t('topology.title')} words={t('topology.words')} />
      <Asked query={query} rows={3} height={160}>
        {(view) =>
          view.components.length === 0 ? (
            <div className="panel">
              <Empty title={t('topology.none')} words={t('topology.noneWords')} icon={<IconSitemap size={22} />} />
            </div>
          ) : (
            <Shown view={view} />
          )
        }
      </Asked>
    </div>
  );
}

function Shown({ view }: { view: TopologyView }) {
  const { t } = useWords();
  const { incident } = useSearch({ from: '/topology' });
  return (
    <>
      <Causes view={view} chosen={incident ?? null} />
      <Panel title={t('topology.map')} flush>
        <Suspense fallback={<Loading rows={1} height={420} />}>
          <TopologyMap view={view} incident={incident ?? null} />
        </Suspense>
      </Panel>
      <Edges view={view} />
      <Components view={view} />
    </>
  );
}

/** The ways from where incidents are felt to their probable causes; choosing one marks it alone. */
function Causes({ view, chosen }: { view: TopologyView; chosen: string | null }) {
  const { t } = useWords();
  const titles = new Map(view.components.map(({ name, title }) => [name, title]));
  return (
    <Panel title={t('topology.causes')} count={view.causes.length}>
      {view.causes.length === 0 ? <p className="quiet small">{t('topology.noCauses')}</p> : null}
      <ul className="stack">
        {view.causes.map(({ incidentId, number, title, path, component, probability }) => (
          <li key={incidentId} className="topology-cause">
            <Link
              to="/topology"
              search={chosen === incidentId ? {} : { incident: incidentId }}
              className={chosen === incidentId ? 'tag chosen' : 'tag'}
              aria-current={chosen === incidentId}
            >
              #{number}
            </Link>
            <span>
              <Link to="/incidents/$id" params={{ id: incidentId }}>
                {title}
              </Link>
              <span className="topology-way">
                {path.map((name, index) => (
                  <span key={name}>
                    {index === 0 ? null : <IconChevronRight size={14} aria-hidden />}
                    {name === component ? <IconBolt size={14} aria-hidden /> : null}
                    {titles.get(name) ?? name}
                  </span>
                ))}
                {probability === null ? null : <span className="quiet number">{Math.round(probability * 100)} %</span>}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Edges({ view }: { view: TopologyView }) {
  const { t } = useWords();
  const may = useMay();
  const decide = useVerb(
    ({ id, verb }: { id: string; verb: 'accept' | 'reject' }) =>
      call('POST', `/ops/v1/topology/edges/${encodeURIComponent(id)}/${verb}`, {}).then(() => verb),
    { refresh: ['topology'] },
  );
  const proposed = view.edges.filter(({ state }) => state === 'proposed');
  const decided = view.edges.filter(({ state }) => state !== 'proposed');
  return (
    <Panel title={t('topology.proposed')} count={proposed.length}>
      <p className="quiet small">{proposed.length === 0 ? t('topology.noneProposed') : t('topology.proposedWords')}</p>
      <ul className="edges">
        {[...proposed, ...decided].map((edge) => (
          <li key={edge.id}>
            <div>
              <p className="edge-name">
                {edge.callerTitle} <IconChevronRight size={15} aria-hidden /> {edge.calleeTitle}
                {edge.state === 'proposed' ? null : (
                  <span className="tag">{t(`topology.state_${edge.state}`, { name: edge.decidedBy ?? '' })}</span>
                )}
              </p>
              <p className="quiet small">
                {edge.evidence.map(({ words }) => words).join('; ')} · {t('topology.seen')}{' '}
                <When at={edge.lastSeenAt} show="relative" />
                {edge.known ? '' : ` · ${t('topology.unknownEnd')}`}
              </p>
            </div>
            {may.act ? (
              <div className="row">
                {edge.state === 'accepted' || !edge.known ? null : (
                  <Button
                    size="xs"
                    loading={decide.pending}
                    onClick={() => decide.run({ id: edge.id, verb: 'accept' })}
                  >
                    {t('topology.accept')}
                  </Button>
                )}
                {edge.state === 'rejected' ? null : (
                  <Button
                    size="xs"
                    variant="default"
                    loading={decide.pending}
                    onClick={() => decide.run({ id: edge.id, verb: 'reject' })}
                  >
                    {t('topology.reject')}
                  </Button>
                )}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The same as a table, for keyboards, screen readers and narrow screens. */
function Components({ view }: { view: TopologyView }) {
  const { t } = useWords();
  const titles = new Map([...view.components, ...view.groups].map(({ name, title }) => [name, title]));
  return (
    <Panel title={t('topology.table')} count={view.components.length} flush>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t('topology.table')}>
        <table className="table stacks">
          <thead>
            <tr>
              <th scope="col">{t('topology.component')}</th>
              <th scope="col">{t('topology.kind')}</th>
              <th scope="col">{t('topology.stateHead')}</th>
              <th scope="col">{t('topology.needs')}</th>
            </tr>
          </thead>
          <tbody>
            {view.components.map(({ name, title, kind, state, needs, alerts }) => (
              <tr key={name}>
                <td>{title}</td>
                <td data-label={t('topology.kind')}>{kind}</td>
                <td data-label={t('topology.stateHead')}>
                  <Pill tone={TONES[state]}>
                    {t(`topology.state.${state}`)}
                    {alerts > 0 ? ` · ${t('topology.alerts', { count: alerts })}` : ''}
                  </Pill>
                </td>
                <td data-label={t('topology.needs')}>
                  {needs.length === 0
                    ? '–'
                    : needs
                        .map(
                          (need) =>
                            `${titles.get(need.name) ?? need.name}${need.learnt ? ` (${t('topology.learnt')})` : ''}`,
                        )
                        .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
