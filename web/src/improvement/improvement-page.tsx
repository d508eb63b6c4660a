/** One improvement: what changes, what the replay proves, and the decision. */
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ImprovementView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { InForce } from '../level/in-force.tsx';
import { IconFlask } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { useTitle } from '../shell/title.ts';
import { Asked } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { Due } from '../ticket/ticket-row.tsx';
import { diffLines } from './diff.ts';
import { ImprovementStatePill } from './improvement-row.tsx';
import './improvement.css';
import { ProofPanel } from './proof.tsx';

const KEYS = ['improvement', 'improvements', 'retro', 'now', 'definitions', 'rules', 'indicators'] as const;

export function ImprovementPage() {
  const { id } = useParams({ from: '/improvements/$id' });
  const query = useQuery({
    queryKey: ['improvement', id],
    queryFn: () => call<ImprovementView>('GET', `/ops/v1/improvements/${id}`),
  });
  return (
    <Asked query={query} height={90}>
      {(improvement) => <Detail improvement={improvement} />}
    </Asked>
  );
}

function Detail({ improvement }: { improvement: ImprovementView }) {
  const { t } = useWords();
  useTitle(improvement.title);
  const may = useMay();
  const [decision, setDecision] = useState<'adopted' | 'rejected' | null>(null);
  const prove = useVerb(() => call<ImprovementView>('POST', `/ops/v1/improvements/${improvement.id}/prove`), {
    done: t('improvement.provedDone'),
    refresh: KEYS,
  });
  const isOpen = improvement.state === 'proposed' || improvement.state === 'proved';
  return (
    <div className="page">
      <header className="incident-head">
        <div className="row small">
          <Link to="/improvements">{t('nav.improvements')}</Link>
          <span className="quiet number">#{improvement.number}</span>
        </div>
        <div className="row">
          <ImprovementStatePill state={improvement.state} />
          <span className="small quiet">
            {t('improvement.by', { name: improvement.createdBy })} <When at={improvement.createdAt} />
          </span>
        </div>
        <div className="page-head">
          <h1>{improvement.title}</h1>
          {may.act && isOpen ? (
            <div className="verbs">
              {improvement.change === null ? null : (
                <Button
                  variant={improvement.proof === null ? 'filled' : 'default'}
                  leftSection={<IconFlask size={17} />}
                  loading={prove.pending}
                  onClick={() => prove.run(undefined)}
                >
                  {t(improvement.proof === null ? 'improvement.prove' : 'improvement.proveAgain')}
                </Button>
              )}
              <Button
                variant={improvement.state === 'proved' ? 'filled' : 'default'}
                // A change of a rule goes into force: it is proved before.
                disabled={improvement.change !== null && improvement.proof === null}
                onClick={() => setDecision('adopted')}
              >
                {t('improvement.adopt')}
              </Button>
              <Button variant="default" onClick={() => setDecision('rejected')}>
                {t('improvement.reject')}
              </Button>
            </div>
          ) : null}
        </div>
      </header>
      <div className="two">
        <div>
          <Panel title={t('improvement.body')}>
            <p className="prose">{improvement.body === '' ? t('ticket.noBody') : improvement.body}</p>
          </Panel>
          {improvement.change === null ? null : <Change change={improvement.change} />}
          {improvement.state === 'adopted' ? <InForce may={may.act} improvementId={improvement.id} /> : null}
        </div>
        <div>
          <ProofPanel improvement={improvement} />
          <Panel title={t('improvement.facts')}>
            <dl className="fact-grid">
              <div>
                <dt>{t('ticket.owner')}</dt>
                <dd>{improvement.owner ?? t('ticket.nobody')}</dd>
              </div>
              {improvement.dueAt === null ? null : (
                <div>
                  <dt>{t('ticket.dueField')}</dt>
                  <dd>
                    <Due ticket={{ dueAt: improvement.dueAt, closedAt: isOpen ? null : improvement.updatedAt }} />
                  </dd>
                </div>
              )}
              {improvement.retroId === null ? null : (
                <div>
                  <dt>{t('improvement.from')}</dt>
                  <dd>
                    <Link to="/retros/$id" params={{ id: improvement.retroId }}>
                      {t('incident.retro')}
                    </Link>
                  </dd>
                </div>
              )}
            </dl>
          </Panel>
        </div>
      </div>
      {decision === null ? null : (
        <DecideDialog improvement={improvement} decision={decision} onClose={() => setDecision(null)} />
      )}
    </div>
  );
}

function Change({ change }: { change: NonNullable<ImprovementView['change']> }) {
  const { t } = useWords();
  const lines = diffLines(change.before, change.after);
  return (
    <Panel title={t('improvement.change')} side={<code className="mono quiet">{change.rule}</code>} flush>
      <div className="diff" tabIndex={0} role="region" aria-label={t('improvement.change')}>
        <table>
          <tbody>
            {lines.map((line, index) => (
              <tr key={index} className={line.sign === '-' ? 'gone' : line.sign === '+' ? 'new' : ''}>
                <td className="diff-sign">
                  <span aria-hidden>{line.sign}</span>
                  {line.sign === ' ' ? null : (
                    <span className="hidden-words">
                      {t(line.sign === '-' ? 'improvement.gone' : 'improvement.came')}
                    </span>
                  )}
                </td>
                <td>
                  <code>{line.text}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface DecideProps {
  improvement: ImprovementView;
  decision: 'adopted' | 'rejected';
  onClose: () => void;
}

function DecideDialog({ improvement, decision, onClose }: DecideProps) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const verb = useVerb((body: object) => call('POST', `/ops/v1/improvements/${improvement.id}/decide`, body), {
    done: t('improvement.decided'),
    refresh: KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t(decision === 'adopted' ? 'improvement.adopt' : 'improvement.reject')}
      words={t(`improvement.decideWords.${decision}`)}
      submit={t(decision === 'adopted' ? 'improvement.adopt' : 'improvement.reject')}
      pending={verb.pending}
      error={verb.error}
      disabled={reason.trim() === ''}
      onSubmit={() => verb.run({ version: improvement.version, decision, reason: reason.trim() })}
    >
      <Textarea
        label={t('field.reason')}
        rows={3}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}
