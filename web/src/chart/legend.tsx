/** What the lines mean, with switches for those that can be left out. */
import type { LevelSeries } from '../api-types.ts';
import { useWords } from '../language/index.ts';

export interface Shown {
  lastWeek: boolean;
  band: boolean;
  forecast: boolean;
}

interface LegendProps {
  series: LevelSeries;
  shown: Shown;
  onChange: (shown: Shown) => void;
}

export function Legend({ series, shown, onChange }: LegendProps) {
  const { t } = useWords();
  const toggles = [
    { key: 'band', swatch: 'band' },
    { key: 'lastWeek', swatch: 'last-week' },
  ] as const;
  return (
    <ul className="legend small">
      <li>
        <i className="swatch actual" aria-hidden /> {t('chart.actual')}
      </li>
      <li>
        <i className="swatch expected" aria-hidden /> {t('chart.expected')}
      </li>
      {toggles.map(({ key, swatch }) => (
        <li key={key}>
          <button type="button" aria-pressed={shown[key]} onClick={() => onChange({ ...shown, [key]: !shown[key] })}>
            <i className={`swatch ${swatch}`} aria-hidden /> {t(`chart.${key}`)}
          </button>
        </li>
      ))}
      {series.forecast.some((value) => value !== null) ? (
        <li>
          <button
            type="button"
            aria-pressed={shown.forecast}
            onClick={() => onChange({ ...shown, forecast: !shown.forecast })}
          >
            <i className="swatch forecast" aria-hidden /> {t('given.forecast')}
          </button>
        </li>
      ) : null}
      {series.events.length > 0 ? (
        <li>
          <i className="swatch event" aria-hidden /> {t('given.event')}
        </li>
      ) : null}
      {series.marks.length > 0 ? (
        <li>
          <i className="swatch mark" aria-hidden /> {t('chart.mark')}
        </li>
      ) : null}
      {series.alarms.length > 0 ? (
        <li>
          <i className="swatch alarm" aria-hidden /> {t('chart.alarm')}
        </li>
      ) : null}
      <li>
        <i className="swatch night" aria-hidden /> {t('chart.parts')}
      </li>
    </ul>
  );
}
