/** Asking for a swap, and noting that somebody is away. */
import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DutyPlan } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { serverNow } from '../shell/clock.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { fieldOf, instantOf, zoneName } from '../shell/when.tsx';
import { DUTY_KEYS } from './keys.ts';

const DAY = 86_400_000;

interface SpanProps {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly onFrom: (text: string) => void;
  readonly onTo: (text: string) => void;
}

function SpanFields({ from, to, label, onFrom, onTo }: SpanProps) {
  const { t } = useWords();
  const startsAt = instantOf(from);
  const endsAt = instantOf(to);
  const isOrdered = startsAt === null || endsAt === null || startsAt < endsAt;
  return (
    <fieldset className="form-grid" style={{ border: 0, padding: 0, margin: 0 }}>
      <legend className="small strong">{label}</legend>
      <TextInput
        type="datetime-local"
        label={t('field.from')}
        description={zoneName}
        value={from}
        onChange={(event) => onFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={t('field.to')}
        description={zoneName}
        value={to}
        error={isOrdered ? null : t('duty.order')}
        onChange={(event) => onTo(event.currentTarget.value)}
      />
    </fieldset>
  );
}

export function SwapDialog({ plan, me, onClose }: { plan: DutyPlan; me: string; onClose: () => void }) {
  const { t } = useWords();
  const next = plan.shifts.find((shift) => shift.focal.id === me && shift.to > serverNow());
  const [other, setOther] = useState<string | null>(null);
  const [from, setFrom] = useState(() => fieldOf(Math.max(next?.from ?? 0, serverNow())));
  const [to, setTo] = useState(() => fieldOf(next?.to ?? serverNow() + DAY));
  const [backFrom, setBackFrom] = useState('');
  const [backTo, setBackTo] = useState('');
  const [reason, setReason] = useState('');
  const verb = useVerb((body: object) => call('POST', '/ops/v1/duty/swaps', body), {
    done: t('around.asked'),
    refresh: DUTY_KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  const startsAt = instantOf(from);
  const endsAt = instantOf(to);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('around.askSwap')}
      words={t('around.askWords')}
      submit={t('around.askSwap')}
      pending={verb.pending}
      error={verb.error}
      disabled={other === null || startsAt === null || endsAt === null}
      onSubmit={() =>
        verb.run({
          asker: me,
          other,
          startsAt,
          endsAt,
          backStartsAt: instantOf(backFrom),
          backEndsAt: instantOf(backTo),
          reason: reason.trim(),
        })
      }
    >
      <Select
        label={t('around.with')}
        data={plan.people.filter((each) => each.id !== me).map((each) => ({ value: each.id, label: each.name }))}
        value={other}
        onChange={setOther}
        data-autofocus
      />
      <SpanFields label={t('around.theyTake')} from={from} to={to} onFrom={setFrom} onTo={setTo} />
      <SpanFields label={t('around.youTake')} from={backFrom} to={backTo} onFrom={setBackFrom} onTo={setBackTo} />
      <TextInput
        label={t('field.why')}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}

export function AbsenceDialog({ plan, onClose }: { plan: DutyPlan; onClose: () => void }) {
  const { t } = useWords();
  const [person, setPerson] = useState<string | null>(null);
  const [from, setFrom] = useState(() => fieldOf(serverNow()));
  const [to, setTo] = useState(() => fieldOf(serverNow() + 7 * DAY));
  const [reason, setReason] = useState('');
  const verb = useVerb((body: object) => call('POST', '/ops/v1/duty/absences', body), {
    done: t('around.absenceAdded'),
    refresh: DUTY_KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  const startsAt = instantOf(from);
  const endsAt = instantOf(to);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('around.addAbsence')}
      words={t('around.absenceWords')}
      submit={t('around.addAbsence')}
      pending={verb.pending}
      error={verb.error}
      disabled={person === null || startsAt === null || endsAt === null || startsAt >= endsAt}
      onSubmit={() => verb.run({ person, startsAt, endsAt, reason: reason.trim() })}
    >
      <Select
        label={t('field.person')}
        data={plan.people.map((each) => ({ value: each.id, label: each.name }))}
        value={person}
        onChange={setPerson}
        data-autofocus
      />
      <SpanFields label={t('around.away')} from={from} to={to} onFrom={setFrom} onTo={setTo} />
      <TextInput
        label={t('field.why')}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}
