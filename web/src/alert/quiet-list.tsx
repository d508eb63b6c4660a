/** Silences and maintenance windows, the one ending next first, so that none ends unnoticed. */
import { ActionIcon } from '@mantine/core';
import { serverNow } from '../shell/clock.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { MaintenanceList as MaintenanceListView, Matcher, SilenceView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconX } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';

const KEYS = ['silences', 'alerts', 'now'] as const;

export function matcherText(matcher: Matcher): string {
  const sign = matcher.isRegex ? (matcher.isEqual ? '=~' : '!~') : matcher.isEqual ? '=' : '!=';
  return `${matcher.name}${sign}${matcher.value}`;
}

export function SilenceList() {
  const { t } = useWords();
  const may = useMay();
  const query = useQuery({
    queryKey: ['silences'],
    queryFn: () => call<{ items: SilenceView[] }>('GET', '/ops/v1/silences'),
  });
  const remove = useVerb((id: string) => call('DELETE', `/ops/v1/silences/${id}`), {
    done: t('alert.silenceEnded'),
    refresh: KEYS,
  });
  return (
    <Panel title={t('alert.silences')} flush>
      <Asked query={query} rows={2}>
        {({ items }) => {
          const current = items.filter((each) => each.state !== 'expired').toSorted((a, b) => a.endsAt - b.endsAt);
          return current.length === 0 ? (
            <Empty compact title={t('alert.noSilence')} />
          ) : (
            <ul className="list">
              {current.map((silence) => (
                <Window key={silence.id} window={silence} title={silence.comment} by={silence.createdBy}>
                  {may.act ? <EndButton label={t('alert.endSilence')} onClick={() => remove.run(silence.id)} /> : null}
                </Window>
              ))}
            </ul>
          );
        }}
      </Asked>
    </Panel>
  );
}

interface WindowProps {
  window: Pick<SilenceView, 'matchers' | 'startsAt' | 'endsAt' | 'state'>;
  title: string;
  by: string;
  children: React.ReactNode;
}

function Window({ window, title, by, children }: WindowProps) {
  const { t } = useWords();
  return (
    <li className="list-row observation-row">
      <div>
        <p className="strong break">{title}</p>
        <p className="row small">
          {window.matchers.map((matcher) => (
            <span key={matcherText(matcher)} className="label mono">
              {matcherText(matcher)}
            </span>
          ))}
        </p>
        <p className="small quiet">
          {by} ·{' '}
          {window.state === 'pending' ? (
            <>
              {t('alert.begins')} <When at={window.startsAt} />
            </>
          ) : (
            <>
              {t('alert.ends')} <When at={window.endsAt} />
            </>
          )}
        </p>
      </div>
      {children}
    </li>
  );
}

/** Announced work that runs or comes within a day; everything else stands on its own page. */
export function MaintenanceList() {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['maintenance'],
    queryFn: () => call<MaintenanceListView>('GET', '/ops/v1/maintenance'),
  });
  return (
    <Panel
      title={t('alert.maintenanceTitle')}
      flush
      side={
        <Link to="/maintenance" className="small">
          {t('alert.allWork')}
        </Link>
      }
    >
      <Asked query={query} rows={2}>
        {({ items }) => {
          const soon = serverNow() + 24 * 3_600_000;
          const current = items
            .filter(({ state, startsAt }) => state !== 'expired' && startsAt < soon)
            .toSorted((a, b) => a.startsAt - b.startsAt);
          return current.length === 0 ? (
            <Empty compact title={t('alert.noMaintenance')} />
          ) : (
            <ul className="list">
              {current.map((each) => (
                <Window key={each.id} window={each} title={each.title} by={each.createdBy}>
                  {null}
                </Window>
              ))}
            </ul>
          );
        }}
      </Asked>
    </Panel>
  );
}

function EndButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="ink" aria-label={label} title={label} onClick={onClick}>
      <IconX size={16} />
    </ActionIcon>
  );
}
