/** Playbook runs: the guard that had to hold, the steps, and the proof that it helped. */
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { PlaybookRunView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconCheck, IconX } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { INCIDENT_KEYS } from './accept.ts';

const TONES: Record<PlaybookRunView['state'], Tone> = {
  guarding: 'minor',
  acting: 'lamp',
  verifying: 'lamp',
  recovered: 'ok',
  refused: 'major',
  failed: 'critical',
  aborted: 'unknown',
};

export function PlaybookRuns({ runs }: { runs: readonly PlaybookRunView[] }) {
  const { t } = useWords();
  if (runs.length === 0) return null;
  return (
    <Panel title={t('playbook.title')}>
      <ul className="stack">
        {runs.map((run) => (
          <Run key={run.id} run={run} />
        ))}
      </ul>
    </Panel>
  );
}

function Run({ run }: { run: PlaybookRunView }) {
  const { t } = useWords();
  const may = useMay();
  const [aborting, setAborting] = useState(false);
  return (
    <li>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span className="strong">{run.title}</span>
        <Pill tone={TONES[run.state]}>{t(`playbook.state.${run.state}`)}</Pill>
      </div>
      <p className="small quiet">
        {run.startedBy} · <When at={run.startedAt} show="absolute" seconds />
      </p>
      <ol className="chain">
        {run.results.map((result) => (
          <li key={`${result.at} ${result.step}`} className={`step ${result.ok ? 'done' : 'wrong'}`}>
            <span className="step-mark" aria-hidden>
              {result.ok ? <IconCheck size={14} stroke={2.4} /> : <IconX size={14} stroke={2.4} />}
            </span>
            <div>
              <p>
                <span className="step-title">{result.step}</span>
                <span className="small quiet step-when">
                  <When at={result.at} show="absolute" seconds />
                </span>
              </p>
              <p className="small quiet break">{result.detail}</p>
            </div>
          </li>
        ))}
      </ol>
      {run.finishedAt === null && may.act ? (
        <Button variant="default" size="xs" mt={8} onClick={() => setAborting(true)}>
          {t('playbook.abort')}
        </Button>
      ) : null}
      {aborting ? <AbortDialog run={run} onClose={() => setAborting(false)} /> : null}
    </li>
  );
}

function AbortDialog({ run, onClose }: { run: PlaybookRunView; onClose: () => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const verb = useVerb((body: object) => call('POST', `/ops/v1/playbook-runs/${run.id}/abort`, body), {
    done: t('playbook.aborted'),
    refresh: INCIDENT_KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      danger
      onClose={onClose}
      title={t('playbook.abort')}
      words={t('playbook.abortWords')}
      submit={t('playbook.abort')}
      pending={verb.pending}
      error={verb.error}
      disabled={reason.trim() === ''}
      onSubmit={() => verb.run({ reason: reason.trim() })}
    >
      <Textarea
        label={t('field.reason')}
        value={reason}
        rows={3}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}
