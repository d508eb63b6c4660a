/** What a list shows when it has nothing to show: loading, empty, failed. */
import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { wordsOf } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { IconRefresh, IconAlertOctagon, IconCircleDashed } from './icon.ts';

export function Loading({ rows = 4, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useWords();
  return (
    <div className="stack" style={{ padding: 18 }} role="status" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </div>
  );
}

interface EmptyProps {
  title: string;
  words?: string;
  icon?: ReactNode;
  compact?: boolean;
  children?: ReactNode;
}

export function Empty({ title, words, icon, compact = false, children }: EmptyProps) {
  if (compact) return <p className="quiet small panel-body">{words ?? title}</p>;
  return (
    <div className="state">
      <span className="state-icon" aria-hidden>
        {icon ?? <IconCircleDashed size={22} />}
      </span>
      <h3>{title}</h3>
      {words === undefined ? null : <p>{words}</p>}
      {children}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useWords();
  return (
    <div className="state failed" role="alert">
      <span className="state-icon" aria-hidden>
        <IconAlertOctagon size={22} />
      </span>
      <h3>{t('state.failed')}</h3>
      <p>{wordsOf(error)}</p>
      <Button variant="default" size="sm" mt={8} leftSection={<IconRefresh size={16} />} onClick={retry}>
        {t('state.retry')}
      </Button>
    </div>
  );
}

interface AskedProps<T> {
  query: UseQueryResult<T>;
  rows?: number;
  height?: number;
  children: (data: T) => ReactNode;
}

/** A query's answer, or what stands in its place. Data once fetched stays on screen while it is fetched again. */
export function Asked<T>({ query, rows = 4, height = 44, children }: AskedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading rows={rows} height={height} />;
}
