/** The head of an incident: how bad, how far, since when, who has it; and the verbs, the next one first. */
import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CareMark, IncidentDetail, IncidentView } from '../api-types.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import {
  IconArrowMerge,
  IconArrowsSplit,
  IconChevronDown,
  IconCircleCheck,
  IconEdit,
  IconNote,
  IconPlayerPlay,
  IconRotate,
  IconSpeakerphone,
} from '../shell/icon.ts';
import { CopyLink } from '../shell/copy.tsx';
import { useKey } from '../shell/keys.tsx';
import { IncidentStatePill, SeverityPill } from '../shell/pill.tsx';
import { useTitle } from '../shell/title.ts';
import { Lasting, When } from '../shell/when.tsx';
import { useAccept } from './accept.ts';
import { Dialogs, type DialogKey } from './dialogs.tsx';
import { NextLine, Reach } from './incident-card.tsx';

const PHASES = ['investigating', 'identified', 'monitoring', 'resolved'] as const;

export function IncidentHead({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const { incident } = detail;
  const isOver = incident.state === 'resolved' || incident.state === 'merged';
  useTitle(`#${incident.number} ${incident.title}`);
  return (
    <header className="incident-head">
      <div className="row small">
        <Link to="/incidents">{t('nav.incidents')}</Link>
        <span className="quiet number">#{incident.number}</span>
        <CopyLink path={`/incidents/${incident.number}`} />
      </div>
      <div className="incident-title">
        <div>
          <div className="row">
            <SeverityPill severity={incident.severity} />
            <IncidentStatePill state={incident.state} />
          </div>
          <h1>{incident.title}</h1>
          <Reach incident={incident} />
        </div>
        <Verbs detail={detail} />
      </div>
      {incident.summary === '' ? null : <p className="prose incident-summary">{incident.summary}</p>}
      {incident.mergedInto === null ? null : (
        <p>
          <Link to="/incidents/$id" params={{ id: incident.mergedInto }}>
            {t('incident.mergedInto')}
          </Link>
        </p>
      )}
      {isOver ? null : (
        <NextLine next={nextOf(detail)} inTrip={detail.observations.filter((one) => one.inTrip).length} />
      )}
      <div className="incident-facts panel">
        <Phases phase={incident.phase} />
        <dl>
          <Fact title={t('incident.lasts')}>
            <Lasting from={incident.startedAt} to={incident.resolvedAt} />
          </Fact>
          <Fact title={t('incident.began')}>
            <When at={incident.startedAt} show="absolute" />
          </Fact>
          <Fact title={t('incident.taken')}>
            {incident.acceptedAt === null || incident.acceptedBy === null ? (
              <span className="not-taken">{t('incident.nobody')}</span>
            ) : (
              <>
                {incident.acceptedBy}, <When at={incident.acceptedAt} show="absolute" />
              </>
            )}
          </Fact>
          {incident.resolvedAt === null ? null : (
            <Fact title={t('incident.ended')}>
              <When at={incident.resolvedAt} show="absolute" />
            </Fact>
          )}
        </dl>
      </div>
    </header>
  );
}

/** What the chains do next by themselves; once somebody has it, nobody else is paged. */
function nextOf({ chains, incident }: IncidentDetail): CareMark['next'] {
  const waiting = chains.flatMap(({ state, nextActionAt, steps }) => {
    const isTaken = state === 'accepted' || incident.state === 'accepted';
    const step = steps.find((one) => one.state === 'waiting' && (!isTaken || one.do !== 'page'));
    return nextActionAt === null || step === undefined ? [] : [{ title: step.title, at: nextActionAt }];
  });
  return waiting.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

function Fact({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How far it is: four steps, the present one named to assistive technology. */
function Phases({ phase }: { phase: IncidentView['phase'] }) {
  const { t } = useWords();
  const present = PHASES.indexOf(phase);
  return (
    <ol className="phases" aria-label={t('incident.phase')}>
      {PHASES.map((each, index) => (
        <li
          key={each}
          className={index < present ? 'past' : index === present ? 'present' : ''}
          aria-current={index === present ? 'step' : undefined}
        >
          <i aria-hidden />
          {t(`phase.${each}`)}
        </li>
      ))}
    </ol>
  );
}

function Verbs({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const may = useMay();
  const accept = useAccept();
  const [dialog, setDialog] = useState<DialogKey | null>(null);
  const { incident } = detail;
  const isOver = incident.state === 'resolved' || incident.state === 'merged';
  const change = may.act && !isOver;
  useKey('u', change ? () => setDialog('update') : null);
  useKey('m', change ? () => setDialog('notify') : null);
  useKey('n', may.act ? () => setDialog('note') : null);
  useKey('a', may.act && incident.state === 'open' ? () => accept.run(incident) : null);
  if (!may.act) return null;
  return (
    <div className="verbs">
      {incident.state === 'open' ? (
        <Button
          className="on-lamp"
          loading={accept.pending}
          onClick={() => accept.run(incident)}
          rightSection={<kbd>a</kbd>}
        >
          {t('incident.accept')}
        </Button>
      ) : null}
      {isOver ? (
        <Button variant="default" leftSection={<IconRotate size={17} />} onClick={() => setDialog('reopen')}>
          {t('incident.reopen')}
        </Button>
      ) : (
        <>
          <Button
            variant={incident.state === 'accepted' ? 'filled' : 'default'}
            leftSection={<IconEdit size={17} />}
            onClick={() => setDialog('update')}
          >
            {t('incident.update')}
          </Button>
          <Button variant="default" leftSection={<IconSpeakerphone size={17} />} onClick={() => setDialog('notify')}>
            {t('incident.notify')}
          </Button>
        </>
      )}
      <Menu position="bottom-end" width={250} shadow="md">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} />}>
            {t('action.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconNote size={17} />} onClick={() => setDialog('note')}>
            {t('incident.note')}
          </Menu.Item>
          {isOver ? null : (
            <>
              <Menu.Item
                leftSection={<IconPlayerPlay size={17} />}
                disabled={detail.playbooks.length === 0}
                onClick={() => setDialog('playbook')}
              >
                {t('incident.playbook')}
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowMerge size={17} />} onClick={() => setDialog('merge')}>
                {t('incident.merge')}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconArrowsSplit size={17} />}
                disabled={detail.alerts.length < 2}
                onClick={() => setDialog('split')}
              >
                {t('incident.split')}
              </Menu.Item>
              <Menu.Divider />
              {incident.state === 'accepted' ? (
                <Menu.Item leftSection={<IconRotate size={17} />} onClick={() => setDialog('unaccept')}>
                  {t('incident.unaccept')}
                </Menu.Item>
              ) : null}
              <Menu.Item leftSection={<IconCircleCheck size={17} />} onClick={() => setDialog('resolve')}>
                {t('incident.resolve')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Dialogs detail={detail} dialog={dialog} onClose={() => setDialog(null)} />
    </div>
  );
}
