/** Integrations: the sources and how each is doing, what was put aside, trying a mapping, and all that can be connected. */
import { useQuery } from '@tanstack/react-query';
import type { IntegrationList } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconWebhook } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import { Catalogue } from './catalogue.tsx';
import './integration.css';
import { Kept } from './kept.tsx';
import { TryMapping } from './try-mapping.tsx';

type Source = IntegrationList['sources'][number];
type StatusPage = IntegrationList['statusPages'][number];

export function IntegrationsPage() {
  const { t } = useWords();
  const may = useMay();
  const query = useQuery({
    queryKey: ['integrations'],
    queryFn: () => call<IntegrationList>('GET', '/ops/v1/integrations'),
    refetchInterval: 30_000,
  });
  return (
    <div className="page">
      <PageHead title={t('nav.integrations')} words={t('integration.words')} />
      <Asked query={query}>
        {(data) => (
          <>
            <Panel title={t('integration.sources')} count={data.sources.length} flush>
              {data.sources.length === 0 ? (
                <Empty
                  title={t('integration.noSource')}
                  words={t('integration.noSourceWords')}
                  icon={<IconWebhook size={22} />}
                />
              ) : (
                <Sources sources={data.sources} integrations={data.integrations} />
              )}
            </Panel>
            {data.statusPages.length === 0 ? null : (
              <Panel title={t('integration.pages')} count={data.statusPages.length} flush>
                <Pages pages={data.statusPages} />
              </Panel>
            )}
            <Kept />
            {may.act ? <TryMapping data={data} /> : null}
            <Catalogue integrations={data.integrations} />
          </>
        )}
      </Asked>
    </div>
  );
}

function stateOf({ doors }: Source): 'ok' | 'quiet' | 'failing' {
  const heard = Math.max(0, ...doors.map((door) => door.lastReceivedAt ?? 0));
  const refused = Math.max(0, ...doors.map((door) => door.lastRefusedAt ?? 0));
  if (refused > heard) return 'failing';
  return heard > 0 ? 'ok' : 'quiet';
}

const TONE: Record<ReturnType<typeof stateOf>, Tone> = { ok: 'ok', quiet: 'unknown', failing: 'major' };

function Sources({
  sources,
  integrations,
}: {
  sources: readonly Source[];
  integrations: IntegrationList['integrations'];
}) {
  const { t } = useWords();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('integration.sources')}>
      <table className="table stacks integration-table">
        <thead>
          <tr>
            <th scope="col">{t('integration.sources')}</th>
            <th scope="col">{t('targets.state')}</th>
            <th scope="col">{t('integration.last')}</th>
            <th scope="col" className="right">
              {t('integration.aside')}
            </th>
            <th scope="col">{t('integration.address')}</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => {
            const state = stateOf(source);
            const heard = Math.max(0, ...source.doors.map((door) => door.lastReceivedAt ?? 0));
            const kind = integrations.find(({ name }) => name === source.integration)?.title ?? t('integration.own');
            return (
              <tr key={source.name}>
                <td>
                  <span className="strong">{source.title}</span>
                  <span className="small quiet integration-kind">
                    {source.partner === null ? kind : `${kind} · ${source.partner}`}
                  </span>
                </td>
                <td data-label={t('targets.state')}>
                  <Pill tone={TONE[state]}>{t(`integration.state.${state}`)}</Pill>
                </td>
                <td data-label={t('integration.last')} className="number">
                  {heard === 0 ? '–' : <When at={heard} show="relative" />}
                </td>
                <td data-label={t('integration.aside')} className="number right">
                  {source.doors.reduce((sum, door) => sum + door.open, 0)}
                </td>
                <td data-label={t('integration.address')}>
                  <span className="mono small break">{source.address}</span>
                  <span className="small quiet integration-kind">{source.secrets.join(', ')}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Pages({ pages }: { pages: readonly StatusPage[] }) {
  const { t } = useWords();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('integration.pages')}>
      <table className="table stacks integration-table">
        <thead>
          <tr>
            <th scope="col">{t('integration.page')}</th>
            <th scope="col">{t('targets.state')}</th>
            <th scope="col">{t('integration.lastRead')}</th>
            <th scope="col">{t('integration.tells')}</th>
          </tr>
        </thead>
        <tbody>
          {pages.map((page) => {
            const state = page.error !== null ? 'failing' : page.readAt === null ? 'waiting' : 'ok';
            return (
              <tr key={page.name}>
                <td>
                  <a className="strong" href={page.url} rel="noreferrer" target="_blank">
                    {page.title}
                  </a>
                  <span className="small quiet integration-kind">
                    {[page.partner, page.form].filter((part) => part !== null).join(' · ')}
                  </span>
                </td>
                <td data-label={t('targets.state')}>
                  <Pill tone={state === 'ok' ? 'ok' : state === 'waiting' ? 'unknown' : 'major'}>
                    {t(`integration.pageState.${state}`)}
                  </Pill>
                </td>
                <td data-label={t('integration.lastRead')} className="number">
                  {page.readAt === null ? '–' : <When at={page.readAt} show="relative" />}
                </td>
                <td data-label={t('integration.tells')} className="break">
                  {page.error ??
                    (page.open.length === 0
                      ? t('integration.nothing')
                      : page.open
                          .map(({ title, status }) => (status === '' ? title : `${title} (${status})`))
                          .join('; '))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
