import { Select, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { TicketView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';

const KINDS = ['request', 'observation', 'business', 'technology', 'incident'] as const;
export const PRIORITIES = ['1', '2', '3', '4', '5'] as const;

export function NewTicketDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const names = useNames();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const [kind, setKind] = useState<string>('request');
  const [priority, setPriority] = useState('3');
  const [functionName, setFunctionName] = useState<string | null>(null);
  const [city, setCity] = useState<string | null>(null);
  const verb = useVerb((ticket: object) => call<TicketView>('POST', '/ops/v1/tickets', ticket), {
    refresh: ['tickets', 'now'],
    announceFailure: false,
    onDone: (ticket) => {
      onClose();
      void navigate({ to: '/tickets/$id', params: { id: ticket.id } });
    },
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('ticket.new')}
      submit={t('ticket.new')}
      pending={verb.pending}
      error={verb.error}
      disabled={title.trim() === ''}
      onSubmit={() => verb.run({ title: title.trim(), body, kind, priority: Number(priority), functionName, city })}
    >
      <TextInput
        label={t('field.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        label={t('ticket.body')}
        rows={4}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <div className="form-grid">
        <Select
          label={t('ticket.kind')}
          data={KINDS.map((value) => ({ value, label: t(`ticketKind.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value ?? kind)}
          allowDeselect={false}
        />
        <Select
          label={t('ticket.priorityField')}
          data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priorities.${value}`) }))}
          value={priority}
          onChange={(value) => setPriority(value ?? priority)}
          allowDeselect={false}
        />
        <Select
          label={t('observation.function')}
          data={names.functions}
          value={functionName}
          onChange={setFunctionName}
          clearable
        />
        <Select label={t('observation.city')} data={names.cities} value={city} onChange={setCity} clearable />
      </div>
    </VerbDialog>
  );
}
