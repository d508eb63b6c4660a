/** The probable cause with every reason it was chosen for. */
import type { IncidentDetail } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { Link } from '@tanstack/react-router';
import { Ranking, useEvidence } from './evidence.tsx';
import { titled } from '../now/names.ts';
import { IconBolt, IconCheck } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';

export function CausePanel({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const { cause, components } = detail.incident;
  const evidence = useEvidence(detail.incident.id);
  const likely = evidence.data?.ranking?.causes.find(({ component }) => component === cause?.component)?.probability;
  const nameOf = (component: string): string => detail.componentTitles[component] ?? titled(component);
  return (
    <Panel
      title={t('incident.cause')}
      side={
        <Link to="/topology" search={{ incident: detail.incident.id }} className="small">
          {t('evidence.onMap')}
        </Link>
      }
    >
      {cause === null ? (
        <p className="quiet">{t('incident.noCause')}</p>
      ) : (
        <div className="cause">
          <span className="cause-mark" aria-hidden>
            <IconBolt size={20} />
          </span>
          <div>
            <p className="cause-name">
              {nameOf(cause.component)} <span className="tag">{t(`causeKind.${cause.kind}`)}</span>{' '}
              {likely === undefined ? null : (
                <span className="quiet small number">
                  {t('incident.likely', { percent: Math.round(likely * 100) })}
                </span>
              )}
            </p>
            <ul>
              {cause.reasons.map((reason) => (
                <li key={reason}>
                  <IconCheck size={15} aria-hidden />
                  <span className="sentence">{reason}</span>
                </li>
              ))}
            </ul>
            {components.length > 1 ? (
              <p className="small quiet">
                {t('incident.affected')} {components.map(nameOf).join(', ')}
              </p>
            ) : null}
          </div>
        </div>
      )}
      {evidence.data ? <Ranking evidence={evidence.data} named={cause?.component ?? null} /> : null}
    </Panel>
  );
}
