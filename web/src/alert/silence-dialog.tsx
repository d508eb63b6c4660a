/** Silencing: which alerts, how long, and why. It says how many alerts on screen it would hide before it hides them. */
import { SegmentedControl, Textarea } from '@mantine/core';
import { serverNow } from '../shell/clock.ts';
import { useState } from 'react';
import type { AlertView, Matcher } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { complete, Matchers } from './matchers.tsx';

const HOUR = 3_600_000;
const LENGTHS: Record<string, number> = {
  '30 min': HOUR / 2,
  '1 h': HOUR,
  '2 h': 2 * HOUR,
  '4 h': 4 * HOUR,
  '8 h': 8 * HOUR,
};

function fits(alert: AlertView, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    const value = alert.labels[matcher.name] ?? '';
    // A regular expression is the server's to judge; the preview counts only what it can tell for certain.
    if (matcher.isRegex) return false;
    return (value === matcher.value) === matcher.isEqual;
  });
}

interface SilenceDialogProps {
  alert: AlertView | null;
  alerts: readonly AlertView[];
  onClose: () => void;
}

export function SilenceDialog({ alert, alerts, onClose }: SilenceDialogProps) {
  const { t } = useWords();
  const [length, setLength] = useState('1 h');
  const [comment, setComment] = useState('');
  const [matchers, setMatchers] = useState<Matcher[]>(() =>
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
  const isExact = matchers.every((each) => !each.isRegex);
  const hidden = alerts.filter((each) => fits(each, matchers));
  const paging = hidden.filter((each) => each.severity === 'page' || each.severity === 'critical').length;
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
      {isExact ? (
        <p className="small quiet" role="status">
          {t('alert.hides', { count: hidden.length })}
          {paging > 0 ? ` ${t('alert.hidesPaging', { count: paging })}` : ''}
        </p>
      ) : null}
    </VerbDialog>
  );
}
