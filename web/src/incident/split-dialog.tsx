/** Taking alerts out of an incident that in truth are another. */
import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../language/index.ts';
import { VerbDialog } from '../shell/verb.tsx';
import { useIncidentVerb, type DialogProps } from './dialogs.tsx';

export function SplitDialog({ detail, onClose }: DialogProps) {
  const { t } = useWords();
  const { incident } = detail;
  const [alerts, setAlerts] = useState<string[]>([]);
  const [title, setTitle] = useState('');
  const [reason, setReason] = useState('');
  const send = useIncidentVerb(incident, 'split', t('incident.done.split'), onClose);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('incident.split')}
      words={t('incident.dialog.split')}
      submit={t('incident.split')}
      pending={send.pending}
      error={send.error}
      disabled={alerts.length === 0 || reason.trim() === ''}
      onSubmit={() =>
        send.run({
          alerts,
          reason: reason.trim(),
          version: incident.version,
          ...(title.trim() === '' ? {} : { title: title.trim() }),
        })
      }
    >
      <Checkbox.Group label={t('field.alerts')} value={alerts} onChange={setAlerts}>
        <div className="stack" style={{ marginTop: 8 }}>
          {detail.alerts.map((alert) => (
            <Checkbox key={alert.id} value={alert.id} label={alert.annotations['summary'] ?? alert.name} />
          ))}
        </div>
      </Checkbox.Group>
      <TextInput
        label={t('field.newTitle')}
        description={t('field.optional')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
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
