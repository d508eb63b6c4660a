/** The values under the pointer, or the newest ones when there is none. */
import type { LevelSeries } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';

export function Readout({ series, index }: { series: LevelSeries; index: number | null }) {
  const { t, language } = useWords();
  const newest = series.actual.findLastIndex((value) => value !== null);
  const at = index ?? newest;
  const time = series.times[at];
  if (time === undefined) return <p className="readout small quiet">{t('chart.nothing')}</p>;
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 });
  const text = (values: readonly (number | null)[]) => {
    const value = values[at];
    return value === null || value === undefined ? '–' : figure.format(value);
  };
  const when = new Intl.DateTimeFormat(localeOf(language), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: series.zone,
  });
  return (
    <dl className="readout">
      <div>
        <dt>{index === null ? t('chart.newest') : t('chart.then')}</dt>
        <dd>{when.format(time)}</dd>
      </div>
      <div>
        <dt>{t('chart.actual')}</dt>
        <dd className="readout-actual">{text(series.actual)}</dd>
      </div>
      <div>
        <dt>{t('chart.expected')}</dt>
        <dd>{text(series.expected)}</dd>
      </div>
      <div>
        <dt>{t('chart.band')}</dt>
        <dd>{`${text(series.lower)} – ${text(series.upper)}`}</dd>
      </div>
      <div>
        <dt>{t('chart.lastWeek')}</dt>
        <dd>{text(series.lastWeek)}</dd>
      </div>
    </dl>
  );
}
