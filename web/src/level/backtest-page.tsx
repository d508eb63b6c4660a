/** One back-test: its progress, then what the definition would have done next to the one in force, and activating it. */
import { Button, Progress, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { BacktestView, TrialAlarm, TrialVerdict } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { diffLines } from '../improvement/diff.ts';
import { localeOf, useWords } from '../language/index.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { lengthOf, When } from '../shell/when.tsx';
import { BACKTEST_TONES, isUnderWay } from './backtest-list.tsx';
import { TrialChart } from './trial-chart.tsx';
import { useSeriesTitle } from './level-list.tsx';
import '../improvement/improvement.css';
import './level.css';

type Result = NonNullable<BacktestView['result']>;

export function BacktestPage() {
  const { t } = useWords();
  const { id } = useParams({ from: '/levels/backtests/$id' });
  const query = useQuery({
    queryKey: ['backtests', id],
    queryFn: () => call<BacktestView>('GET', `/ops/v1/backtests/${id}`),
    refetchInterval: ({ state }) => (state.data === undefined || isUnderWay(state.data) ? 1000 : false),
  });
  return (
    <div className="page">
      <Link to="/levels/backtests" className="small">
        {t('backtest.title')}
      </Link>
      <Asked query={query}>{(run) => <Run run={run} />}</Asked>
    </div>
  );
}

function Run({ run }: { run: BacktestView }) {
  const { t } = useWords();
  const may = useMay();
  const [activating, setActivating] = useState(false);
  const cancel = useVerb(() => call('POST', `/ops/v1/backtests/${run.id}/cancel`), { refresh: ['backtests'] });
  return (
    <>
      <PageHead
        title={run.rule}
        words={`${t(`backtest.kind.${run.kind}`)} · ${t(run.source === 'csv' ? 'backtest.csvSource' : 'backtest.recorded')}`}
        side={
          <>
            <Pill tone={BACKTEST_TONES[run.state]}>{t(`backtest.state.${run.state}`)}</Pill>
            {may.act && isUnderWay(run) ? (
              <Button variant="default" loading={cancel.pending} onClick={() => cancel.run(undefined)}>
                {t('backtest.cancel')}
              </Button>
            ) : null}
            {may.act && run.state === 'done' && run.before !== null ? (
              <Button onClick={() => setActivating(true)}>{t('backtest.activate')}</Button>
            ) : null}
          </>
        }
      />
      {isUnderWay(run) ? (
        <div className="panel panel-body">
          <Progress value={run.progress * 100} size="lg" aria-label={t('backtest.progress')} />
          <p className="small quiet" role="status" style={{ marginTop: 8 }}>
            {`${Math.floor(run.progress * 100)} %`}
          </p>
        </div>
      ) : null}
      {run.error === null ? null : (
        <p className="panel panel-body" role="alert">
          {run.error}
        </p>
      )}
      {run.result === null ? null : <Outcome run={run} result={run.result} />}
      <Change run={run} />
      {activating ? <ActivateDialog run={run} onClose={() => setActivating(false)} /> : null}
    </>
  );
}

function Outcome({ run, result }: { run: BacktestView; result: Result }) {
  const { t } = useWords();
  const title = useSeriesTitle();
  return (
    <>
      <Panel
        title={t('backtest.verdict')}
        side={
          <a className="small" href={`/ops/v1/backtests/${run.id}/rows.csv`} download>
            {t('backtest.rows')}
          </a>
        }
      >
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('backtest.verdict')}>
          <Figures after={result.after} today={result.today} />
        </div>
      </Panel>
      {result.lines.map((line) => (
        <Panel key={JSON.stringify(line.labels)} title={title(line.labels)}>
          <TrialChart line={line} alarms={result.alarms} title={title(line.labels)} />
        </Panel>
      ))}
      <Alarms alarms={result.alarms} isLabelled={run.source === 'csv'} />
      {result.missed.length === 0 ? null : (
        <Panel title={t('backtest.missed')} count={result.missed.length} flush>
          <ul className="list">
            {result.missed.map((each) => (
              <li key={`${each.incidentId} ${each.from}`} className="list-row">
                <When at={each.from} show="absolute" />
                <Met id={each.incidentId} number={each.number} isLabelled />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Figures({ after, today }: { after: TrialVerdict; today: TrialVerdict | null }) {
  const { t, language } = useWords();
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 3 });
  const whole = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 0 });
  const rows: [name: string, of: (verdict: TrialVerdict) => string][] = [
    [t('backtest.alarms'), (verdict) => figure.format(verdict.alarms)],
    [t('backtest.firing'), (verdict) => lengthOf(verdict.firingMs, language)],
    [t('backtest.met'), (verdict) => t('backtest.metOf', { met: verdict.met, count: verdict.incidents })],
    [t('backtest.false'), (verdict) => figure.format(verdict.falseAlarmsPerDay)],
    [
      t('backtest.delay'),
      (verdict) => (verdict.delayMs === null ? t('backtest.nothing') : lengthOf(verdict.delayMs, language)),
    ],
    [
      t('backtest.lost'),
      (verdict) =>
        Object.entries(verdict.losses)
          .map(([unit, amount]) => `${whole.format(amount)} ${unit}`)
          .join(', ') || t('backtest.nothing'),
    ],
  ];
  return (
    <table className="proof figures">
      <thead>
        <tr>
          <td />
          {today === null ? null : <th scope="col">{t('backtest.today')}</th>}
          <th scope="col">{t(today === null ? 'backtest.today' : 'backtest.after')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, of]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {today === null ? null : <td>{of(today)}</td>}
            <td>{of(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Alarms({ alarms, isLabelled }: { alarms: readonly TrialAlarm[]; isLabelled: boolean }) {
  const { t, language } = useWords();
  return (
    <Panel title={t('backtest.list')} count={alarms.length} flush>
      {alarms.length === 0 ? (
        <p className="quiet small panel-body">{t('backtest.neverFired')}</p>
      ) : (
        <ul className="list">
          {alarms.map((alarm) => (
            <li key={alarm.from} className="list-row given-row">
              <span>
                <When at={alarm.from} show="absolute" />{' '}
                <span className="quiet">
                  {alarm.to === null ? t('level.still') : lengthOf(alarm.to - alarm.from, language)}
                </span>
                <span className="small quiet level-words">
                  {alarm.labels
                    .slice(0, 4)
                    .map((labels) => [labels['alertname'], labels['city'], labels['carrier']].filter(Boolean).join(' '))
                    .join(' · ')}
                </span>
              </span>
              <Met id={alarm.incidentId} number={alarm.incidentNumber} isLabelled={isLabelled} />
              <span />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Met({ id, number, isLabelled }: { id: string | null; number: number | null; isLabelled: boolean }) {
  const { t } = useWords();
  if (id !== null && number !== null) {
    return (
      <Link to="/incidents/$id" params={{ id }}>
        {t('backtest.incident', { number })}
      </Link>
    );
  }
  return <span className="small quiet">{t(isLabelled ? 'backtest.labelled' : 'backtest.noIncident')}</span>;
}

function Change({ run }: { run: BacktestView }) {
  const { t } = useWords();
  return (
    <Panel title={t('backtest.change')}>
      {run.before === null ? (
        <>
          <p className="small quiet">{t('backtest.same')}</p>
          <pre className="mono definition">{run.definition}</pre>
        </>
      ) : (
        <pre className="mono definition">
          {diffLines(run.before, run.definition).map((line, index) => (
            <span key={index} className={line.sign === '-' ? 'gone' : line.sign === '+' ? 'new' : ''}>
              {`${line.sign} ${line.text}\n`}
            </span>
          ))}
        </pre>
      )}
    </Panel>
  );
}

function ActivateDialog({ run, onClose }: { run: BacktestView; onClose: () => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState(run.result?.verdict ?? '');
  const { kind, rule, definition, id } = run;
  const verb = useVerb(() => call('POST', '/ops/v1/definitions', { kind, rule, definition, reason, backtestId: id }), {
    done: t('backtest.activated'),
    refresh: ['definitions', 'rules', 'indicators'],
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('backtest.activate')}
      words={t('backtest.activateWords')}
      submit={t('backtest.activate')}
      pending={verb.pending}
      error={verb.error}
      disabled={reason.trim() === ''}
      onSubmit={() => verb.run(undefined)}
    >
      <Textarea
        label={t('backtest.why')}
        rows={3}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}
