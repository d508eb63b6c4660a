/** Firing alerts that belong to no incident: somebody has to look at them. */
import { Link } from '@tanstack/react-router';
import type { AlertView } from '../api-types.ts';
import { AlertLine } from '../alert/alert-line.tsx';
import { useWords } from '../language/index.ts';
import { Panel } from '../shell/panel.tsx';

const SHOWN = 6;

export function LooseAlerts({ alerts }: { alerts: readonly AlertView[] }) {
  const { t } = useWords();
  return (
    <Panel
      title={t('now.loose')}
      count={alerts.length}
      flush
      side={
        <Link to="/alerts" className="small">
          {t('now.allAlerts')}
        </Link>
      }
    >
      <ul className="list">
        {alerts.slice(0, SHOWN).map((alert) => (
          <li key={alert.id}>
            <AlertLine alert={alert} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
