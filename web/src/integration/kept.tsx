/** Messages that could not be read: looked at, read after all, or discarded. */
import { Button, Textarea } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { QuarantinedPage } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { Panel } from '../shell/panel.tsx';
import { Empty, Failed, Loading } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';

type Row = QuarantinedPage['items'][number];
const KEYS = ['quarantine', 'integrations', 'alerts', 'now'] as const;

export function Kept() {
  const { t } = useWords();
  const query = useInfiniteQuery({
    queryKey: ['quarantine'],
    queryFn: ({ pageParam }) =>
      call<QuarantinedPage>('GET', pathOf('/ops/v1/quarantine', { state: 'open', limit: 20, after: pageParam })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const [trying, setTrying] = useState<Row | null>(null);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel title={t('integration.kept')} flush>
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Loading rows={2} /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty compact title={t('integration.noneKept')} /> : null}
      {rows.length === 0 ? null : (
        <>
          <p className="quiet small integration-note">{t('integration.keptWords')}</p>
          <ul className="list">
            {rows.map((row) => (
              <KeptRow key={row.id} row={row} onTry={() => setTrying(row)} />
            ))}
          </ul>
        </>
      )}
      {query.hasNextPage ? (
        <div className="integration-note">
          <Button
            variant="default"
            size="sm"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('nav.more')}
          </Button>
        </div>
      ) : null}
      {trying === null ? null : <TryAgain row={trying} onClose={() => setTrying(null)} />}
    </Panel>
  );
}

function KeptRow({ row, onTry }: { row: Row; onTry: () => void }) {
  const { t } = useWords();
  const may = useMay();
  const discard = useVerb((id: string) => call('POST', `/ops/v1/quarantine/${id}/discard`), {
    done: t('integration.discarded'),
    refresh: KEYS,
  });
  const isDoor = /^(webhook|mail):/.test(row.kind);
  return (
    <li className="list-row observation-row integration-keptrow">
      <div className="integration-kept">
        <p className="strong break">{row.reason}</p>
        <p className="small quiet">
          <span className="mono">{row.kind}</span> · <When at={row.receivedAt} />
          {row.cut ? ` · ${t('integration.cut')}` : ''}
        </p>
        <details>
          <summary className="small">{t('integration.show')}</summary>
          <pre className="integration-text" tabIndex={0}>
            {row.body}
          </pre>
        </details>
      </div>
      {may.act ? (
        <div className="row">
          {isDoor && !row.cut ? (
            <Button variant="default" size="sm" onClick={onTry}>
              {t('integration.retry')}
            </Button>
          ) : null}
          <Button variant="subtle" size="sm" loading={discard.pending} onClick={() => discard.run(row.id)}>
            {t('integration.discard')}
          </Button>
        </div>
      ) : null}
    </li>
  );
}

function TryAgain({ row, onClose }: { row: Row; onClose: () => void }) {
  const { t } = useWords();
  const [mapping, setMapping] = useState('');
  const retry = useVerb(
    (text: string) => call('POST', `/ops/v1/quarantine/${row.id}/retry`, text.trim() === '' ? {} : { mapping: text }),
    { done: t('integration.retried'), refresh: KEYS, onDone: onClose, announceFailure: false },
  );
  return (
    <VerbDialog
      opened
      wide
      title={t('integration.retry')}
      words={t('integration.retryWords')}
      submit={t('integration.retry')}
      pending={retry.pending}
      error={retry.error}
      onClose={onClose}
      onSubmit={() => retry.run(mapping)}
    >
      <pre className="integration-text" tabIndex={0} aria-label={t('integration.body')}>
        {row.body}
      </pre>
      <Textarea
        label={t('integration.mapping')}
        placeholder={t('field.optional')}
        autosize
        minRows={4}
        maxRows={14}
        value={mapping}
        onChange={(event) => setMapping(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
    </VerbDialog>
  );
}
