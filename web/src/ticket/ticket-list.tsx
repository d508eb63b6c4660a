/** The work that lasts: open first, the most important on top. */
import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TicketPage } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { useAsked } from '../shell/asked.ts';
import { IconPlus } from '../shell/icon.ts';
import { useParam } from '../shell/param.ts';
import { PageHead } from '../shell/panel.tsx';
import { Empty, Failed, Loading } from '../shell/state.tsx';
import { NewTicketDialog } from './new-ticket-dialog.tsx';
import { TicketRow } from './ticket-row.tsx';

const FILTERS = { current: 'open,in-progress,waiting', done: 'done', all: '' } as const;
type Filter = keyof typeof FILTERS;

export function TicketList() {
  const { t } = useWords();
  const may = useMay();
  const [filter, setFilter] = useParam<Filter>('show', 'current', Object.keys(FILTERS) as Filter[]);
  const [opening, setOpening] = useState(false);
  useAsked('ticket.new', may.act ? () => setOpening(true) : null);
  const query = useInfiniteQuery({
    queryKey: ['tickets', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<TicketPage>('GET', pathOf('/ops/v1/tickets', { state: FILTERS[filter], after: pageParam })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <PageHead
        title={t('nav.tickets')}
        words={t('ticket.words')}
        side={
          <>
            <SegmentedControl
              aria-label={t('ticket.filter')}
              value={filter}
              onChange={(value) => setFilter(value as Filter)}
              data={(Object.keys(FILTERS) as Filter[]).map((key) => ({ value: key, label: t(`ticket.show.${key}`) }))}
            />
            {may.observe ? (
              <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setOpening(true)}>
                {t('ticket.new')}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="panel">
        {query.isPending ? <Loading /> : null}
        {query.isError && items.length === 0 ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
        {query.isSuccess && items.length === 0 ? (
          <Empty title={t('ticket.none')} words={t('ticket.noneWords')} />
        ) : null}
        <ul className="list">
          {items.map((ticket) => (
            <li key={ticket.id}>
              <TicketRow ticket={ticket} />
            </li>
          ))}
        </ul>
      </div>
      {query.hasNextPage ? (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('action.more')}
        </Button>
      ) : null}
      {opening ? <NewTicketDialog onClose={() => setOpening(false)} /> : null}
    </div>
  );
}
