/** One series against its prognosis, as a chart and as a table. */
import { Button, SegmentedControl, Select } from '@mantine/core';
import { serverNow } from '../shell/clock.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { IndicatorSeries, LevelSeries } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { LevelChart } from '../chart/level-chart.tsx';
import { LevelTable } from '../chart/level-table.tsx';
import { Legend } from '../chart/legend.tsx';
import { useWords } from '../language/index.ts';
import { IconFlask } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Asked } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import { Known, LevelPill, useIndicators, useLevelWords, useSeriesTitle } from './level-list.tsx';
import './level.css';

const HOUR = 3_600_000;
const RANGES: Record<string, number> = { '6h': 6 * HOUR, '24h': 24 * HOUR, '7d': 7 * 24 * HOUR, '28d': 28 * 24 * HOUR };

export function LevelPage() {
  const { t } = useWords();
  const { name } = useParams({ from: '/levels/$name' });
  const search = useSearch({ from: '/levels/$name' });
  const navigate = useNavigate();
  const title = useSeriesTitle();
  const may = useMay();
  const indicators = useIndicators();
  const indicator = indicators.data?.items.find((each) => each.name === name);
  const labels = search.labels ?? JSON.stringify(indicator?.series[0]?.labels ?? {});
  const range = search.range !== undefined && search.range in RANGES ? search.range : '24h';
  const query = useQuery({
    queryKey: ['level', name, labels, range],
    enabled: search.labels !== undefined || !indicators.isPending,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    queryFn: () => {
      const to = serverNow();
      const path = `/ops/v1/indicators/${encodeURIComponent(name)}/series`;
      return call<LevelSeries>('GET', pathOf(path, { labels, from: to - (RANGES[range] ?? 24 * HOUR), to }));
    },
  });
  const present = indicator?.series.find((each) => JSON.stringify(each.labels) === labels);
  const go = (change: { labels?: string; range?: string }) =>
    void navigate({ to: '/levels/$name', params: { name }, search: { labels, range, ...change }, replace: true });
  return (
    <div className="page">
      <header className="stack" style={{ gap: 6 }}>
        <Link to="/levels" className="small">
          {t('nav.levels')}
        </Link>
        <PageHead
          title={indicator?.title ?? query.data?.title ?? name}
          side={
            <>
              {may.act ? (
                <Button
                  variant="default"
                  leftSection={<IconFlask size={17} aria-hidden />}
                  onClick={() =>
                    void navigate({ to: '/levels/backtests', search: { rule: `indicator ${name}` }, replace: false })
                  }
                >
                  {t('backtest.open')}
                </Button>
              ) : null}
              {indicator === undefined || indicator.series.length < 2 ? null : (
                <Select
                  aria-label={t('level.series')}
                  data={indicator.series.map((each) => ({
                    value: JSON.stringify(each.labels),
                    label: title(each.labels),
                  }))}
                  value={labels}
                  onChange={(value) => value !== null && go({ labels: value })}
                  allowDeselect={false}
                />
              )}
              <SegmentedControl
                aria-label={t('level.range')}
                data={Object.keys(RANGES).map((key) => ({ value: key, label: t(`level.ranges.${key as '6h'}`) }))}
                value={range}
                onChange={(value) => go({ range: value })}
              />
            </>
          }
        />
      </header>
      {present === undefined ? null : <Present series={present} title={title(present.labels)} />}
      <Asked query={query} rows={1} height={380}>
        {(series) => <Chart series={series} title={title(series.labels)} />}
      </Asked>
    </div>
  );
}

function Present({ series, title }: { series: IndicatorSeries; title: string }) {
  const words = useLevelWords();
  return (
    <p className="row level-present">
      <LevelPill state={series.state} />
      <span className="strong">{title}</span>
      <span>{series.state === 'ok' ? words(series) : <span className="sentence">{series.words}</span>}</span>
      {series.since === null || series.state !== 'ok' ? null : (
        <span className="quiet small">
          <When at={series.since} />
        </span>
      )}
      <Known series={series} />
    </p>
  );
}

function Chart({ series, title }: { series: LevelSeries; title: string }) {
  const { t } = useWords();
  const [shown, setShown] = useState({ lastWeek: true, band: true, forecast: true });
  return (
    <>
      <Panel title={title} side={<span className="small quiet">{`${series.unit} · ${series.zone}`}</span>}>
        <Legend series={series} shown={shown} onChange={setShown} />
        <LevelChart series={series} shown={shown} />
        <p className="small quiet chart-hint">{t('level.zoomHint')}</p>
      </Panel>
      <Alarms series={series} />
      <LevelTable series={series} />
    </>
  );
}

function Alarms({ series }: { series: LevelSeries }) {
  const { t } = useWords();
  if (series.alarms.length === 0) return null;
  return (
    <Panel title={t('level.alarms')} count={series.alarms.length} flush>
      <ul className="list">
        {series.alarms.map((alarm) => (
          <li key={`${alarm.name} ${alarm.from}`} className="list-row">
            <span className="strong">{alarm.name}</span>
            <span className="small quiet">
              <When at={alarm.from} /> {alarm.to === null ? t('level.still') : null}
              {alarm.to === null ? null : (
                <>
                  {t('level.until')} <When at={alarm.to} show="absolute" />
                </>
              )}
              {alarm.incidentId === null ? null : (
                <>
                  {' · '}
                  <Link to="/incidents/$id" params={{ id: alarm.incidentId }}>
                    {t('alert.inIncident')}
                  </Link>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
