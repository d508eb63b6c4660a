/** The dialogs behind an incident's verbs. Each is mounted only while it is open, so that it starts from what is true. */
import { Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentDetail, IncidentPage, IncidentView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { INCIDENT_KEYS } from './accept.ts';
import { NotifyDialog } from './notify-dialog.tsx';
import { SplitDialog } from './split-dialog.tsx';
import { UpdateDialog } from './update-dialog.tsx';

export type DialogKey =
  'update' | 'notify' | 'note' | 'playbook' | 'merge' | 'split' | 'resolve' | 'reopen' | 'unaccept';

export interface DialogProps {
  detail: IncidentDetail;
  onClose: () => void;
}

export function Dialogs({ dialog, ...rest }: DialogProps & { dialog: DialogKey | null }) {
  switch (dialog) {
    case null:
      return null;
    case 'update':
      return <UpdateDialog {...rest} />;
    case 'notify':
      return <NotifyDialog {...rest} />;
    case 'split':
      return <SplitDialog {...rest} />;
    case 'merge':
      return <MergeDialog {...rest} />;
    case 'playbook':
      return <PlaybookDialog {...rest} />;
    case 'note':
    case 'resolve':
    case 'reopen':
    case 'unaccept':
      return <ReasonDialog {...rest} verb={dialog} />;
  }
}

/** Sends a verb of this incident and closes the dialog when it was taken. */
export function useIncidentVerb(incident: IncidentView, verb: string, done: string, onClose: () => void) {
  return useVerb((body: object) => call('POST', `/ops/v1/incidents/${incident.id}/${verb}`, body), {
    done,
    refresh: INCIDENT_KEYS,
    announceFailure: false,
    onDone: onClose,
  });
}

/** Verbs that need one text: a note, and the reason for resolving or reopening. */
function ReasonDialog({ detail, onClose, verb }: DialogProps & { verb: 'note' | 'resolve' | 'reopen' | 'unaccept' }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const { incident } = detail;
  const send = useIncidentVerb(incident, verb, t(`incident.done.${verb}`), onClose);
  const body = verb === 'note' ? { text: text.trim() } : { reason: text.trim(), version: incident.version };
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t(`incident.${verb}`)}
      words={t(`incident.dialog.${verb}`)}
      submit={t(`incident.${verb}`)}
      pending={send.pending}
      error={send.error}
      disabled={text.trim() === ''}
      onSubmit={() => send.run(body)}
    >
      <Textarea
        label={verb === 'note' ? t('field.note') : t('field.reason')}
        value={text}
        rows={4}
        maxLength={verb === 'note' ? 4000 : 500}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}

function MergeDialog({ detail, onClose }: DialogProps) {
  const { t } = useWords();
  const { incident } = detail;
  const [into, setInto] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const send = useIncidentVerb(incident, 'merge', t('incident.done.merge'), onClose);
  const others = useQuery({
    queryKey: ['incidents', 'current'],
    queryFn: () => call<IncidentPage>('GET', '/ops/v1/incidents?state=open,accepted&limit=100'),
  });
  const choices = (others.data?.items ?? [])
    .filter((each) => each.id !== incident.id)
    .map((each) => ({ value: each.id, label: `#${each.number} ${each.title}` }));
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('incident.merge')}
      words={t('incident.dialog.merge')}
      submit={t('incident.merge')}
      pending={send.pending}
      error={send.error}
      disabled={into === null || reason.trim() === ''}
      onSubmit={() => send.run({ into, reason: reason.trim(), version: incident.version })}
    >
      <Select
        label={t('field.into')}
        data={choices}
        value={into}
        onChange={setInto}
        searchable
        nothingFoundMessage={t('incident.noOther')}
      />
      <Textarea
        label={t('field.reason')}
        value={reason}
        rows={3}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}

function PlaybookDialog({ detail, onClose }: DialogProps) {
  const { t } = useWords();
  const [playbook, setPlaybook] = useState(detail.playbooks[0]?.name ?? null);
  const send = useIncidentVerb(detail.incident, 'playbook', t('incident.done.playbook'), onClose);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('incident.playbook')}
      words={t('incident.dialog.playbook')}
      submit={t('playbook.run')}
      pending={send.pending}
      error={send.error}
      disabled={playbook === null}
      onSubmit={() => send.run({ playbook })}
    >
      <Select
        label={t('field.playbook')}
        data={detail.playbooks.map((each) => ({ value: each.name, label: each.title }))}
        value={playbook}
        onChange={setPlaybook}
        allowDeselect={false}
      />
    </VerbDialog>
  );
}
