/** Silences and maintenance windows, the one ending next first, so that none ends unnoticed. */
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { serverNow } from '../shell/clock.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MaintenanceView, Matcher, SilenceView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconPlus, IconX } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { fieldOf, instantOf, When, zoneName } from '../shell/when.tsx';
import { Matchers, complete } from './matchers.tsx';

const KEYS = ['silences', 'maintenance', 'alerts', 'now'] as const;

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

export function MaintenanceList() {
  const { t } = useWords();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const query = useQuery({
    queryKey: ['maintenance'],
    queryFn: () => call<{ items: MaintenanceView[] }>('GET', '/ops/v1/maintenance'),
  });
  const remove = useVerb((id: string) => call('DELETE', `/ops/v1/maintenance/${id}`), {
    done: t('alert.maintenanceEnded'),
    refresh: KEYS,
  });
  return (
    <Panel
      title={t('alert.maintenanceTitle')}
      flush
      side={
        may.act ? (
          <Button
            variant="subtle"
            color="ink"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => setAdding(true)}
          >
            {t('action.add')}
          </Button>
        ) : null
      }
    >
      <Asked query={query} rows={2}>
        {({ items }) => {
          const current = items.filter((each) => each.state !== 'expired').toSorted((a, b) => a.startsAt - b.startsAt);
          return current.length === 0 ? (
            <Empty compact title={t('alert.noMaintenance')} />
          ) : (
            <ul className="list">
              {current.map((each) => (
                <Window key={each.id} window={each} title={each.title} by={each.createdBy}>
                  {may.act ? <EndButton label={t('alert.endMaintenance')} onClick={() => remove.run(each.id)} /> : null}
                </Window>
              ))}
            </ul>
          );
        }}
      </Asked>
      {adding ? <MaintenanceDialog onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}

function MaintenanceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const [title, setTitle] = useState('');
  const [from, setFrom] = useState(() => fieldOf(serverNow() + 3_600_000));
  const [to, setTo] = useState(() => fieldOf(serverNow() + 3 * 3_600_000));
  const [matchers, setMatchers] = useState<Matcher[]>([{ name: 'service', value: '', isRegex: false, isEqual: true }]);
  const verb = useVerb((body: object) => call('POST', '/ops/v1/maintenance', body), {
    done: t('alert.maintenanceMade'),
    refresh: KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  const startsAt = instantOf(from);
  const endsAt = instantOf(to);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('alert.maintenanceTitle')}
      words={t('alert.maintenanceWords')}
      submit={t('action.save')}
      pending={verb.pending}
      error={verb.error}
      disabled={
        title.trim() === '' || startsAt === null || endsAt === null || endsAt <= startsAt || !complete(matchers)
      }
      onSubmit={() => verb.run({ title: title.trim(), startsAt, endsAt, matchers, announced: false })}
    >
      <TextInput
        label={t('field.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <div className="form-grid">
        <TextInput
          type="datetime-local"
          label={t('field.from')}
          description={zoneName}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t('field.to')}
          description={zoneName}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      <Matchers value={matchers} onChange={setMatchers} />
    </VerbDialog>
  );
}

function EndButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="ink" aria-label={label} title={label} onClick={onClick}>
      <IconX size={16} />
    </ActionIcon>
  );
}
