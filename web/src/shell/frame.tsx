/** The signed-in frame: rail or bottom bar, the state of the connection, keys, and the page inside. */
import { Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import type { Me, Now } from '../api-types.ts';
import { call } from '../access/call.ts';
import { listen, useConnection } from '../access/live.ts';
import { useMe } from '../access/query.ts';
import { SignIn } from '../access/sign-in.tsx';
import { localeOf, useWords } from '../language/index.ts';
import { Account } from './account.tsx';
import { useInstant } from './clock.ts';
import { IconMenu2, IconPlugConnectedX, IconSearch } from './icon.ts';
import { Keys, useChord, useKey } from './keys.tsx';
import { Palette } from './palette.tsx';
import { PLACES, type Place } from './place.ts';
import { Failed, Loading } from './state.tsx';
import { useTitleFrame } from './title.ts';
import { zoneName } from './when.tsx';
import './style/frame.css';

const isApple = /Mac|iPhone|iPad/u.test(navigator.userAgent);

/** Signs in first, then shows the frame. */
export function Gate() {
  const me = useMe();
  if (me.isError) return <Failed error={me.error} retry={() => void me.refetch()} />;
  if (me.data === undefined) return <Loading rows={3} />;
  return me.data === null ? <SignIn /> : <Frame me={me.data} />;
}

/** How many incidents wait for somebody: in the tab's title, so that it is seen from another tab. */
function useWaiting(): number {
  const now = useQuery({ queryKey: ['now'], queryFn: () => call<Now>('GET', '/ops/v1/now') });
  return now.data?.incidents.filter(({ state }) => state === 'open').length ?? 0;
}

function useCounts(): Partial<Record<Place['key'], { count: number; hot: boolean }>> {
  const now = useQuery({ queryKey: ['now'], queryFn: () => call<Now>('GET', '/ops/v1/now') });
  if (now.data === undefined) return {};
  const open = now.data.incidents;
  return {
    incidents: { count: open.length, hot: open.some((each) => each.state === 'open') },
    alerts: { count: now.data.alerts.firing, hot: false },
    tickets: { count: now.data.openTickets, hot: false },
    improvements: { count: now.data.unprovedImprovements, hot: false },
  };
}

function Frame({ me }: { me: Me }) {
  const { t } = useWords();
  const connection = useConnection();
  const [opened, sheet] = useDisclosure(false);
  const [asking, palette] = useDisclosure(false);
  useChord('k', palette.open);
  useKey('/', palette.open);
  useTitleFrame(me.operator, useWaiting());
  useEffect(() => listen(), []);
  const places = PLACES.filter((place) => place.roles === undefined || place.roles.includes(me.role));
  return (
    <>
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <Keys />
      <Palette me={me} opened={asking} onClose={palette.close} />
      <header className="top">
        <Brand me={me} />
        <Live connection={connection} />
        <button type="button" className="rail-icon" aria-label={t('palette.open')} onClick={palette.open}>
          <IconSearch size={21} />
        </button>
        <button type="button" className="rail-icon" aria-label={t('nav.menu')} onClick={sheet.open}>
          <IconMenu2 size={22} />
        </button>
      </header>
      <div className="frame">
        <div className="rail">
          <Brand me={me} />
          <button type="button" className="rail-search" onClick={palette.open}>
            <IconSearch size={16} aria-hidden />
            <span>{t('palette.open')}</span>
            <kbd>{isApple ? '⌘ K' : 'Ctrl K'}</kbd>
          </button>
          <nav aria-label={t('nav.main')}>
            <Places places={places} />
          </nav>
          <div className="rail-foot">
            <div className="rail-now">
              <Live connection={connection} />
              <Clock />
            </div>
            <Account me={me} />
          </div>
        </div>
        <div>
          {connection === 'lost' ? (
            <div className="lost-bar" role="status">
              <IconPlugConnectedX size={18} aria-hidden />
              {t('live.lostWords')}
            </div>
          ) : null}
          <main className="main" id="main" tabIndex={-1}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      <TabBar
        places={places.filter((place) => (me.role === 'agent' ? place.agentTab : place.tab) === true)}
        onMore={sheet.open}
      />
      <Drawer
        opened={opened}
        onClose={sheet.close}
        position="right"
        size={290}
        title={<span className="strong">{t('nav.menu')}</span>}
        closeButtonProps={{ 'aria-label': t('action.close') }}
        classNames={{ content: 'sheet-content', header: 'sheet-content', close: 'sheet-close', body: 'sheet-body' }}
      >
        <div className="sheet" onClick={sheet.close}>
          <Places places={places} />
          <div className="rail-gap" />
          <Clock />
          <Account me={me} />
        </div>
      </Drawer>
    </>
  );
}

function Brand({ me }: { me: Me }) {
  return (
    <Link to="/" className="brand">
      <img src="/lamp.svg" alt="" />
      <div>
        <b>Lamplighter</b>
        <span>{me.operator}</span>
      </div>
    </Link>
  );
}

function Live({ connection }: { connection: ReturnType<typeof useConnection> }) {
  const { t } = useWords();
  return (
    <p className={`live ${connection}`} role="status">
      <i aria-hidden />
      {t(`live.${connection}`)}
    </p>
  );
}

/** The time by the server's clock, in the zone that all times of the page are in. */
function Clock() {
  const { t, language } = useWords();
  const now = useInstant();
  const time = new Intl.DateTimeFormat(localeOf(language), {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  return (
    <time className="rail-clock" dateTime={new Date(now).toISOString()} title={t('time.zone', { zone: zoneName })}>
      {time.format(now)}
    </time>
  );
}

function Places({ places }: { places: readonly Place[] }) {
  const { t } = useWords();
  const counts = useCounts();
  return (
    <ul>
      {places.map(({ key, to, icon: Icon, gap, section }) => {
        const count = counts[key];
        return (
          <li key={key}>
            {gap === true ? <div className="rail-gap" /> : null}
            {section === undefined ? null : <p className="rail-section">{t(`nav.${section}`)}</p>}
            <Link to={to} className="rail-link" activeOptions={{ exact: to === '/' }}>
              <Icon size={19} stroke={1.7} aria-hidden />
              {t(`nav.${key}`)}
              {count !== undefined && count.count > 0 ? (
                <span className={count.hot ? 'badge hot' : 'badge'}>{count.count}</span>
              ) : null}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function TabBar({ places, onMore }: { places: readonly Place[]; onMore: () => void }) {
  const { t } = useWords();
  const counts = useCounts();
  return (
    <nav className="tabbar" aria-label={t('nav.quick')}>
      {places.slice(0, 4).map(({ key, to, icon: Icon }) => (
        <Link key={key} to={to} activeOptions={{ exact: to === '/' }}>
          <Icon size={22} stroke={1.7} aria-hidden />
          {t(`nav.${key}`)}
          {counts[key]?.hot === true ? <span className="badge">{counts[key].count}</span> : null}
        </Link>
      ))}
      <button type="button" onClick={onMore}>
        <IconMenu2 size={22} stroke={1.7} aria-hidden />
        {t('nav.more')}
      </button>
    </nav>
  );
}
