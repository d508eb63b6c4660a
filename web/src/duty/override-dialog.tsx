/** Somebody stands in: who, from when to when, and why. */
import { Select, TextInput } from '@mantine/core';
import { serverNow } from '../shell/clock.ts';
import { useState } from 'react';
import type { DutyPlan } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { fieldOf, instantOf, zoneName } from '../shell/when.tsx';
import { DUTY_KEYS } from './keys.ts';

const HOUR = 3_600_000;

export function OverrideDialog({ plan, onClose }: { plan: DutyPlan; onClose: () => void }) {
  const { t } = useWords();
  const [person, setPerson] = useState<string | null>(null);
  const [from, setFrom] = useState(() => fieldOf(serverNow()));
  const [to, setTo] = useState(() => fieldOf(serverNow() + 8 * HOUR));
  const [reason, setReason] = useState('');
  const verb = useVerb((body: object) => call('POST', '/ops/v1/duty/overrides', body), {
    done: t('duty.done'),
    refresh: DUTY_KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  const startsAt = instantOf(from);
  const endsAt = instantOf(to);
  const isOrdered = startsAt !== null && endsAt !== null && startsAt < endsAt;
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('duty.standIn')}
      words={t('duty.standInWords')}
      submit={t('duty.standIn')}
      pending={verb.pending}
      error={verb.error}
      disabled={person === null || !isOrdered || reason.trim() === ''}
      onSubmit={() => verb.run({ person, startsAt, endsAt, reason: reason.trim() })}
    >
      <Select
        label={t('field.person')}
        data={plan.people.map((each) => ({ value: each.id, label: each.name }))}
        value={person}
        onChange={setPerson}
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
          error={isOrdered ? null : t('duty.order')}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      <TextInput
        label={t('field.why')}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}
