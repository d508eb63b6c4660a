/** Trying a definition before it is activated: the form, what was tried, and what is in force besides the file. */
import { Button, FileInput, Progress, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { BacktestList, BacktestView, RuleDefinitionList } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { serverNow } from '../shell/clock.ts';
import { IconChevronRight, IconFlask } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { Refusal, useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { InForce } from './in-force.tsx';
import './level.css';

const DAY = 86_400_000;
const SOON = 1000;
export const BACKTEST_TONES = {
  queued: 'unknown',
  running: 'minor',
  done: 'ok',
  failed: 'critical',
  cancelled: 'unknown',
} as const;

export function BacktestListPage() {
  const { t } = useWords();
  const may = useMay();
  const query = useQuery({
    queryKey: ['backtests'],
    queryFn: () => call<BacktestList>('GET', '/ops/v1/backtests'),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? SOON : 60_000),
  });
  return (
    <div className="page">
      <header className="stack" style={{ gap: 6 }}>
        <Link to="/levels" className="small">
          {t('nav.levels')}
        </Link>
        <PageHead title={t('backtest.title')} words={t('backtest.words')} />
      </header>
      {may.act ? <Form /> : null}
      <InForce may={may.act} />
      <Panel title={t('backtest.title')} flush>
        <Asked query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('backtest.none')} words={t('backtest.noneWords')} />
            ) : (
              <ul className="list">
                {items.map((run) => (
                  <li key={run.id}>
                    <Link className="list-row given-row" to="/levels/backtests/$id" params={{ id: run.id }}>
                      <Row run={run} />
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </Panel>
    </div>
  );
}

/** Whether a back-test has not ended. */
export function isUnderWay({ state }: Pick<BacktestView, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

function Row({ run }: { run: BacktestView }) {
  const { t } = useWords();
  return (
    <>
      <span>
        <span className="strong">{run.rule}</span> <span className="quiet">{t(`backtest.kind.${run.kind}`)}</span>
        <span className="small quiet level-words">
          <When at={run.createdAt} /> · {t('backtest.byAt', { name: run.requestedBy })} ·{' '}
          {t(run.source === 'csv' ? 'backtest.csvSource' : 'backtest.recorded')}
        </span>
        {run.state === 'running' ? (
          <Progress value={run.progress * 100} size="sm" mt={6} aria-label={t('backtest.progress')} />
        ) : null}
      </span>
      <Pill tone={BACKTEST_TONES[run.state]}>{t(`backtest.state.${run.state}`)}</Pill>
      <IconChevronRight size={18} className="quiet" aria-hidden />
    </>
  );
}

function Form() {
  const { t } = useWords();
  const navigate = useNavigate();
  const search = useSearch({ from: '/levels/backtests' });
  const [key, setKey] = useState<string | null>(search.rule ?? null);
  const [text, setText] = useState('');
  const [days, setDays] = useState('14');
  const [calendar, setCalendar] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const rules = useQuery({
    queryKey: ['rules', 'definitions'],
    queryFn: () => call<RuleDefinitionList>('GET', '/ops/v1/rules/definitions'),
  });
  const items = rules.data?.items ?? [];
  const chosen = items.find(({ kind, rule }) => `${kind} ${rule}` === key);
  const definition = chosen?.definition;
  const hasLevel = chosen?.kind === 'watch' || chosen?.kind === 'indicator';
  useEffect(() => {
    if (definition !== undefined) setText(definition);
  }, [definition]);
  const verb = useVerb(
    async () =>
      call<BacktestView>('POST', '/ops/v1/backtests', {
        kind: chosen?.kind,
        rule: chosen?.rule,
        definition: text,
        from: Math.round(serverNow() - Number(days) * DAY),
        ...(file === null ? {} : { csv: await file.text() }),
        ...(hasLevel && calendar.trim() !== '' ? { calendar: calendar.trim() } : {}),
      }),
    {
      done: t('backtest.asked'),
      refresh: ['backtests'],
      announceFailure: false,
      onDone: (run) => void navigate({ to: '/levels/backtests/$id', params: { id: run.id } }),
    },
  );
  return (
    <Panel title={t('backtest.new')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          verb.run(undefined);
        }}
      >
        <Select
          label={t('backtest.rule')}
          data={items.map(({ kind, rule, title }) => ({
            value: `${kind} ${rule}`,
            label: `${t(`backtest.kind.${kind}`)}: ${title}`,
          }))}
          value={key}
          onChange={setKey}
          searchable
        />
        {chosen === undefined ? null : (
          <Textarea
            label={t('backtest.definition')}
            description={t('backtest.definitionWords')}
            autosize
            minRows={4}
            maxRows={20}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
          />
        )}
        <div className="given-span">
          <div>
            <p className="strong small">{t('backtest.history')}</p>
            <SegmentedControl
              size="xs"
              aria-label={t('backtest.history')}
              data={['1', '7', '14', '28', '56'].map((value) => ({
                value,
                label: t('backtest.days', { count: Number(value) }),
              }))}
              value={days}
              onChange={setDays}
              fullWidth
            />
          </div>
          <FileInput
            label={t('backtest.csv')}
            description={t('backtest.csvWords')}
            accept=".csv,text/csv"
            value={file}
            onChange={setFile}
            clearable
          />
        </div>
        {hasLevel ? (
          <TextInput
            label={t('backtest.calendar')}
            description={t('backtest.calendarWords')}
            value={calendar}
            maxLength={60}
            onChange={(event) => setCalendar(event.currentTarget.value)}
          />
        ) : null}
        <Refusal error={verb.error} />
        <div className="dialog-foot">
          <Button
            type="submit"
            leftSection={<IconFlask size={17} aria-hidden />}
            loading={verb.pending}
            disabled={chosen === undefined || text.trim() === ''}
          >
            {t('backtest.run')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
