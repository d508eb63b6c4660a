/** One alert as a row: how severe, its words, where, since when, and what was done about it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AlertView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { useNow } from '../now/names.ts';
import { AlertSeverityPill, Pill } from '../shell/pill.tsx';
import { IconBellOff, IconTool } from '../shell/icon.ts';
import { When } from '../shell/when.tsx';
import './alert.css';

/** Labels that other parts of the row already say. */
const SAID = new Set(['alertname', 'severity', '__name__']);

export function AlertLine({ alert, verbs }: { alert: AlertView; verbs?: ReactNode }) {
  const { t } = useWords();
  const now = useNow().data;
  const incident = [...(now?.incidents ?? []), ...(now?.recentlyResolved ?? [])].find(
    ({ id }) => id === alert.incidentId,
  );
  const summary = alert.annotations['summary'] ?? alert.annotations['description'];
  return (
    <div className="list-row alert-row">
      <div className="alert-pill">
        <AlertSeverityPill severity={alert.severity} />
      </div>
      <div>
        <p className="break">
          <span className="strong sentence">{summary ?? alert.name}</span>
        </p>
        <p className="row small quiet">
          {summary === undefined ? null : <span>{alert.name}</span>}
          <Labels labels={alert.labels} />
        </p>
        <p className="row small">
          {alert.state === 'firing' ? null : <span className="tag">{t(`alertState.${alert.state}`)}</span>}
          {alert.silencedBy === null ? null : (
            <Pill tone="unknown" icon={<IconBellOff size={13} />}>
              {t('alert.silenced')}
            </Pill>
          )}
          {alert.flappingSince === null ? null : (
            <span className="label">
              {t('alertPage.flaps')} <When at={alert.flappingSince} show="relative" />
            </span>
          )}
          {alert.maintenanceBy === null ? null : (
            <Pill tone="unknown" icon={<IconTool size={13} />}>
              {t('alert.maintenance')}
            </Pill>
          )}
          {alert.inhibitedBy === null ? null : (
            <Pill tone="unknown" icon={<IconBellOff size={13} />}>
              {t('alertPage.inhibited')}
            </Pill>
          )}
          {alert.heldBy === null ? null : <span className="tag">{t('alertPage.held')}</span>}
          {alert.incidentId === null ? null : (
            <Link to="/incidents/$id" params={{ id: alert.incidentId }}>
              {incident === undefined ? t('alert.inIncident') : `#${incident.number} ${incident.title}`}
            </Link>
          )}
        </p>
      </div>
      <div className="alert-side">
        <span className="small quiet">
          <When at={alert.resolvedAt ?? alert.startsAt} />
        </span>
        {verbs}
      </div>
    </div>
  );
}

export function Labels({ labels }: { labels: Record<string, string> }) {
  return Object.entries(labels)
    .filter(([name]) => !SAID.has(name))
    .map(([name, value]) => (
      <span key={name} className="label mono">
        {name}=<b>{value}</b>
      </span>
    ));
}
