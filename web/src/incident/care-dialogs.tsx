/** Snooze, promise, hand over: each asks for as little as it needs. */
import { Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../language/index.ts';
import { serverNow } from '../shell/clock.ts';
import { VerbDialog } from '../shell/verb.tsx';
import { lengthOf } from '../shell/when.tsx';
import { useIncidentVerb, type DialogProps } from './dialogs.tsx';

const MINUTE = 60_000;
const SNOOZES = [15, 30, 60, 120, 240, 480, 1440, 2880, 4320];
const PROMISES = [10, 15, 30, 60, 120, 240, 480, 1440];

/** Lengths of time to choose from, in the reader's words. */
function useSpans(minutes: readonly number[]): { value: string; label: string }[] {
  const { language } = useWords();
  return minutes.map((each) => ({ value: String(each), label: lengthOf(each * MINUTE, language) }));
}

export function SnoozeDialog({ detail, onClose }: DialogProps) {
  const { t, language } = useWords();
  const { incident, care } = detail;
  const most = care.snoozeMost ?? 0;
  const spans = useSpans(SNOOZES.filter((minutes) => minutes * MINUTE <= most));
  const [span, setSpan] = useState(spans[0]?.value ?? null);
  const [reason, setReason] = useState('');
  const send = useIncidentVerb(incident, 'snooze', t('care.done.snooze'), onClose);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('care.snooze')}
      words={t('care.dialog.snooze', { most: lengthOf(most, language) })}
      submit={t('care.snooze')}
      pending={send.pending}
      error={send.error}
      disabled={span === null}
      onSubmit={() =>
        send.run({
          // The server's own limit is counted from its clock, a moment later than this one.
          until: serverNow() + Number(span) * MINUTE - 1000,
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        })
      }
    >
      <Select
        label={t('care.field.until')}
        data={spans}
        value={span}
        onChange={setSpan}
        allowDeselect={false}
        data-autofocus
      />
      <Reason value={reason} onChange={setReason} />
    </VerbDialog>
  );
}

export function PromiseDialog({ detail, onClose }: DialogProps) {
  const { t } = useWords();
  const { incident, care } = detail;
  const spans = useSpans(PROMISES);
  const usual = String((care.updateEvery ?? 30 * MINUTE) / MINUTE);
  const [span, setSpan] = useState(spans.some(({ value }) => value === usual) ? usual : '30');
  const [text, setText] = useState('');
  const send = useIncidentVerb(incident, 'promise', t('care.done.promise'), onClose);
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('care.promise')}
      words={t('care.dialog.promise')}
      submit={t('care.promise')}
      pending={send.pending}
      error={send.error}
      onSubmit={() =>
        send.run({
          at: serverNow() + Number(span) * MINUTE,
          ...(text.trim() === '' ? {} : { text: text.trim() }),
        })
      }
    >
      <Textarea
        label={t('care.field.text')}
        description={t('care.field.textHint')}
        value={text}
        rows={3}
        maxLength={4000}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label={t('care.field.at')}
        data={spans}
        value={span}
        onChange={(value) => setSpan(value ?? span)}
        allowDeselect={false}
      />
    </VerbDialog>
  );
}

const DUTY_WORDS = ['next', 'deputy', 'focal', 'fallback'] as const;

export function HandOverDialog({ detail, onClose }: DialogProps) {
  const { t } = useWords();
  const { incident, care } = detail;
  const [to, setTo] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const send = useIncidentVerb(incident, 'hand-over', t('care.done.hand-over'), onClose);
  const choices = care.targets
    .filter(({ name }) => name !== care.owner?.id)
    .map(({ name, title }) => {
      const word = DUTY_WORDS.find((one) => one === name);
      return { value: name, label: word === undefined ? title : t(`care.field.${word}`) };
    });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('care.handOver')}
      words={t('care.dialog.handOver')}
      submit={t('care.handOver')}
      pending={send.pending}
      error={send.error}
      disabled={to === null}
      onSubmit={() => send.run({ to, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })}
    >
      <Select label={t('care.field.to')} data={choices} value={to} onChange={setTo} searchable data-autofocus />
      <Reason value={reason} onChange={setReason} />
    </VerbDialog>
  );
}

function Reason({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  return (
    <Textarea
      label={t('field.reason')}
      value={value}
      rows={2}
      maxLength={500}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
