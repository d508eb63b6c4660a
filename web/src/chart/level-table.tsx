/** The same data as a table, for those who cannot see the chart or want the figures. */
import { useState } from 'react';
import type { LevelSeries } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';

const ROWS = 96;

export function LevelTable({ series }: { series: LevelSeries }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className="panel chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('chart.asTable')}</summary>
      {open ? <Table series={series} /> : null}
    </details>
  );
}

function Table({ series }: { series: LevelSeries }) {
  const { t, language } = useWords();
  const every = Math.max(1, Math.ceil(series.times.length / ROWS));
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 });
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : figure.format(value);
  const when = new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: series.zone,
  });
  const columns = ['actual', 'expected', 'lower', 'upper', 'lastWeek'] as const;
  const indices = series.times.map((_, index) => index).filter((index) => index % every === 0);
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('chart.asTable')}>
      <table className="table">
        <caption>{t('chart.caption', { title: series.title, unit: series.unit, zone: series.zone })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('chart.time')}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="right">
                {t(`chart.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indices.toReversed().map((index) => (
            <tr key={index}>
              <td className="number">{when.format(series.times[index] ?? 0)}</td>
              {columns.map((column) => (
                <td key={column} className="number right">
                  {text(series[column][index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
