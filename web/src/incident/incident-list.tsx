/** Incidents as history: filter by state, read page by page. */
import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentPage, IncidentView } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useAsked } from '../shell/asked.ts';
import { IconPlus } from '../shell/icon.ts';
import { useParam } from '../shell/param.ts';
import { PageHead } from '../shell/panel.tsx';
import { Empty, Failed, Loading } from '../shell/state.tsx';
import { IncidentCard } from './incident-card.tsx';
import { LastDay } from './last-day.tsx';
import { OpenDialog } from './open-dialog.tsx';

const FILTERS = { all: '', current: 'open,accepted', resolved: 'resolved', merged: 'merged' } as const;
type Filter = keyof typeof FILTERS;

export function IncidentList() {
  const { t } = useWords();
  const may = useMay();
  const [filter, setFilter] = useParam<Filter>('show', 'all', Object.keys(FILTERS) as Filter[]);
  const [opening, setOpening] = useState(false);
  useAsked('incident.open', may.act ? () => setOpening(true) : null);
  const query = useInfiniteQuery({
    queryKey: ['incidents', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<IncidentPage>('GET', pathOf('/ops/v1/incidents', { state: FILTERS[filter], after: pageParam, limit: 30 })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <PageHead
        title={t('nav.incidents')}
        words={t('incident.listWords')}
        side={
          <>
            <SegmentedControl
              aria-label={t('incident.filter')}
              value={filter}
              onChange={(value) => setFilter(value as Filter)}
              data={(Object.keys(FILTERS) as Filter[]).map((key) => ({ value: key, label: t(`incident.show.${key}`) }))}
            />
            {may.act ? (
              <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setOpening(true)}>
                {t('incident.open')}
              </Button>
            ) : null}
          </>
        }
      />
      {query.isPending ? <Loading height={96} /> : null}
      {query.isError && items.length === 0 ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <div className="panel">
          <Empty title={t('incident.none')} words={t('incident.noneWords')} />
        </div>
      ) : null}
      {filter === 'all' && items.length > 0 ? <LastDay /> : null}
      <Days items={items} />
      {query.hasNextPage ? (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('action.more')}
        </Button>
      ) : null}
      <OpenDialog opened={opening} onClose={() => setOpening(false)} />
    </div>
  );
}

/** Cards under the month they began in. */
function Days({ items }: { items: readonly IncidentView[] }) {
  const { language } = useWords();
  const groups = new Map<string, IncidentView[]>();
  const month = new Intl.DateTimeFormat(localeOf(language), { month: 'long', year: 'numeric' });
  for (const each of items) {
    const key = month.format(each.startedAt);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups].map(([title, incidents]) => (
    <section key={title} className="stack">
      <h2 className="group-label">{title}</h2>
      {incidents.map((each) => (
        <IncidentCard key={each.id} incident={each} isNext={false} />
      ))}
    </section>
  ));
}
