/** Opening an incident by hand, when a person knows before any signal does. */
import { MultiSelect, Select, TextInput, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { INCIDENT_KEYS } from './accept.ts';

export const SEVERITIES = ['critical', 'major', 'minor'] as const;

export function OpenDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useWords();
  const names = useNames();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [severity, setSeverity] = useState<string>('major');
  const [functions, setFunctions] = useState<string[]>([]);
  const [cities, setCities] = useState<string[]>([]);
  const [summary, setSummary] = useState('');
  const verb = useVerb((body: object) => call<IncidentView>('POST', '/ops/v1/incidents', body), {
    refresh: INCIDENT_KEYS,
    announceFailure: false,
    onDone: (incident) => {
      onClose();
      void navigate({ to: '/incidents/$id', params: { id: incident.id } });
    },
  });
  return (
    <VerbDialog
      opened={opened}
      onClose={onClose}
      title={t('incident.open')}
      words={t('incident.openWords')}
      submit={t('incident.open')}
      pending={verb.pending}
      error={verb.error}
      disabled={title.trim() === ''}
      onSubmit={() => verb.run({ title: title.trim(), severity, functions, cities, summary })}
    >
      <TextInput
        label={t('field.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label={t('field.severity')}
        data={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
        value={severity}
        onChange={(value) => setSeverity(value ?? 'major')}
        allowDeselect={false}
      />
      <MultiSelect label={t('field.functions')} data={names.functions} value={functions} onChange={setFunctions} />
      <MultiSelect label={t('field.cities')} data={names.cities} value={cities} onChange={setCities} />
      <Textarea
        label={t('field.summary')}
        value={summary}
        rows={3}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}
