/** Silencing: which alerts, how long, and why. It says what it would cover before it covers it. */
import { SegmentedControl, Textarea } from '@mantine/core';
import { serverNow } from '../shell/clock.ts';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertView, Matcher, SilencePreview } from '../api-types.ts';
import { call, wordsOf } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { Labels } from './alert-line.tsx';
import { complete, Matchers } from './matchers.tsx';

const HOUR = 3_600_000;
const LENGTHS: Record<string, number> = {
  '30 min': HOUR / 2,
  '1 h': HOUR,
  '2 h': 2 * HOUR,
  '4 h': 4 * HOUR,
  '8 h': 8 * HOUR,
};

interface SilenceDialogProps {
  /** The alert to silence, with all its labels; null begins with an empty matcher. */
  alert: AlertView | null;
  /** Matchers to begin with, in place of an alert's labels. */
  begin?: Matcher[];
  onClose: () => void;
}

/** What the silence would cover now, as the server says it. */
function Preview({ matchers }: { matchers: Matcher[] }) {
  const { t } = useWords();
  const [asked] = useDebouncedValue(matchers, 300);
  const query = useQuery({
    queryKey: ['silence-preview', asked],
    queryFn: () => call<SilencePreview>('POST', '/ops/v1/silences/preview', { matchers: asked }),
    enabled: complete(asked),
    retry: false,
  });
  if (query.isError) {
    return (
      <p className="small" role="alert">
        {wordsOf(query.error)}
      </p>
    );
  }
  if (!query.data) return null;
  const { firing, paging, sample } = query.data;
  return (
    <div className="small quiet" role="status">
      <p>
        {firing === 0 ? t('alertPage.nothing') : t('alertPage.covers', { count: firing })}{' '}
        {firing === 0 ? null : paging > 0 ? t('alert.hidesPaging', { count: paging }) : t('alertPage.coversAll')}
      </p>
      <ul className="preview-list">
        {sample.map((each) => (
          <li key={each.id} className="break">
            {each.name} <Labels labels={each.labels} />
          </li>
        ))}
      </ul>
    </div>
  );
}

export function SilenceDialog({ alert, begin, onClose }: SilenceDialogProps) {
  const { t } = useWords();
  const [length, setLength] = useState('1 h');
  const [comment, setComment] = useState('');
  const [matchers, setMatchers] = useState<Matcher[]>(
    () =>
      begin ??
      Object.entries(alert?.labels ?? { alertname: '' }).map(([name, value]) => ({
        name,
        value,
        isRegex: false,
        isEqual: true,
      })),
  );
  const verb = useVerb((body: object) => call('POST', '/ops/v1/silences', body), {
    done: t('alert.silenceMade'),
    refresh: ['silences', 'alerts', 'now'],
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('alert.silence')}
      submit={t('alert.silence')}
      pending={verb.pending}
      error={verb.error}
      disabled={comment.trim() === '' || !complete(matchers)}
      onSubmit={() => verb.run({ matchers, endsAt: serverNow() + (LENGTHS[length] ?? HOUR), comment: comment.trim() })}
    >
      <Matchers value={matchers} onChange={setMatchers} />
      <div>
        <p className="field-label">{t('alert.length')}</p>
        <SegmentedControl
          fullWidth
          aria-label={t('alert.length')}
          value={length}
          onChange={setLength}
          data={Object.keys(LENGTHS)}
        />
      </div>
      <Textarea
        label={t('field.why')}
        description={t('alert.whyWords')}
        value={comment}
        rows={2}
        maxLength={500}
        onChange={(event) => setComment(event.currentTarget.value)}
        data-autofocus
      />
      <Preview matchers={matchers} />
    </VerbDialog>
  );
}
