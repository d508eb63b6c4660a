/** What happened, newest first, with filters; a corrected row shows what it said before. */
import { ActionIcon, Chip, Switch, Textarea, Tooltip } from '@mantine/core';
import { Fragment, useState } from 'react';
import type { TimelineEntry } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { localeOf, useWords } from '../language/index.ts';
import { serverNow } from '../shell/clock.ts';
import {
  IconBellRinging,
  IconBuilding,
  IconHeadset,
  IconMail,
  IconNote,
  IconPencil,
  IconPlayerPlay,
  IconSpeakerphone,
  IconTicket,
  IconUrgent,
} from '../shell/icon.ts';
import { Empty } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';

const GROUPS = ['alert', 'action', 'person', 'member'] as const;
type Group = (typeof GROUPS)[number];

/** Which filter a row belongs to, by the kind of thing it is about and who did it. */
function groupOf(entry: TimelineEntry): Group {
  const kind = entry.subject.kind;
  if (kind === 'notice' || kind === 'observation') return 'member';
  if (entry.actorKind === 'person' || entry.actorKind === 'token') return 'person';
  if (kind === 'alert') return 'alert';
  return 'action';
}

/** How the machinery went about it: said elsewhere, or of interest only when something is looked into. */
const STEPS: ReadonlySet<string> = new Set([
  'chain.started',
  'chain.step-begun',
  'chain.step-left-out',
  'chain.ticket-wanted',
  'chain.partner-ticket-wanted',
  'chain.accepted',
  'chain.ended',
  'page.delivered',
  'page.accepted',
  'sla.started',
  'sla.changed',
  'sla.kept',
  'sla.stopped',
]);

/** One row for a person who was paged over several ways at once. */
function isRepeat(entry: TimelineEntry, before: TimelineEntry | undefined): boolean {
  return (
    before !== undefined &&
    entry.fact === 'page.handed-over' &&
    before.fact === entry.fact &&
    before.data['person'] === entry.data['person'] &&
    Math.abs(before.at - entry.at) < 60_000
  );
}

function iconOf(entry: TimelineEntry): typeof IconNote {
  if (entry.fact.includes('note')) return IconNote;
  switch (entry.subject.kind) {
    case 'alert':
      return IconBellRinging;
    case 'page':
      return IconMail;
    case 'ticket':
      return IconTicket;
    case 'notice':
      return IconSpeakerphone;
    case 'observation':
      return IconHeadset;
    case 'partner-contact':
    case 'partner':
      return IconBuilding;
    case 'playbook-run':
    case 'playbook':
      return IconPlayerPlay;
    default:
      return IconUrgent;
  }
}

export function Timeline({ incidentId, entries }: { incidentId: string | null; entries: readonly TimelineEntry[] }) {
  const { t, language } = useWords();
  const [shown, setShown] = useState<Group[]>([]);
  const [fixing, setFixing] = useState<TimelineEntry | null>(null);
  const [everyStep, setEveryStep] = useState(false);
  const short = entries
    .toSorted((a, b) => a.at - b.at)
    .filter((entry, index, all) => !STEPS.has(entry.fact) && !isRepeat(entry, all[index - 1]));
  const rows = (everyStep ? entries : short)
    .filter((entry) => shown.length === 0 || shown.includes(groupOf(entry)))
    .toSorted((a, b) => b.at - a.at);
  const dayOf = (at: number): string =>
    new Intl.DateTimeFormat(localeOf(language), {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    }).format(at);
  // Today needs no name, unless there are other days.
  const named = new Set(rows.map(({ at }) => dayOf(at)));
  const days = named.size === 1 && named.has(dayOf(serverNow())) ? new Set<string>() : named;
  return (
    <>
      <Chip.Group multiple value={shown} onChange={(value) => setShown(value as Group[])}>
        <div className="timeline-filter" role="group" aria-label={t('timeline.filter')}>
          {GROUPS.map((group) => (
            <Chip key={group} value={group} size="sm" variant="outline">
              {t(`timeline.group.${group}`)}
            </Chip>
          ))}
          {short.length === entries.length ? null : (
            <Switch
              className="timeline-every"
              size="xs"
              label={`${t('timeline.everyStep')} (${entries.length})`}
              checked={everyStep}
              onChange={(event) => setEveryStep(event.currentTarget.checked)}
            />
          )}
        </div>
      </Chip.Group>
      {rows.length === 0 ? <Empty compact title={t('timeline.none')} /> : null}
      <ol className="timeline">
        {rows.map((entry, index) => (
          <Fragment key={entry.id}>
            {days.has(dayOf(entry.at)) && dayOf(entry.at) !== dayOf(rows[index - 1]?.at ?? 0) ? (
              <li className="timeline-day small">{dayOf(entry.at)}</li>
            ) : null}
            <Row entry={entry} onFix={incidentId === null ? null : () => setFixing(entry)} />
          </Fragment>
        ))}
      </ol>
      {fixing === null || incidentId === null ? null : (
        <CorrectDialog incidentId={incidentId} entry={fixing} onClose={() => setFixing(null)} />
      )}
    </>
  );
}

