/** Every indicator with a prognosis: what is, what was expected, and whether that is fine. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IndicatorList, IndicatorSeries, IndicatorView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import {
  IconArrowDown,
  IconArrowUp,
  IconCalendarUser,
  IconChevronRight,
  IconCircleDashed,
  IconFlask,
  IconSchool,
  IconSearch,
  IconTelescope,
} from '../shell/icon.ts';
import { useParam, useTextParam } from '../shell/param.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import { Events } from './event-panel.tsx';
import { Forecasts } from './forecast-panel.tsx';
import './level.css';

export function useIndicators() {
  return useQuery({
    queryKey: ['indicators'],
    queryFn: () => call<IndicatorList>('GET', '/ops/v1/indicators'),
    refetchInterval: 60_000,
  });
}

export function LevelList() {
  const { t } = useWords();
  const query = useIndicators();
  return (
    <div className="page">
      <PageHead
        title={t('nav.levels')}
        words={t('level.words')}
        side={
          <>
            {query.data === undefined ? null : (
              <span className="small quiet">
                {t('level.at')} <When at={query.data.at} />
              </span>
            )}
            <Button
              component={Link}
              to="/levels/backtests"
              variant="default"
              leftSection={<IconFlask size={17} aria-hidden />}
            >
              {t('backtest.title')}
            </Button>
          </>
        }
      />
      <Asked query={query} height={120}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="panel">
              <Empty title={t('level.none')} words={t('level.noneWords')} />
            </div>
          ) : (
            <Indicators items={items} />
          )
        }
      </Asked>
      <Events indicators={query.data?.items ?? []} />
      <Forecasts indicators={query.data?.items ?? []} />
    </div>
  );
}

const SHOWN = { all: null, off: ['below', 'above', 'nodata'], learning: ['learning'] } as const;
type Shown = keyof typeof SHOWN;

/** All of them, or those that are off: with hundreds of series the few that matter are one key away. */
function Indicators({ items }: { items: readonly IndicatorView[] }) {
  const { t } = useWords();
  const title = useSeriesTitle();
  const [shown, setShown] = useParam<Shown>('show', 'all', Object.keys(SHOWN) as Shown[]);
  const [text, setText] = useTextParam('text');
  const word = text.trim().toLowerCase();
  const isIn = (which: Shown, series: IndicatorSeries): boolean =>
    (SHOWN[which] as readonly string[] | null)?.includes(series.state) ?? true;
  const counts = (which: Shown): number =>
    items.flatMap(({ series }) => series).filter((one) => isIn(which, one)).length;
  const found = items
    .map((indicator) => ({
      ...indicator,
      series: indicator.series.filter(
        (one) =>
          isIn(shown, one) && `${indicator.title} ${indicator.name} ${title(one.labels)}`.toLowerCase().includes(word),
      ),
    }))
    .filter(({ series }) => series.length > 0 || (shown === 'all' && word === ''));
  return (
    <>
      <div className="filter-bar">
        <SegmentedControl
          aria-label={t('level.filter')}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={(Object.keys(SHOWN) as Shown[]).map((value) => ({
            value,
            label: t(`level.show.${value}`, { count: counts(value) }),
          }))}
        />
        <TextInput
          className="grow"
          aria-label={t('level.find')}
          placeholder={t('level.find')}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {found.length === 0 ? (
        <div className="panel">
          <Empty title={t('level.noMatch')} words={t('level.noMatchWords')} />
        </div>
      ) : null}
      {found.map((indicator) => (
        <Indicator key={indicator.name} indicator={indicator} />
      ))}
    </>
  );
}

