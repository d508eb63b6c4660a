/** What an agent says now: the same words for everybody, newest first, one per incident. */
import { Link } from '@tanstack/react-router';
import type { NoticeView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { Panel } from '../shell/panel.tsx';
import { When } from '../shell/when.tsx';
import { Reach } from '../incident/incident-card.tsx';
import './observation.css';

export function Say({ notices }: { notices: readonly NoticeView[] }) {
  const { t, pick } = useWords();
  const newest = notices.filter(
    (each, index) => notices.findIndex((other) => other.incidentId === each.incidentId) === index,
  );
  return (
    <Panel title={t('say.title')}>
      {newest.length === 0 ? (
        <p className="quiet">{t('say.nothing')}</p>
      ) : (
        <ul className="say">
          {newest.map((notice) => (
            <li key={notice.id}>
              <p className="say-title">{pick(notice.title)}</p>
              <blockquote>{pick(notice.agentWord)}</blockquote>
              <Reach incident={{ ...notice, id: notice.incidentId }} />
              <p className="small quiet">
                {t('say.by', { name: notice.publishedBy })} <When at={notice.publishedAt} /> ·{' '}
                <Link to="/incidents/$id" params={{ id: notice.incidentId }}>
                  {t('say.incident')}
                </Link>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