/** A reason that the machinery names by a code, such as "due-soon". */
const CODE = /^[a-z]+(?:-[a-z]+)*$/u;

/** On the incident's own page it need not be said to which incident an alert belongs. */
function saidHere(entry: TimelineEntry): string {
  return entry.fact === 'incident.alert-attached'
    ? entry.summary.replace(/^Belongs to incident \d+: /u, '')
    : entry.summary;
}

function Row({ entry, onFix }: { entry: TimelineEntry; onFix: (() => void) | null }) {
  const { t } = useWords();
  const may = useMay();
  const Icon = iconOf(entry);
  return (
    <li className={`timeline-row ${groupOf(entry)}`}>
      <span className="timeline-time small quiet">
        <When at={entry.at} show="clock" seconds />
      </span>
      <span className="timeline-mark" aria-hidden>
        <Icon size={15} />
      </span>
      <div className="timeline-words">
        <p className="break">
          <span className="sentence">{saidHere(entry)}</span>
        </p>
        <p className="small quiet break">
          {entry.actorName}
          {entry.reason === null
            ? ''
            : ` · ${CODE.test(entry.reason) ? entry.reason.replaceAll('-', ' ') : entry.reason}`}
        </p>
        {entry.corrected === null ? null : (
          <p className="small corrected">
            <b>{t('timeline.corrected', { name: entry.corrected.by })}</b>{' '}
            <When at={entry.corrected.at} show="absolute" />: {entry.corrected.reason}
            <br />
            <s>{entry.corrected.before}</s>
          </p>
        )}
      </div>
      {onFix !== null && may.act ? (
        <Tooltip label={t('timeline.correct')}>
          <ActionIcon
            className="timeline-fix"
            variant="subtle"
            color="ink"
            aria-label={t('timeline.correct')}
            onClick={onFix}
          >
            <IconPencil size={16} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </li>
  );
}

function CorrectDialog({
  incidentId,
  entry,
  onClose,
}: {
  incidentId: string;
  entry: TimelineEntry;
  onClose: () => void;
}) {
  const { t } = useWords();
  const [summary, setSummary] = useState(entry.summary);
  const [reason, setReason] = useState('');
  const verb = useVerb((body: object) => call('POST', `/ops/v1/incidents/${incidentId}/correct`, body), {
    done: t('timeline.done'),
    refresh: ['incident', 'retro'],
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('timeline.correct')}
      words={t('timeline.correctWords')}
      submit={t('action.save')}
      pending={verb.pending}
      error={verb.error}
      disabled={reason.trim() === '' || summary.trim() === '' || summary === entry.summary}
      onSubmit={() => verb.run({ entryId: entry.id, summary: summary.trim(), reason: reason.trim() })}
    >
      <Textarea
        label={t('timeline.says')}
        value={summary}
        rows={3}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
      <Textarea
        label={t('field.reason')}
        value={reason}
        rows={2}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}