function Indicator({ indicator }: { indicator: IndicatorView }) {
  return (
    <Panel title={indicator.title} side={<code className="mono quiet break">{indicator.expr}</code>} flush>
      <ul className="list">
        {indicator.series.map((series) => (
          <li key={JSON.stringify(series.labels)}>
            <Link
              className="list-row level-row"
              to="/levels/$name"
              params={{ name: indicator.name }}
              search={{ labels: JSON.stringify(series.labels) }}
            >
              <Row series={series} unit={indicator.unit} />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The labels of a series in words: "Berlin · north". */
export function useSeriesTitle(): (labels: Record<string, string>) => string {
  const { t } = useWords();
  const names = useNames();
  return (labels) => {
    const parts = Object.entries(labels).map(([name, value]) =>
      name === 'city' ? names.cityTitle(value) : `${name.charAt(0).toUpperCase()}${name.slice(1)} ${value}`,
    );
    return parts.length === 0 ? t('level.everywhere') : parts.join(' · ');
  };
}

/** How far off, in words that do not repeat the figures beside them. */
export function useLevelWords(): (series: IndicatorSeries) => string {
  const { t } = useWords();
  return ({ state, value, expected, words }) => {
    if (state === 'learning' || state === 'nodata' || value === null || expected === null || expected <= 0)
      return words;
    const percent = Math.round(Math.abs(value / expected - 1) * 100);
    if (percent < 1) return t('level.near');
    const off = t(value < expected ? 'level.lower' : 'level.higher', { percent });
    return state === 'ok' ? t('level.within', { words: off }) : off;
  };
}

export function LevelPill({ state }: { state: IndicatorSeries['state'] }) {
  const { t } = useWords();
  const words = t(`level.state.${state}`);
  switch (state) {
    case 'ok':
      return <Pill tone="ok">{words}</Pill>;
    case 'learning':
      return (
        <Pill tone="minor" icon={<IconSchool size={14} />}>
          {words}
        </Pill>
      );
    case 'below':
      return (
        <Pill tone="critical" icon={<IconArrowDown size={14} />}>
          {words}
        </Pill>
      );
    case 'above':
      return (
        <Pill tone="major" icon={<IconArrowUp size={14} />}>
          {words}
        </Pill>
      );
    case 'nodata':
      return (
        <Pill tone="unknown" icon={<IconCircleDashed size={14} />}>
          {words}
        </Pill>
      );
  }
}

function Row({ series, unit }: { series: IndicatorSeries; unit: string }) {
  const { t, language } = useWords();
  const title = useSeriesTitle();
  const words = useLevelWords();
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 });
  const text = (value: number | null) => (value === null ? '–' : figure.format(value));
  return (
    <>
      <span>
        <span className="strong">{title(series.labels)}</span>
        <span className="small quiet level-words">{words(series)}</span>
        <Known series={series} />
      </span>
      <Gauge series={series} />
      <span className="level-value">
        <b>{text(series.value)}</b> <span className="quiet small">{unit}</span>
        <span className="small quiet level-words">{t('level.expectedShort', { value: text(series.expected) })}</span>
      </span>
      <span className="level-state">
        <LevelPill state={series.state} />
        {series.since === null || series.state === 'ok' ? null : (
          <span className="small quiet">
            <When at={series.since} show="relative" />
          </span>
        )}
      </span>
      <IconChevronRight size={18} className="quiet" aria-hidden />
    </>
  );
}

/** What is known in advance of the level now, and what the open deviation has cost. */
export function Known({ series }: { series: IndicatorSeries }) {
  const { t, language } = useWords();
  const { forecast, loss } = series;
  const digits = loss !== null && loss.amount >= 100 ? 0 : 1;
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: digits });
  // A forecast is taken as it stands: events say nothing beside it.
  const factor = forecast === null ? series.factor : 1;
  if (factor === 1 && forecast === null && (loss === null || loss.amount <= 0)) return null;
  return (
    <span className="level-known">
      {loss === null || loss.amount <= 0 ? null : (
        <Pill tone="critical" icon={<IconArrowDown size={14} />}>
          {t('loss.lost', { amount: figure.format(loss.amount), unit: loss.unit })} {t('loss.soFar')}
        </Pill>
      )}
      {factor === 1 ? null : (
        <Pill tone="minor" icon={<IconCalendarUser size={14} />}>
          {t('given.event')} {t('given.times', { factor })}
        </Pill>
      )}
      {forecast === null ? null : (
        <Pill tone="unknown" icon={<IconTelescope size={14} />}>
          {t('given.forecast')}
        </Pill>
      )}
    </span>
  );
}

/** Where the value lies against its band: the band as a bar, the value as a mark. Decoration; the words say the same. */
function Gauge({ series }: { series: IndicatorSeries }) {
  const { value, lower, upper } = series;
  if (value === null || lower === null || upper === null) return <span className="gauge" aria-hidden />;
  const top = Math.max(upper * 1.25, value * 1.05, 1);
  const at = (figure: number) => `${Math.min(100, Math.max(0, (figure / top) * 100))}%`;
  return (
    <span className={`gauge ${series.state}`} aria-hidden>
      <i className="gauge-band" style={{ left: at(lower), right: `calc(100% - ${at(upper)})` }} />
      <i className="gauge-mark" style={{ left: at(value) }} />
    </span>
  );
}
