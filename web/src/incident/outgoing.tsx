/** What went out: pages with receipts, words to members, contacts to partners. */
import type { DeliveryView, IncidentView, NoticeView, PageView, PartnerContactView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { IconAlertTriangleFilled, IconCheck, IconClock, IconX } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Empty } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import { ChannelIcon } from './channel.tsx';
import { Receipts } from './receipts.tsx';

const DELIVERY = {
  due: { tone: 'unknown', icon: IconClock },
  bundled: { tone: 'unknown', icon: IconClock },
  'handed-over': { tone: 'ok', icon: IconCheck },
  failed: { tone: 'critical', icon: IconX },
  cancelled: { tone: 'unknown', icon: IconX },
} as const;

function DeliveryPill({ state }: { state: keyof typeof DELIVERY }) {
  const { t } = useWords();
  const { tone, icon: Icon } = DELIVERY[state];
  return (
    <Pill tone={tone} icon={<Icon size={13} />}>
      {t(`delivery.${state}`)}
    </Pill>
  );
}

/** One page on one channel, short. */
export function Delivery({ page }: { page: PageView }) {
  const { t } = useWords();
  return (
    <li className="delivery small">
      <ChannelIcon channel={page.channel} />
      <span>
        {page.personName}, {t(`channel.${page.channel}`)}
      </span>
      <DeliveryPill state={page.state} />
    </li>
  );
}

export function Pages({ pages, deliveries }: { pages: readonly PageView[]; deliveries: readonly DeliveryView[] }) {
  const { t } = useWords();
  return (
    <section aria-label={t('page.title')}>
      {pages.length === 0 ? <Empty compact title={t('page.none')} /> : null}
      <ul className="list">
        {pages.map((page) => (
          <li key={page.id} className="list-row">
            <div className="row" style={{ justifyContent: 'space-between' }}>
              <span className="strong">
                {page.personName}{' '}
                <span className="quiet small">
                  {t(`channel.${page.channel}`)}
                  {page.purpose === 'page' ? '' : ` · ${t(`care.purpose.${page.purpose}`)}`}
                </span>
              </span>
              <DeliveryPill state={page.state} />
            </div>
            <p className="small quiet break">
              {page.address} · <When at={page.handedOverAt ?? page.createdAt} show="absolute" seconds />
              {page.attempts > 1 ? ` · ${t('page.attempts', { count: page.attempts })}` : ''}
            </p>
            <Receipts deliveries={deliveries.filter((one) => one.pageId === page.id)} said={page.receipt} />
            {page.lastError === null || page.state === 'handed-over' ? null : (
              <p className="small error-words break">{page.lastError}</p>
            )}
            {page.acceptedAt === null ? null : (
              <p className="small">
                {t('page.accepted')} <When at={page.acceptedAt} show="absolute" seconds />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is hurt and not in the newest words: members read that it works. */
function Untold({ incident, newest }: { incident: IncidentView; newest: NoticeView | undefined }) {
  const { t } = useWords();
  const { functionTitle, cityTitle } = useNames();
  const live = incident.state === 'open' || incident.state === 'accepted';
  if (!live || newest === undefined || newest.phase === 'resolved') return null;
  // Words without a place are about everything.
  const missing = (hurt: readonly string[], told: readonly string[]): readonly string[] =>
    told.length === 0 ? [] : hurt.filter((one) => !told.includes(one));
  const names = [
    ...missing(incident.functions, newest.functions).map(functionTitle),
    ...missing(incident.cities, newest.cities).map(cityTitle),
  ];
  if (names.length === 0) return null;
  return (
    <p className="untold small">
      <IconAlertTriangleFilled size={15} aria-hidden />
      <span>
        {t('notice.untold')} <b>{names.join(', ')}</b>
      </span>
    </p>
  );
}

export function Notices({ incident, notices }: { incident: IncidentView; notices: readonly NoticeView[] }) {
  const { t, pick } = useWords();
  const newest = notices.toSorted((a, b) => b.publishedAt - a.publishedAt);
  return (
    <Panel title={t('notice.title')} count={notices.length === 0 ? undefined : notices.length}>
      {newest.length === 0 ? <p className="quiet">{t('notice.none')}</p> : null}
      <Untold incident={incident} newest={newest[0]} />
      <ul className="notices">
        {newest.map((notice) => (
          <li key={notice.id}>
            <p className="row small quiet">
              <span className="tag">{t(`phase.${notice.phase}`)}</span>
              <span>
                <When at={notice.publishedAt} show="absolute" /> · {notice.publishedBy}
              </span>
            </p>
            <p className="strong">{pick(notice.title)}</p>
            <p>{pick(notice.body)}</p>
            <details className="small">
              <summary>{t('notice.agent')}</summary>
              <p>{pick(notice.agentWord)}</p>
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Partners({ contacts }: { contacts: readonly PartnerContactView[] }) {
  const { t } = useWords();
  if (contacts.length === 0) return null;
  return (
    <section aria-label={t('partner.title')} className="sent-partners">
      <h3>{t('partner.title')}</h3>
      <ul className="stack">
        {contacts.map((contact) => (
          <li key={contact.id}>
            <div className="row" style={{ justifyContent: 'space-between' }}>
              <span className="strong">{contact.partnerTitle}</span>
              <DeliveryPill state={contact.state} />
            </div>
            <p className="small quiet break">
              {contact.address} · <When at={contact.handedOverAt ?? contact.createdAt} show="absolute" />
            </p>
            {contact.lastError === null ? null : <p className="small error-words break">{contact.lastError}</p>}
            <details className="small">
              <summary>{contact.subject}</summary>
              <p className="prose">{contact.body}</p>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
