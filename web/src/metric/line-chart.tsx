/** Lines of several queries on one canvas, coloured in order, redrawn when data, scheme or language change. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import '../chart/chart.css';
import { inkOf } from '../chart/ink.ts';
import { localeOf, useWords } from '../language/index.ts';
import type { Line } from './prometheus.ts';

const HEIGHT = 340;
const LIGHT = ['#1d5fc4', '#b4530a', '#0b7a5b', '#9b2fae', '#bd1f22', '#5b6b1d', '#086f83', '#7a4a2a'];
const DARK = ['#7fb0ff', '#f5a760', '#5fd3ac', '#d99be8', '#ff8d88', '#c3d06a', '#62cbe0', '#d6a883'];

/** The colour of the line at this place of the list. */
export function colourOf(index: number, scheme: 'light' | 'dark'): string {
  const palette = scheme === 'dark' ? DARK : LIGHT;
  return palette[index % palette.length]!;
}

/** All lines over the union of their instants; what has no value there is a gap. */
function aligned(lines: readonly Line[]): uPlot.AlignedData {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
  const place = new Map(times.map((at, index) => [at, index]));
  const columns = lines.map(({ points }) => {
    const column: (number | null)[] = times.map(() => null);
    for (const [at, text] of points) {
      const value = Number(text.replace('Inf', 'Infinity'));
      column[place.get(at)!] = Number.isFinite(value) ? value : null;
    }
    return column;
  });
  return [times, ...columns];
}

interface LineChartProps {
  lines: readonly Line[];
  /** The instant under the pointer, seconds; null when it leaves. */
  onPoint: (at: number | null) => void;
}

export function LineChart({ lines, onPoint }: LineChartProps) {
  const { t, language } = useWords();
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const ink = inkOf();
    const figure = new Intl.NumberFormat(localeOf(language), { maximumSignificantDigits: 4, notation: 'compact' });
    const clock = new Intl.DateTimeFormat(localeOf(language), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const date = new Intl.DateTimeFormat(localeOf(language), { day: 'numeric', month: 'short' });
    const axis = {
      stroke: ink.quiet,
      font: '12px "Inter Variable", sans-serif',
      ticks: { show: false },
      grid: { stroke: ink.grid, width: 1 },
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false },
        hooks: {
          setCursor: [({ cursor, data }) => onPoint(cursor.idx == null ? null : (data[0][cursor.idx] ?? null))],
        },
        axes: [
          {
            ...axis,
            space: 74,
            values: (_, splits) =>
              splits.map((at) => {
                const time = clock.format(at * 1000);
                return time === '00:00' ? date.format(at * 1000) : time;
              }),
          },
          { ...axis, size: 56, values: (_, splits) => splits.map((each) => figure.format(each)) },
        ],
        series: [
          {},
          ...lines.map((_, index) => ({ stroke: colourOf(index, scheme), width: 1.8, points: { show: false } })),
        ],
      },
      aligned(lines),
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [lines, language, scheme, onPoint]);
  return (
    <figure className="chart" aria-label={t('explore.chart')}>
      <div ref={box} className="chart-box" />
    </figure>
  );
}
