/** Forecasts of the business: the imports with what they span, and a dialog to import one. */
import { Button, FileInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ForecastList, ForecastView, IndicatorView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconPlus } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';

export function Forecasts({ indicators }: { indicators: readonly IndicatorView[] }) {
  const { t } = useWords();
  const may = useMay();
  const [importing, setImporting] = useState(false);
  const query = useQuery({
    queryKey: ['forecasts'],
    queryFn: () => call<ForecastList>('GET', '/ops/v1/forecasts?limit=50'),
  });
  return (
    <Panel
      title={t('given.forecasts')}
      side={
        may.act && indicators.length > 0 ? (
          <Button variant="default" size="sm" leftSection={<IconPlus size={16} />} onClick={() => setImporting(true)}>
            {t('given.import')}
          </Button>
        ) : null
      }
      flush
    >
      <Asked query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet small panel-body">{`${t('given.noForecasts')} ${t('given.forecastsWords')}`}</p>
          ) : (
            <ul className="list">
              {items.map((forecast) => (
                <Forecast key={forecast.id} forecast={forecast} may={may.act} />
              ))}
            </ul>
          )
        }
      </Asked>
      {importing ? <ImportDialog indicators={indicators} onClose={() => setImporting(false)} /> : null}
    </Panel>
  );
}

function Forecast({ forecast, may }: { forecast: ForecastView; may: boolean }) {
  const { t } = useWords();
  const withdrawn = forecast.withdrawnAt !== null;
  const verb = useVerb(
    () =>
      call('POST', `/ops/v1/forecasts/${forecast.id}/withdraw`, { version: forecast.version, withdrawn: !withdrawn }),
    { done: t('given.changed'), refresh: ['forecasts', 'indicators', 'level'] },
  );
  const name = t('given.number', { indicator: forecast.indicator, number: forecast.number });
  const act = t(withdrawn ? 'given.restore' : 'given.withdraw');
  return (
    <li className="list-row given-row">
      <span>
        <span className="strong">{name}</span>
        {forecast.note === '' ? null : <span className="quiet"> {forecast.note}</span>}
        <span className="small quiet level-words">
          <When at={forecast.startsAt} show="absolute" /> – <When at={forecast.endsAt} show="absolute" />
          {` · ${t('given.points', { count: forecast.pointCount })} · ${t('given.by', { name: forecast.importedBy })}`}
        </span>
      </span>
      <Pill tone={withdrawn ? 'unknown' : 'ok'}>{t(withdrawn ? 'given.withdrawn' : 'given.inForce')}</Pill>
      {may ? (
        <Button
          variant="subtle"
          size="xs"
          loading={verb.pending}
          onClick={() => verb.run(undefined)}
          aria-label={`${act}: ${name}`}
        >
          {act}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}

function ImportDialog({ indicators, onClose }: { indicators: readonly IndicatorView[]; onClose: () => void }) {
  const { t } = useWords();
  const [indicator, setIndicator] = useState<string | null>(indicators[0]?.name ?? null);
  const [file, setFile] = useState<File | null>(null);
  const [note, setNote] = useState('');
  const verb = useVerb(
    async () =>
      call('POST', `/ops/v1/indicators/${encodeURIComponent(indicator ?? '')}/forecasts`, {
        csv: (await file?.text()) ?? '',
        note,
      }),
    {
      done: t('given.imported'),
      refresh: ['forecasts', 'indicators', 'level'],
      announceFailure: false,
      onDone: onClose,
    },
  );
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('given.import')}
      words={t('given.forecastsWords')}
      submit={t('given.import')}
      pending={verb.pending}
      error={verb.error}
      disabled={file === null || indicator === null}
      onSubmit={() => verb.run(undefined)}
    >
      <Select
        label={t('given.indicators')}
        data={indicators.map((each) => ({ value: each.name, label: each.title }))}
        value={indicator}
        onChange={setIndicator}
        allowDeselect={false}
      />
      <FileInput
        label={t('given.csv')}
        description={t('given.csvWords')}
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
        clearable
      />
      <TextInput
        label={t('given.note')}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </VerbDialog>
  );
}
