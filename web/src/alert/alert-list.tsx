/** What is firing and what is about to; what is silenced, by whom and for how long. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertPage, AlertView } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconBellOff, IconPlus, IconSearch } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Empty, Failed, Loading } from '../shell/state.tsx';
import { AlertLine } from './alert-line.tsx';
import { MaintenanceList, SilenceList } from './quiet-list.tsx';
import { SilenceDialog } from './silence-dialog.tsx';

const FILTERS = { all: 'firing,pending', firing: 'firing', pending: 'pending', loose: 'firing' } as const;
type Filter = keyof typeof FILTERS;

function fits(alert: AlertView, text: string): boolean {
  const sought = text.trim().toLowerCase();
  if (sought === '') return true;
  const words = [alert.name, ...Object.values(alert.labels), ...Object.values(alert.annotations)];
  return words.some((word) => word.toLowerCase().includes(sought));
}

export function AlertList() {
  const { t } = useWords();
  const may = useMay();
  const [filter, setFilter] = useState<Filter>('all');
  const [text, setText] = useState('');
  const [sought] = useDebouncedValue(text, 200);
  const [silencing, setSilencing] = useState<AlertView | 'new' | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['alerts', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<AlertPage>(
        'GET',
        pathOf('/ops/v1/alerts', {
          state: FILTERS[filter],
          loose: filter === 'loose' ? 1 : undefined,
          after: pageParam,
          limit: 100,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const items = all.filter((alert) => fits(alert, sought));
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
          value={filter}
          onChange={(value) => setFilter(value as Filter)}
          data={(Object.keys(FILTERS) as Filter[]).map((key) => ({ value: key, label: t(`alert.show.${key}`) }))}
        />
        <TextInput
          aria-label={t('alert.search')}
          placeholder={t('alert.search')}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <div className="two">
        <div>
          <Panel title={t(`alert.show.${filter}`)} count={query.isSuccess ? items.length : undefined} flush>
            {query.isPending ? <Loading /> : null}
            {query.isError && all.length === 0 ? (
              <Failed error={query.error} retry={() => void query.refetch()} />
            ) : null}
            {query.isSuccess && items.length === 0 ? (
              <Empty
                title={t(all.length === 0 ? 'alert.none' : 'alert.noMatch')}
                words={t(all.length === 0 ? 'alert.noneWords' : 'alert.noMatchWords')}
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
                          size="compact-sm"
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
        </div>
        <div>
          <SilenceList />
          <MaintenanceList />
        </div>
      </div>
      {silencing === null ? null : (
        <SilenceDialog alert={silencing === 'new' ? null : silencing} alerts={all} onClose={() => setSilencing(null)} />
      )}
    </div>
  );
}
