/** What a list shows when it has nothing to show: loading, empty, failed. */
import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation } from '@tanstack/react-router';
import { ProblemError, wordsOf } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { IconRefresh, IconAlertOctagon, IconCircleDashed } from './icon.ts';
import { PLACES } from './place.ts';

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
  /** Whether it is all that the page shows: its title is the page's then. */
  main?: boolean;
  children?: ReactNode;
}

export function Empty({ title, words, icon, compact = false, main = false, children }: EmptyProps) {
  if (compact) return <p className="quiet small panel-body">{words ?? title}</p>;
  return (
    <div className="state">
      <span className="state-icon" aria-hidden>
        {icon ?? <IconCircleDashed size={22} />}
      </span>
      {main ? <h1>{title}</h1> : <h3>{title}</h3>}
      {words === undefined ? null : <p>{words}</p>}
      {children}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useWords();
  if (error instanceof ProblemError && error.problem.status === 404) return <Gone words={wordsOf(error)} />;
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

/** What was asked for is not there: trying again would not bring it. */
function Gone({ words }: { words: string }) {
  const { t } = useWords();
  const list = `/${useLocation().pathname.split('/')[1] ?? ''}`;
  const place = PLACES.find(({ to }) => to === list);
  return (
    <div className="state" role="alert">
      <span className="state-icon" aria-hidden>
        <IconCircleDashed size={22} />
      </span>
      <h1>{t('state.nowhere')}</h1>
      <p>{words}</p>
      <Link to={list}>{place === undefined ? t('nav.now') : t(`nav.${place.key}`)}</Link>
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
