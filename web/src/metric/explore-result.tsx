/** What the queries answered: one chart of all lines, and the newest values as a table. */
import { useComputedColorScheme } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { localeOf, useWords } from '../language/index.ts';
import { Panel } from '../shell/panel.tsx';
import { Failed, Loading } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import { colourOf, LineChart } from './line-chart.tsx';
import type { Line, Result } from './prometheus.ts';

/** More lines than this are neither readable nor quick to draw. */
const MOST = 100;

interface ExploreResultProps {
  results: readonly UseQueryResult<Result>[];
  withChart: boolean;
}

export function ExploreResult({ results, withChart }: ExploreResultProps) {
  const { t } = useWords();
  const [pointed, setPointed] = useState<number | null>(null);
  const answers = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const all = answers.flatMap(({ lines }) => lines);
  const key = results.map((each) => each.dataUpdatedAt).join(' ');
  // The chart is drawn anew only when an answer came, not on every key pressed in the editor.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const lines = useMemo(() => all.slice(0, MOST), [key, all.length]);
  const warnings = [...new Set(answers.flatMap((each) => each.warnings))];
  return (
    <>
      {results.map((each, index) =>
        each.isError ? (
          <div key={index} className="panel">
            <Failed error={each.error} retry={() => void each.refetch()} />
          </div>
        ) : null,
      )}
      {results.some((each) => each.isPending) && answers.length === 0 ? <Loading rows={1} height={340} /> : null}
      {warnings.length === 0 ? null : (
        <p className="small quiet" role="status">
          {t('explore.warning')}: {warnings.join(' ')}
        </p>
      )}
      {answers.length === 0 ? null : (
        <Panel title={t('explore.series', { count: all.length })} flush>
          {all.length > MOST ? (
            <p className="small quiet explore-note">{t('explore.tooMany', { shown: MOST, count: all.length })}</p>
          ) : null}
          {lines.length === 0 ? <p className="quiet explore-note">{t('explore.nothing')}</p> : null}
          {withChart && lines.length > 0 ? (
            <div className="explore-chart">
              <LineChart lines={lines} onPoint={setPointed} />
            </div>
          ) : null}
          {lines.length > 0 ? (
            <Values lines={lines} withColour={withChart} pointed={withChart ? pointed : null} />
          ) : null}
        </Panel>
      )}
    </>
  );
}

interface ValuesProps {
  lines: readonly Line[];
  withColour: boolean;
  /** The instant whose values are shown, seconds; the newest when null. */
  pointed: number | null;
}

function Values({ lines, withColour, pointed }: ValuesProps) {
  const { t, language } = useWords();
  const scheme = useComputedColorScheme('light');
  const figure = new Intl.NumberFormat(localeOf(language), { maximumSignificantDigits: 8 });
  const textOf = (text: string | undefined): string => {
    if (text === undefined) return '–';
    const value = Number(text);
    return Number.isFinite(value) ? figure.format(value) : text;
  };
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('explore.labels')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('explore.labels')}</th>
            <th scope="col" className="right">
              {pointed === null ? t('explore.value') : <When at={pointed * 1000} show="absolute" seconds />}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={`${line.name} ${String(index)}`}>
              <td className="mono break">
                {withColour ? (
                  <i className="line-mark" style={{ background: colourOf(index, scheme) }} aria-hidden />
                ) : null}
                {line.name}
              </td>
              <td className="number right">
                {textOf((pointed === null ? line.points.at(-1) : line.points.find(([at]) => at === pointed))?.[1])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
