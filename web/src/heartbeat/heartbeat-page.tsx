/** Heartbeats: what must be heard from, when it was and is due, how the last month went, and how to tell it. */
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HeartbeatList } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { Snippet } from '../integration/snippet.tsx';
import { localeOf, useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { PageHead } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { absolute, lengthOf, When } from '../shell/when.tsx';
import './heartbeat.css';

type Heartbeat = HeartbeatList['items'][number];

const TONES: Record<Heartbeat['state'], Tone> = {
  waiting: 'unknown',
  alive: 'ok',
  missed: 'critical',
  failed: 'critical',
  paused: 'unknown',
};
/** What hurts stands first. */
const ORDER: readonly Heartbeat['state'][] = ['missed', 'failed', 'waiting', 'alive', 'paused'];

export function HeartbeatsPage() {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['heartbeats'],
    queryFn: () => call<HeartbeatList>('GET', '/ops/v1/heartbeats'),
    refetchInterval: 30_000,
  });
  return (
    <div className="page">
      <PageHead title={t('nav.heartbeats')} words={t('beat.words')} />
      <Asked query={query}>
        {({ items }) => (
          <section className="panel" aria-label={t('nav.heartbeats')}>
            {items.length === 0 ? <Empty title={t('beat.none')} words={t('beat.noneWords')} /> : null}
            <ul className="list">
              {items
                .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.title.localeCompare(b.title))
                .map((each) => (
                  <One key={each.id} heartbeat={each} />
                ))}
            </ul>
          </section>
        )}
      </Asked>
    </div>
  );
}

function One({ heartbeat }: { heartbeat: Heartbeat }) {
  const { t, language } = useWords();
  const may = useMay();
  const now = useInstant();
  const [address, setAddress] = useState<string | null>(null);
  const { id, title, state, cron, zone, every, grace, lastSeenAt, startedAt, lastRuntime, lastExit, dueAt } = heartbeat;
  const paused = state === 'paused';
  const turn = useVerb(() => call('POST', `/ops/v1/heartbeats/${id}/${paused ? 'resume' : 'pause'}`), {
    done: t(paused ? 'beat.resumed' : 'beat.paused'),
    refresh: ['heartbeats', 'alerts', 'now'],
  });
  const make = useVerb(() => call<{ url: string }>('POST', `/ops/v1/heartbeats/${id}/addresses`), {
    refresh: ['heartbeats'],
    onDone: ({ url }) => setAddress(url),
  });
  const rhythm = cron === null ? t('beat.every', { near: lengthOf(every, language) }) : `${cron} (${zone})`;
  const late = dueAt !== null && dueAt < now && state !== 'failed';
  return (
    <li className="list-row beat-row">
      <div className="beat-about">
        <p className="row">
          <span className="strong break">{title}</span>
          <Pill tone={TONES[state]}>{t(`beat.state.${state}`)}</Pill>
        </p>
        <p className="small quiet">
          <span className="mono">{id}</span> · {rhythm} {t('beat.grace', { near: lengthOf(grace, language) })}
        </p>
        <p className="small">
          {t('beat.heard')} {lastSeenAt === null ? t('beat.never') : <When at={lastSeenAt} />}
          {dueAt === null ? null : (
            <>
              {' · '}
              <span className={late ? 'beat-late' : ''}>
                {t(late ? 'beat.late' : 'beat.due')} <When at={dueAt} />
              </span>
            </>
          )}
          {startedAt === null ? null : (
            <>
              {' · '}
              {t('beat.began')} <When at={startedAt} />
            </>
          )}
          {lastRuntime === null ? null : ` · ${t('beat.took', { near: lengthOf(lastRuntime, language) })}`}
          {lastExit === null ? null : ` · ${t('beat.exit', { code: lastExit })}`}
        </p>
      </div>
      <Strip heartbeat={heartbeat} />
      {may.act ? (
        <div className="row">
          <Button
            variant="default"
            size="xs"
            loading={turn.pending}
            aria-label={`${t(paused ? 'beat.resume' : 'beat.pause')}: ${title}`}
            onClick={() => turn.run(undefined)}
          >
            {t(paused ? 'beat.resume' : 'beat.pause')}
          </Button>
          <Button
            variant="default"
            size="xs"
            loading={make.pending}
            aria-label={`${t('beat.address')}: ${title}`}
            onClick={() => make.run(undefined)}
          >
            {t('beat.address')}
          </Button>
        </div>
      ) : null}
      {heartbeat.addresses.length === 0 ? null : <Addresses heartbeat={heartbeat} />}
      {address === null ? null : <Address title={title} url={address} onClose={() => setAddress(null)} />}
    </li>
  );
}

/** The last 30 days as stretches of one line, with words for those who do not see it. */
function Strip({ heartbeat: { history } }: { heartbeat: Heartbeat }) {
  const { t, language } = useWords();
  const now = useInstant();
  const known = history.filter(({ state }) => state !== 'unknown' && state !== 'paused');
  const length = (list: Heartbeat['history']) => list.reduce((sum, { from, to }) => sum + (to - from), 0);
  const alive = length(known.filter(({ state }) => state === 'alive'));
  const percent = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 }).format(
    known.length === 0 ? 0 : (100 * alive) / length(known),
  );
  const words = known.length === 0 ? t('beat.stretch.unknown') : t('beat.share', { percent });
  return (
    <div className="beat-history">
      <div className="beat-strip" role="img" aria-label={t('beat.history', { words })}>
        {history.map(({ state, from, to }) => (
          <i
            key={from}
            className={state}
            style={{ flexGrow: to - from }}
            title={`${t(`beat.stretch.${state}`)}: ${absolute(from, language, now)} – ${absolute(to, language, now)}`}
          />
        ))}
      </div>
      <p className="small quiet" aria-hidden>
        {words}
      </p>
    </div>
  );
}

function Addresses({ heartbeat: { addresses } }: { heartbeat: Heartbeat }) {
  const { t } = useWords();
  const may = useMay();
  const revoke = useVerb((id: string) => call('DELETE', `/ops/v1/heartbeats/addresses/${id}`), {
    done: t('beat.revoked'),
    refresh: ['heartbeats'],
  });
  return (
    <details className="small beat-addresses">
      <summary>
        {t('beat.addresses')}: {addresses.length}
      </summary>
      <ul>
        {addresses.map(({ id, createdBy, createdAt }) => (
          <li key={id} className="row">
            <span className="mono">{id}</span> {createdBy} <When at={createdAt} show="absolute" />
            {may.act ? (
              <Button
                variant="subtle"
                color="ink"
                size="xs"
                aria-label={`${t('beat.revoke')}: ${id}`}
                onClick={() => revoke.run(id)}
              >
                {t('beat.revoke')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Address({ title, url, onClose }: { title: string; url: string; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<span className="strong">{title}</span>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <p className="quiet">{t('beat.addressWords')}</p>
      <Snippet title="URL" text={url} />
      <Snippet title={t('beat.once')} text={`curl -fsS -m 10 --retry 5 ${url}`} />
      <Snippet
        title={t('beat.run')}
        text={`curl -fsS -m 10 --retry 5 ${url}/start; ./run; curl -fsS -m 10 --retry 5 ${url}/$?`}
      />
    </Modal>
  );
}
