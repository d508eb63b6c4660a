/** The chart: uPlot on a canvas, redrawn when the data, the scheme or the language changes, resized with its box. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { LevelSeries } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';
import { backdrop } from './backdrop.ts';
import './chart.css';
import { inkOf } from './ink.ts';
import type { Shown } from './legend.tsx';
import { Readout } from './readout.tsx';

const HEIGHT = 360;

interface LevelChartProps {
  series: LevelSeries;
  shown: Shown;
}

export function LevelChart({ series, shown }: LevelChartProps) {
  const { t, language } = useWords();
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const plot = new uPlot(
      optionsOf(series, shown, language, t, element.clientWidth, setIndex),
      dataOf(series, shown),
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [series, shown, language, scheme, t]);
  return (
    <figure className="chart" aria-label={t('chart.label', { title: series.title })}>
      <Readout series={series} index={index} />
      <div ref={box} className="chart-box" />
    </figure>
  );
}

function dataOf(series: LevelSeries, shown: Shown): uPlot.AlignedData {
  const blank = series.times.map(() => null);
  // uPlot keeps the arrays, so it gets its own.
  return [
    [...series.times],
    shown.band ? [...series.upper] : blank,
    shown.band ? [...series.lower] : blank,
    shown.lastWeek ? [...series.lastWeek] : blank,
    shown.forecast ? [...series.forecast] : blank,
    [...series.expected],
    [...series.actual],
  ];
}

type Translate = ReturnType<typeof useWords>['t'];

function optionsOf(
  series: LevelSeries,
  shown: Shown,
  language: string,
  t: Translate,
  width: number,
  onIndex: (index: number | null) => void,
): uPlot.Options {
  const ink = inkOf();
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1, notation: 'compact' });
  const axis = { stroke: ink.quiet, font: '12px "Inter Variable", sans-serif', ticks: { show: false } };
  const highest = Math.max(
    1,
    ...[series.actual, series.upper, series.lastWeek, series.forecast].flat().map((each) => each ?? 0),
  );
  return {
    width,
    height: HEIGHT,
    ms: 1,
    tzDate: (at) => uPlot.tzDate(new Date(at), series.zone),
    legend: { show: false },
    cursor: { points: { size: 7 }, y: false, drag: { x: true, y: false, setScale: true } },
    scales: { y: { range: () => [0, highest * 1.08] } },
    axes: [
      {
        ...axis,
        grid: { stroke: ink.grid, width: 1 },
        values: (_, splits) => timeWords(splits, series.zone, language),
        space: 74,
        size: 30,
      },
      {
        ...axis,
        grid: { stroke: ink.grid, width: 1 },
        values: (_, splits) => splits.map((each) => figure.format(each)),
        size: 48,
      },
    ],
    bands: [{ series: [1, 2], fill: ink.band }],
    series: [
      {},
      { stroke: ink.bandLine, width: 1, points: { show: false }, show: shown.band },
      { stroke: ink.bandLine, width: 1, points: { show: false }, show: shown.band },
      { stroke: ink.lastWeek, width: 1.5, dash: [2, 4], points: { show: false } },
      { stroke: ink.forecast, width: 1.5, dash: [1, 4], points: { show: false } },
      { stroke: ink.expected, width: 1.5, dash: [7, 5], points: { show: false } },
      { stroke: ink.actual, width: 2.2, points: { show: false } },
    ],
    plugins: [backdrop(series, ink, (part) => t(`dayPart.${part}`))],
    hooks: { setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)] },
  };
}

/** Axis words in the series' zone: the clock within a day, the date at its turn or over many days. */
function timeWords(splits: number[], zone: string, language: string): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  const clock = new Intl.DateTimeFormat(localeOf(language), {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });
  const date = new Intl.DateTimeFormat(localeOf(language), { day: 'numeric', month: 'short', timeZone: zone });
  return splits.map((at) => {
    const time = clock.format(at);
    return step >= 86_400_000 || time === '00:00' ? date.format(at) : time;
  });
}
