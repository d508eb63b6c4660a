/** What is firing and what is about to; what is silenced, by whom and for how long. */
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertPage, AlertView, Matcher } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { useAsked } from '../shell/asked.ts';
import { IconBellOff, IconPlus, IconSearch } from '../shell/icon.ts';
import { useParam, useTextParam } from '../shell/param.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Empty, Failed, Loading } from '../shell/state.tsx';
import { AlertGroupList } from './alert-groups.tsx';
import { AlertLine } from './alert-line.tsx';
import { MaintenanceList, SilenceList } from './quiet-list.tsx';
import { SilenceDialog } from './silence-dialog.tsx';

const FILTERS = { all: 'firing,pending', firing: 'firing', pending: 'pending', loose: 'firing' } as const;
type Filter = keyof typeof FILTERS;

const SEVERITIES = ['any', 'page', 'critical', 'warning', 'info'] as const;
const QUIETS = { any: undefined, loud: 'false', quiet: 'true' } as const;
const GROUPS = ['none', 'alertname', 'service', 'city', 'carrier'] as const;

export function AlertList() {
  const { t } = useWords();
  const may = useMay();
  const [show, setShow] = useParam<Filter>('show', 'all', Object.keys(FILTERS) as Filter[]);
  const [severity, setSeverity] = useParam<(typeof SEVERITIES)[number]>('severity', 'any', SEVERITIES);
  const [quiet, setQuiet] = useParam('quiet', 'any', Object.keys(QUIETS) as (keyof typeof QUIETS)[]);
  const [group, setGroup] = useParam<(typeof GROUPS)[number]>('by', 'none', GROUPS);
  const [text, setText] = useTextParam('text');
  const [matchers, setMatchers] = useTextParam('labels');
  const [sought] = useDebouncedValue({ text, matchers }, 300);
  const [silencing, setSilencing] = useState<AlertView | Matcher[] | 'new' | null>(null);
  useAsked('alert.silence', may.act ? () => setSilencing('new') : null);
  const filter = {
    state: FILTERS[show],
    loose: show === 'loose' ? 1 : undefined,
    severity: severity === 'any' ? undefined : severity,
    quiet: QUIETS[quiet],
    text: sought.text.trim(),
    filter: sought.matchers.trim(),
  };
  const query = useInfiniteQuery({
    queryKey: ['alerts', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<AlertPage>('GET', pathOf('/ops/v1/alerts', { ...filter, after: pageParam, limit: 100 })),
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: group === 'none',
    retry: false,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const narrowed = Object.entries(filter).some(
    ([name, value]) => name !== 'state' && value !== undefined && value !== '',
  );
  return (
    <div className="page">
      <PageHead
        title={t('nav.alerts')}
        words={t('alert.words')}
        side={
          may.act ? (
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setSilencing('new')}>
              {t('alert.newSilence')}
            </Button>
          ) : null
        }
      />
      <div className="filter-bar">
        <SegmentedControl
          aria-label={t('alert.filter')}
          value={show}
          onChange={(value) => setShow(value as Filter)}
          data={(Object.keys(FILTERS) as Filter[]).map((key) => ({ value: key, label: t(`alert.show.${key}`) }))}
        />
        <NativeSelect
          aria-label={t('alertPage.severity')}
          value={severity}
          onChange={(event) => setSeverity(event.currentTarget.value as (typeof SEVERITIES)[number])}
          data={SEVERITIES.map((value) => ({ value, label: t(`alertPage.severities.${value}`) }))}
        />
        <NativeSelect
          aria-label={t('alertPage.quiet')}
          value={quiet}
          onChange={(event) => setQuiet(event.currentTarget.value as keyof typeof QUIETS)}
          data={(Object.keys(QUIETS) as (keyof typeof QUIETS)[]).map((value) => ({
            value,
            label: t(`alertPage.quiets.${value}`),
          }))}
        />
        <NativeSelect
          aria-label={t('alertPage.group')}
          value={group}
          onChange={(event) => setGroup(event.currentTarget.value as (typeof GROUPS)[number])}
          data={GROUPS.map((value) => ({
            value,
            label:
              value === 'none'
                ? t('alertPage.groups.none')
                : `${t('alertPage.group')}: ${t(`alertPage.groups.${value}`)}`,
          }))}
        />
        <TextInput
          className="grow"
          aria-label={t('alert.search')}
          placeholder={t('alert.search')}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <TextInput
          className="grow"
          aria-label={t('alertPage.matchers')}
          placeholder={t('alertPage.matchers')}
          value={matchers}
          onChange={(event) => setMatchers(event.currentTarget.value)}
        />
      </div>
      <div className="two">
        <div>
          {group === 'none' ? null : (
            <Panel title={`${t('alertPage.group')}: ${t(`alertPage.groups.${group}`)}`} flush>
              <AlertGroupList
                by={group}
                filter={filter}
                onShow={(matcher) => {
                  setMatchers(matchers.trim() === '' ? matcher : `${matchers.trim()}, ${matcher}`);
                  setGroup('none');
                }}
                onSilence={setSilencing}
              />
            </Panel>
          )}
          {group === 'none' ? (
            <Panel
              title={t(`alert.show.${show}`)}
              count={query.isSuccess && !query.hasNextPage ? items.length : undefined}
              flush
            >
              {query.isPending ? <Loading /> : null}
              {query.isError && items.length === 0 ? (
                <Failed error={query.error} retry={() => void query.refetch()} />
              ) : null}
              {query.isSuccess && items.length === 0 ? (
                <Empty
                  title={t(narrowed ? 'alert.noMatch' : 'alert.none')}
                  words={t(narrowed ? 'alert.noMatchWords' : 'alert.noneWords')}
                />
              ) : null}
              <ul className="list">
                {items.map((alert) => (
                  <li key={alert.id} className="far">
                    <AlertLine
                      alert={alert}
                      verbs={
                        may.act && alert.silencedBy === null ? (
                          <Button
                            variant="default"
                            size="xs"
                            leftSection={<IconBellOff size={14} />}
                            onClick={() => setSilencing(alert)}
                          >
                            {t('alert.silence')}
                          </Button>
                        ) : null
                      }
                    />
                  </li>
                ))}
              </ul>
              {query.hasNextPage ? (
                <div className="panel-body">
                  <Button
                    variant="default"
                    fullWidth
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {t('action.more')}
                  </Button>
                </div>
              ) : null}
            </Panel>
          ) : null}
        </div>
        <div>
          <SilenceList />
          <MaintenanceList />
        </div>
      </div>
      {silencing === null ? null : (
        <SilenceDialog
          alert={silencing === 'new' || Array.isArray(silencing) ? null : silencing}
          {...(Array.isArray(silencing) ? { begin: silencing } : {})}
          onClose={() => setSilencing(null)}
        />
      )}
    </div>
  );
}
