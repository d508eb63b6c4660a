/** Recording what a member said, in ten seconds: one field, two optional choices, one key. */
import { Button, Select, Switch, Textarea } from '@mantine/core';
import { useState, type RefObject } from 'react';
import type { ObservationView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { Refusal, useVerb } from '../shell/verb.tsx';

interface ObservationFormProps {
  inputRef?: RefObject<HTMLTextAreaElement | null>;
  incidentId?: string;
  rows?: number;
}

export function ObservationForm({ inputRef, incidentId, rows = 3 }: ObservationFormProps) {
  const { t } = useWords();
  const names = useNames();
  const [text, setText] = useState('');
  const [functionName, setFunctionName] = useState<string | null>(null);
  const [city, setCity] = useState<string | null>(null);
  const [inTrip, setInTrip] = useState(false);
  const record = useVerb((body: object) => call<ObservationView>('POST', '/ops/v1/observations', body), {
    done: t('observation.recorded'),
    refresh: ['observations', 'now', 'incident'],
    announceFailure: false,
    onDone: () => {
      // The city stays: the next caller is likely to be from the same place.
      setText('');
      setFunctionName(null);
      setInTrip(false);
      inputRef?.current?.focus();
    },
  });
  const send = () => {
    if (text.trim() === '' || record.pending) return;
    record.run({ text: text.trim(), functionName, city, inTrip, ...(incidentId === undefined ? {} : { incidentId }) });
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={inputRef}
        label={t('observation.text')}
        placeholder={t('observation.placeholder')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        rows={rows}
        maxLength={4000}
      />
      <div className="form-grid">
        <Select
          label={t('observation.function')}
          placeholder={t('observation.any')}
          data={names.functions}
          value={functionName}
          onChange={setFunctionName}
          clearable
        />
        <Select
          label={t('observation.city')}
          placeholder={t('observation.any')}
          data={names.cities}
          value={city}
          onChange={setCity}
          clearable
        />
      </div>
      <Switch
        label={t('observation.inTrip')}
        checked={inTrip}
        onChange={(event) => setInTrip(event.currentTarget.checked)}
      />
      <Refusal error={record.error} />
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span className="quiet small">{t('observation.key')}</span>
        <Button type="submit" variant="default" loading={record.pending} disabled={text.trim() === ''}>
          {t('observation.send')}
        </Button>
      </div>
    </form>
  );
}
