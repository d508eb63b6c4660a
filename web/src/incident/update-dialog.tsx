/** Changing what is known: title, summary, severity, phase. Going back asks for a reason, because others relied on it. */
import { Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../language/index.ts';
import { VerbDialog } from '../shell/verb.tsx';
import { useIncidentVerb, type DialogProps } from './dialogs.tsx';
import { SEVERITIES } from './open-dialog.tsx';

const PHASES = ['investigating', 'identified', 'monitoring'] as const;

export function UpdateDialog({ detail, onClose }: DialogProps) {
  const { t } = useWords();
  const { incident } = detail;
  const [title, setTitle] = useState(incident.title);
  const [summary, setSummary] = useState(incident.summary);
  const [severity, setSeverity] = useState<string>(incident.severity);
  const [phase, setPhase] = useState<string>(incident.phase);
  const [reason, setReason] = useState('');
  const send = useIncidentVerb(incident, 'update', t('incident.done.update'), onClose);
  const order = (phases: readonly string[], name: string) => phases.indexOf(name);
  const goesBack =
    order(PHASES, phase) < order(PHASES, incident.phase) ||
    order(SEVERITIES, severity) > order(SEVERITIES, incident.severity);
  const change = {
    version: incident.version,
    ...(title.trim() === incident.title ? {} : { title: title.trim() }),
    ...(summary === incident.summary ? {} : { summary }),
    ...(severity === incident.severity ? {} : { severity }),
    ...(phase === incident.phase ? {} : { phase }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('incident.update')}
      submit={t('action.save')}
      pending={send.pending}
      error={send.error}
      disabled={title.trim() === '' || Object.keys(change).length === 1 || (goesBack && reason.trim() === '')}
      onSubmit={() => send.run(change)}
    >
      <div className="form-grid">
        <Select
          label={t('field.phase')}
          data={PHASES.map((value) => ({ value, label: t(`phase.${value}`) }))}
          value={phase}
          onChange={(value) => setPhase(value ?? phase)}
          allowDeselect={false}
          data-autofocus
        />
        <Select
          label={t('field.severity')}
          data={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
          value={severity}
          onChange={(value) => setSeverity(value ?? severity)}
          allowDeselect={false}
        />
      </div>
      <TextInput
        label={t('field.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label={t('field.summary')}
        value={summary}
        rows={4}
        maxLength={4000}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
      {goesBack ? (
        <TextInput
          label={t('field.reason')}
          description={t('incident.goesBack')}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
    </VerbDialog>
  );
}
